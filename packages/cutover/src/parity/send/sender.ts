import type { ExchangeRequest } from '../../message/exchange.ts'
import { Connection } from './connection.ts'
import type { SendOptions } from './options.ts'
import type { SendResult } from './result.ts'

/** Sends requests; may keep connections between them. */
export interface Sender {
  /** @throws the signal's reason when it is aborted */
  send (origin: URL, request: ExchangeRequest, options: SendOptions): Promise<SendResult>
  /**
   * Opens connections for the requests that come next, so that these reach the backend at one moment, not as their
   * connections come up. Waits at most a second; a request whose connection is not there opens its own.
   */
  open (origin: URL, count: number): Promise<void>
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
const openingMs = 1000
const safe = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** Makes a sender. */
export function createSender ({ keepAlive }: SenderOptions): Sender {
  const kept = new Map<string, Connection[]>()
  const opened = new Map<string, Connection[]>()
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
      const waiting = opened.get(origin.origin)?.shift()
      const used = waiting === undefined && keepAlive ? take(origin) : undefined
      const connection = waiting ?? used ?? new Connection(origin)
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
    async open (origin, count) {
      const connections = Array.from({ length: count }, () => new Connection(origin))
      const up = await Promise.all(connections.map(connection => connection.connected(openingMs)))
      for (const connection of opened.get(origin.origin) ?? []) connection.close()
      opened.set(origin.origin, connections.filter((connection, index) => {
        if (!up[index]) connection.close()
        return up[index]
      }))
    },
    close () {
      for (const idle of [...kept.values(), ...opened.values()]) for (const connection of idle.splice(0)) connection.close()
    }
  }
}
