import type { ModelHealth } from '../types/providers.ts'

export interface ModelHealthOptions {
  /** How many failures in a row pause a model. */
  readonly failures: number
  /** For how long, milliseconds; no Retry-After pauses it longer. */
  readonly pauseMs: number
}

/** What this process has seen of the models, in its memory. */
export function createModelHealth ({ failures, pauseMs }: ModelHealthOptions): ModelHealth {
  throw new Error(`not built yet: ${failures} ${pauseMs}`)
}
