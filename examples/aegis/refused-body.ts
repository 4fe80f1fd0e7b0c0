import type { IncomingMessage } from 'node:http'

/** What a client may still be sending of a body that is refused, in bytes and milliseconds. */
const most = 16 * 1024 * 1024
const longest = 5_000

/**
 * Reads on, and drops, what a client is still sending of a refused body: most clients read no answer before they have sent
 * all, and a connection that closes while they do takes the answer with it. What is longer is not waited for.
 */
export async function drain (request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return
  await new Promise<void>(resolve => {
    let dropped = 0
    const drop = (piece: Buffer): void => {
      dropped += piece.length
      if (dropped > most) over()
    }
    const timer = setTimeout(() => over(), longest)
    const over = (): void => {
      clearTimeout(timer)
      request.off('data', drop).off('end', over).off('close', over)
      // The rest, if there is any, is still dropped as it comes.
      request.resume()
      resolve()
    }
    request.on('data', drop).on('end', over).on('close', over)
  })
}
