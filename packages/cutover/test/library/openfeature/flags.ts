import { EventEmitter } from 'node:events'
import type { TestContext } from 'node:test'
import { InMemoryProvider, OpenFeature, OpenFeatureEventEmitter, ProviderEvents, type Provider } from '@openfeature/server-sdk'
import type { OpenFeatureSettings } from '../../../src/config/settings.ts'
import type { FlagClient } from '../../../src/library/openfeature/flag-client.ts'
import { followFlags, type FollowLimits } from '../../../src/library/openfeature/follow-flags.ts'
import type { LogEvent } from '../../../src/switch/log.ts'
import { memoryJournal, type Journal } from '../../../src/switch/journal.ts'
import { control } from '../../switch/control-parts.ts'

type Value = number | boolean | string | object

/** Flags by key, each with one variant of that value. */
export function flags (values: Record<string, Value>): Parameters<InMemoryProvider['putConfiguration']>[0] {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { variants: { only: value }, defaultVariant: 'only', disabled: false }])) as never
}

export function settingsFor (flags: Record<string, string>, further: Partial<OpenFeatureSettings> = {}): OpenFeatureSettings {
  return { flags: Object.entries(flags).map(([feature, key]) => ({ feature, key })), provider: undefined, domain: undefined, context: {}, intervalMs: 3_600_000, ...further }
}

let domains = 0

/** Shares that follow the flag `flag` of a provider, of the feature `a`. */
export async function following (t: TestContext, provider: Provider, { journal = memoryJournal(), limits = {}, intervalMs = 3_600_000 }: { readonly journal?: Journal, readonly limits?: Partial<FollowLimits>, readonly intervalMs?: number } = {}) {
  const domain = `test-${++domains}`
  // The timers of what follows keep no process alive.
  const awake = setInterval(() => {}, 60_000)
  OpenFeature.setProvider(domain, provider)
  const { shares } = control({ a: {} }, journal)
  const events: LogEvent[] = []
  const follow = await followFlags(settingsFor({ a: 'flag' }, { intervalMs }), { client: OpenFeature.getClient(domain) as unknown as FlagClient, close: async () => {} }, async (...said) => await shares.adopt(...said), event => { events.push(event) }, limits)
  t.after(async () => {
    clearInterval(awake)
    await follow.close()
  })
  return { shares, events, follow, share: () => shares.features()[0]!.share, journal }
}

/** A provider of one flag, whose answers and state the test sets. */
export class Moody implements Provider {
  readonly metadata = { name: 'moody' }
  readonly runsOn = 'server'
  readonly events = new OpenFeatureEventEmitter()
  readonly asked = new EventEmitter()
  /** Made for each evaluation as a number; any other type is a mismatch. */
  answer: () => Promise<{ value: number, reason?: string, errorCode?: never }> = async () => ({ value: 0 })
  ready: Promise<void> = Promise.resolve()

  async initialize (): Promise<void> {
    await this.ready
  }

  async resolveNumberEvaluation () {
    this.asked.emit('asked')
    return await this.answer()
  }

  async resolveBooleanEvaluation (): Promise<never> {
    throw Object.assign(new Error('a number'), { code: 'TYPE_MISMATCH' })
  }

  resolveStringEvaluation = this.resolveBooleanEvaluation
  resolveObjectEvaluation = this.resolveBooleanEvaluation

  changed (): void {
    this.events.emit(ProviderEvents.ConfigurationChanged)
  }
}
