import type { ExchangeResponse } from '../../message/exchange.ts'
import type { SendFailure } from '../trial/result.ts'

/** An answer, complete but where `cut` says otherwise. */
export interface Answered {
  readonly response: ExchangeResponse
  readonly durationMs: number
  /** An event stream that was still open: it fell silent, or the time was up. What came is its body. */
  readonly cut?: 'idle' | 'timeout'
}

/** No answer. */
export interface Unanswered {
  readonly failure: SendFailure
  readonly durationMs: number
}

export type SendResult = Answered | Unanswered
