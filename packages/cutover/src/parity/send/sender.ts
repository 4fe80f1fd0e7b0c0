import type { ExchangeRequest } from '../../message/exchange.ts'
import type { SendOptions, SendResult } from './send.ts'

/** Sends requests; may keep connections between them. */
export interface Sender {
  send (origin: URL, request: ExchangeRequest, options: SendOptions): Promise<SendResult>
  /** Closes the connections that are kept. */
  close (): void
}

export interface SenderOptions {
  /** Whether a connection is used again for the next request to the same origin. */
  readonly keepAlive: boolean
}

/** Makes a sender. */
export function createSender (options: SenderOptions): Sender {
  throw new Error(`not built yet ${String(options)}`)
}
