import type { Settings, SettingsChanges } from '../types/settings.ts'

/** Where the settings are kept. */
export interface SettingsStore {
  read (): Promise<Settings>
  change (changes: SettingsChanges): Promise<Settings>
  /** With how often the answers of each model, and of `*`, were forgotten: as of one moment. */
  readAll (): Promise<{ readonly settings: Settings, readonly generations: ReadonlyMap<string, number> }>
  /** Rejects when the settings cannot be read. */
  ping (): Promise<void>
  /** Forgets the answers of a model, or of all. */
  forget (model: string | null): Promise<void>
}

/** The settings, and what follows from changing them. */
export interface SettingsDesk {
  read (): Promise<Settings>
  change (changes: SettingsChanges): Promise<Settings>
  forgetAnswers (model: string | null): Promise<void>
}

/** @param options.wrote called after each change of the store, before anybody is told of it */
export function createSettingsDesk ({ store, wrote }: {
  readonly store: SettingsStore
  readonly wrote: (table: 'settings' | 'cache_generations') => Promise<void>
}): SettingsDesk {
  return {
    read: () => store.read(),
    async change (changes) {
      const settings = await store.change(changes)
      await wrote('settings')
      return settings
    },
    async forgetAnswers (model) {
      await store.forget(model)
      await wrote('cache_generations')
    }
  }
}
