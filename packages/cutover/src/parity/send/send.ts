import type { ExchangeRequest, ExchangeResponse } from '../../message/exchange.ts'
import type { SendFailure } from '../trial/result.ts'
import { createSender } from './sender.ts'

/** Bounds of one request, and what is added to it. */
export interface SendOptions {
  /** From the request's first byte to the answer's last, milliseconds. */
  readonly timeoutMs: number
  /** Bytes of a body that are kept; a longer one is hashed as it comes and never held whole. */
  readonly bodyLimit: number
  /** Bytes after which a body is cut off as endless; 16 GiB when left out. */
  readonly endless?: number
  /** How long a `text/event-stream` may be silent until what came counts as its body, milliseconds; 500 when left out. */
  readonly idleMs?: number
  /** The Host header where the request has none; the origin's own when left out. */
  readonly host?: string
  readonly signal?: AbortSignal | undefined
  /** The last byte of the request goes when this resolves: requests on several connections then become whole at one moment. */
  readonly held?: Promise<unknown> | undefined
}

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

/**
 * Sends a request on a connection of its own, byte by byte as it is: target, names, case and order of headers. `Host`
 * and `Content-Length` are added where it lacks them, nothing else is.
 * @throws the signal's reason when it is aborted
 */
export async function send (origin: URL, request: ExchangeRequest, options: SendOptions): Promise<SendResult> {
  const sender = createSender({ keepAlive: false })
  try {
    return await sender.send(origin, request, options)
  } finally {
    sender.close()
  }
}
