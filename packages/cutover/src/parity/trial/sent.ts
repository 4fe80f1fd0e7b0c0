import type { Exchange } from '../../message/exchange.ts'
import type { SendFailure } from './result.ts'

/** What one sending of a step gave on one side. */
export type Sent = Answer | { readonly failure: SendFailure }

/** An answer; `cut` says why it is not complete. */
export interface Answer {
  readonly exchange: Exchange
  readonly cut?: 'idle' | 'timeout'
}
