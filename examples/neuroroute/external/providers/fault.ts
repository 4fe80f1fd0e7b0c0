import type { AttemptOutcome } from '../../types/providers.ts'

/**
 * Why a provider gave no answer, or no more of it. Neither what it said is kept nor what was sent to it: providers repeat keys
 * in their errors, and prompts.
 */
export class ProviderFault extends Error {
  override readonly name = 'ProviderFault'
  readonly outcome: Exclude<AttemptOutcome, 'ok' | 'busy'>
  readonly status: number | null
  /** How long it asked to wait, milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor (outcome: ProviderFault['outcome'], status: number | null, retryAfterMs?: number) {
    super(status === null ? outcome : `${outcome}, with status ${status}`)
    this.outcome = outcome
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/** What a status other than 200 means. */
export function faultOf (status: number, retryAfterMs: number | undefined): ProviderFault {
  if (status === 429) return new ProviderFault('rate_limited', status, retryAfterMs)
  if (status >= 500) return new ProviderFault('unavailable', status)
  return new ProviderFault(status >= 400 ? 'refused' : 'malformed', status)
}
