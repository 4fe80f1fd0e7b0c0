import { stat } from 'node:fs/promises'
import type { Settings } from '../../config/settings.ts'
import { keptParityFile, readKeptParity, type KeptParity } from '../../report/kept-parity.ts'
import type { ParityReading } from '../../rollout/reading.ts'

const everyMs = 2_000

type Verification = ParityReading['verified']

/** What the last `cutover verify` showed of each feature, read again in the background when it was run anew. */
export class Verified {
  readonly #stateDir: string
  readonly #version: string | undefined
  #features: ReadonlyMap<string, Verification> = new Map()
  #seen = ''
  #running: AbortController | undefined

  constructor ({ stateDir, rollout }: Pick<Settings, 'stateDir' | 'rollout'>) {
    this.#stateDir = stateDir
    this.#version = rollout.version
  }

  start (): void {
    if (this.#running !== undefined) return
    const running = this.#running = new AbortController()
    const look = async (): Promise<void> => {
      await this.look()
      if (!running.signal.aborted) setTimeout(() => { look().catch(() => {}) }, everyMs).unref()
    }
    look().catch(() => {})
  }

  stop (): void {
    this.#running?.abort()
    this.#running = undefined
  }

  of (feature: string): Verification {
    return this.#features.get(feature)
  }

  /** Reads the report if it is another one than before. */
  async look (): Promise<void> {
    const about = await stat(keptParityFile(this.#stateDir, 'verify')).catch(() => undefined)
    const seen = about === undefined ? '' : `${about.ino} ${about.size} ${about.mtimeMs}`
    if (seen === this.#seen) return
    const kept = about === undefined ? undefined : await readKeptParity(this.#stateDir, 'verify')
    this.#features = kept === undefined || 'problem' in kept ? new Map() : verifications(kept, this.#version)
    this.#seen = seen
  }
}

/**
 * What a report says of features that it asked anything of. A run that was cut short, or that a case failed in, shows
 * what it found and no more; one of another version of the candidate shows nothing.
 */
export function verifications ({ at, complete, candidate, features }: KeptParity, version: string | undefined): ReadonlyMap<string, Verification> {
  if (candidate !== undefined && version !== undefined && candidate !== version) return new Map()
  return new Map(features.flatMap(({ feature, cases, requests, differences, failed }) => {
    const compared = cases ?? requests
    const counts = differences > 0 || (complete && failed === 0 && compared > 0)
    return counts ? [[feature, { at, differences, cases: compared }]] : []
  }))
}
