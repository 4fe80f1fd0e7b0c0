import type { Strategy } from './decisions.ts'

/** What an admin may change while the servers run. */
export interface Settings {
  readonly strategy: Strategy
  /** 0: answers are not cached. */
  readonly cacheTtlSeconds: number
  /** How many models are tried for one prompt. */
  readonly maxAttempts: number
  /** Ids of models that are not asked. */
  readonly disabledModels: readonly string[]
  /** How often the settings were changed; part of every cached answer's key. */
  readonly generation: number
  /** ISO 8601 with microseconds, as Python tells times. */
  readonly updatedAt: string
}

/** What is left out stays. */
export interface SettingsChanges {
  readonly strategy?: Strategy
  readonly cacheTtlSeconds?: number
  readonly maxAttempts?: number
  readonly disabledModels?: readonly string[]
}
