import type { Change, JournalEntry, RolloutEvent } from '../../src/config/control.ts'
import { resolveConfig } from '../../src/config/resolve.ts'
import type { FeatureConfig } from '../../src/config/schema.ts'
import type { Settings } from '../../src/config/settings.ts'
import type { Journal } from '../../src/switch/journal.ts'
import type { LogEvent } from '../../src/switch/log.ts'
import { Routing } from '../../src/switch/routing.ts'
import { Shares } from '../../src/switch/shares.ts'

export type FeatureInput = Partial<Omit<FeatureConfig, 'routes'>> & { readonly routes?: string[] }

/** Settings with the given features; a feature without routes has `/NAME`. */
export function settingsOf (features: Record<string, FeatureInput>, further: object = {}): Settings {
  const filled = Object.entries(features).map(([name, feature]) => [name, { routes: [`/${name}`], ...feature }])
  return resolveConfig({ legacy: () => {}, candidate: (_: unknown, __: unknown) => {}, features: Object.fromEntries(filled), ...further }, { folder: '/' })
}

/** A journal whose writes wait until the test lets them through or fails them. */
export class HeldJournal implements Journal {
  readonly lines: JournalEntry[] = []
  readonly waiting: Array<{ readonly change: JournalEntry, readonly pass: () => void, readonly fail: () => void }> = []

  get entries (): Change[] {
    return this.lines.filter(line => line.kind !== 'rollout')
  }

  get events (): RolloutEvent[] {
    return this.lines.filter(line => line.kind === 'rollout')
  }

  async append (change: JournalEntry): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.waiting.push({ change, pass: () => { this.lines.push(change); resolve() }, fail: () => reject(new Error('disk full')) })
    })
  }

  async close (): Promise<void> {}
}

export function control (features: Record<string, FeatureInput>, journal: Journal, random: () => number = Math.random): { readonly shares: Shares, readonly routing: Routing, readonly events: LogEvent[] } {
  const routing = new Routing(settingsOf(features), () => undefined, random)
  const events: LogEvent[] = []
  return { routing, shares: new Shares(routing, journal, event => events.push(event)), events }
}
