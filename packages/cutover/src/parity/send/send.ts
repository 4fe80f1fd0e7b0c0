import type { ExchangeRequest } from '../../message/exchange.ts'
import type { SendOptions } from './options.ts'
import type { SendResult } from './result.ts'
import { createSender } from './sender.ts'

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
