import { setTimeout as delay } from 'node:timers/promises'
import type { OpenFeatureSettings } from '../../config/settings.ts'
import type { BasisPoints } from '../../config/target.ts'
import type { Log } from '../../switch/log.ts'
import type { FlagClient, FlagEvent, OpenFlagClient } from './flag-client.ts'
import { readFlag, type FlagReading } from './read-flag.ts'

/** Takes up what a flag says, if it says something else than when it was last taken up. */
export type Adopt = (feature: string, share: BasisPoints, who: string, text: string) => Promise<unknown>

/** How long things may take, milliseconds. */
export interface FollowLimits {
  /** Until the switch opens with the shares that it had. */
  readonly startMs: number
  /** For the evaluation of one flag. */
  readonly evaluationMs: number
  readonly leastIntervalMs: number
}

const usual: FollowLimits = { startMs: 2_000, evaluationMs: 5_000, leastIntervalMs: 100 }

export interface FollowedFlags {
  close (): Promise<void>
}

/**
 * Follows flags: at once, whenever the provider says that something changed, and at an interval. What a flag says is
 * adopted by its feature when it is something new; what cannot be read changes nothing, and is logged once.
 */
export async function followFlags (settings: OpenFeatureSettings, open: OpenFlagClient, adopt: Adopt, log: Log, limits: Partial<FollowLimits> = {}): Promise<FollowedFlags> {
  const following = new Following(settings, open, adopt, log, { ...usual, ...limits })
  await following.begin()
  return following
}

const events: readonly FlagEvent[] = ['PROVIDER_READY', 'PROVIDER_CONFIGURATION_CHANGED']

class Following implements FollowedFlags {
  readonly #settings: OpenFeatureSettings
  readonly #open: OpenFlagClient
  readonly #adopt: Adopt
  readonly #log: Log
  readonly #limits: FollowLimits
  readonly #problems = new Map<string, string>()
  readonly #ask = (): void => { this.#askAll().catch(() => {}) }
  #asking: Promise<void> | undefined
  #again = false
  #closed = false
  #timer: NodeJS.Timeout | undefined

  constructor (settings: OpenFeatureSettings, open: OpenFlagClient, adopt: Adopt, log: Log, limits: FollowLimits) {
    this.#settings = settings
    this.#open = open
    this.#adopt = adopt
    this.#log = log
    this.#limits = limits
  }

  async begin (): Promise<void> {
    const { client } = this.#open
    const late = new AbortController()
    const patience = delay(this.#limits.startMs, undefined, { signal: late.signal }).catch(() => {})
    await Promise.race([settled(client), patience])
    for (const event of events) client.addHandler(event, this.#ask)
    await Promise.race([this.#askAll(), patience])
    late.abort()
    this.#timer = setInterval(this.#ask, Math.max(this.#settings.intervalMs, this.#limits.leastIntervalMs)).unref()
  }

  async close (): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    for (const event of events) this.#open.client.removeHandler(event, this.#ask)
    await this.#open.close()
  }

  /** One round at a time, so that an old answer never comes after a new one. */
  async #askAll (): Promise<void> {
    if (this.#asking !== undefined) {
      this.#again = true
      return await this.#asking
    }
    this.#asking = this.#rounds().finally(() => { this.#asking = undefined })
    await this.#asking
  }

  async #rounds (): Promise<void> {
    do {
      this.#again = false
      await Promise.all(this.#settings.flags.map(async ({ feature, key }) => await this.#follow(feature, key)))
    } while (this.#again && !this.#closed)
  }

  async #follow (feature: string, key: string): Promise<void> {
    const reading = await this.#read(feature, key)
    if (this.#closed) return
    if ('problem' in reading) {
      this.#tell(feature, key, reading.problem)
      return
    }
    try {
      await this.#adopt(feature, reading.share, `openfeature:${key}`, reading.text)
      this.#problems.delete(feature)
    } catch (error) {
      this.#tell(feature, key, (error as Error).message)
    }
  }

  async #read (feature: string, key: string): Promise<FlagReading> {
    const { evaluationMs } = this.#limits
    const late = new AbortController()
    try {
      return await Promise.race([
        readFlag(this.#open.client, key, { targetingKey: 'cutover', feature, ...this.#settings.context }),
        delay(evaluationMs, { problem: `the provider did not answer within ${evaluationMs} ms` }, { signal: late.signal, ref: false })
      ])
    } catch (error) {
      return { problem: (error as Error).message }
    } finally {
      late.abort()
    }
  }

  /** Once, until it is another one. */
  #tell (feature: string, key: string, problem: string): void {
    if (this.#problems.get(feature) === problem) return
    this.#problems.set(feature, problem)
    this.#log({ level: 'warn', message: `The flag ${key} is not followed, and the share stays: ${problem}`, feature })
  }
}

/** Resolves when the provider has become ready, or has failed to. */
async function settled (client: FlagClient): Promise<void> {
  if (client.providerStatus !== 'NOT_READY') return
  await new Promise<void>(resolve => {
    const done = (): void => {
      client.removeHandler('PROVIDER_READY', done)
      client.removeHandler('PROVIDER_ERROR', done)
      resolve()
    }
    client.addHandler('PROVIDER_READY', done)
    client.addHandler('PROVIDER_ERROR', done)
  })
}
