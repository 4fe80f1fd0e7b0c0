import type { ExchangeRequest } from '../../message/exchange.ts'
import { Connection } from './connection.ts'
import type { SendOptions, SendResult } from './send.ts'

/** Sends requests; may keep connections between them. */
export interface Sender {
  /** @throws the signal's reason when it is aborted */
  send (origin: URL, request: ExchangeRequest, options: SendOptions): Promise<SendResult>
  /** Closes the connections that are kept. */
  close (): void
}

export interface SenderOptions {
  /** Whether a connection is used again for the next request to the same origin. */
  readonly keepAlive: boolean
}

/** A backend may close an idle connection at any moment; within this time of its last use none does, milliseconds. */
const freshMs = 1000
const keptAtMost = 64
const safe = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** Makes a sender. */
export function createSender ({ keepAlive }: SenderOptions): Sender {
  const kept = new Map<string, Connection[]>()
  const take = (origin: URL): Connection | undefined => {
    const idle = kept.get(origin.origin) ?? []
    for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) {
      if (connection.isUsable && performance.now() - connection.idleSince < freshMs) return connection
      connection.close()
    }
    return undefined
  }
  const give = (origin: URL, connection: Connection): void => {
    const idle = kept.get(origin.origin) ?? []
    kept.set(origin.origin, idle)
    if (keepAlive && connection.isUsable && idle.length < keptAtMost) idle.push(connection)
    else connection.close()
  }
  return {
    async send (origin, request, options) {
      options.signal?.throwIfAborted()
      const used = keepAlive ? take(origin) : undefined
      const connection = used ?? new Connection(origin)
      try {
        const result = await connection.exchange(request, options)
        const isStale = used !== undefined && 'failure' in result && result.failure.kind === 'reset' && !connection.hasAnswered
        if (!isStale || !safe.has(request.method)) return result
      } finally {
        give(origin, connection)
      }
      const fresh = new Connection(origin)
      try {
        return await fresh.exchange(request, options)
      } finally {
        give(origin, fresh)
      }
    },
    close () {
      for (const idle of kept.values()) for (const connection of idle.splice(0)) connection.close()
    }
  }
}
