import { Pool } from 'undici'
import type { Completion, TokenUsage } from '../../types/providers.ts'
import { EventStream } from './event-stream.ts'
import { Exchange, leftover } from './exchange.ts'
import { faultOf, ProviderFault } from './fault.ts'
import type { Limits } from './limits.ts'
import { retryAfterMs } from './retry-after.ts'
import { StreamedAnswer } from './streamed-answer.ts'
import { FormatError, parse, type Wire } from './wire.ts'

export interface ClientOptions {
  readonly wire: Wire
  /** The API's base without `/v1`. */
  readonly url: string
  readonly key: string
  readonly concurrency: number
  readonly timeoutMs: number
  readonly limits: Limits
}

/** One provider. Both questions take a place, which `release` gives back when the connection is closed or free again. */
export interface ProviderClient {
  /** @throws ProviderFault, or the reason why the client left */
  complete (model: string, completion: Completion, left: AbortSignal, release: () => void): Promise<{ readonly output: string, readonly usage: TokenUsage }>
  /** Resolves with the head. @throws ProviderFault, or the reason why the client left */
  stream (model: string, completion: Completion, left: AbortSignal, release: () => void): Promise<StreamedAnswer>
  /** Closes all connections, whatever is under way on them. */
  close (): Promise<void>
}

export function createClient ({ wire, url, key, concurrency, timeoutMs, limits }: ClientOptions): ProviderClient {
  const base = new URL(url)
  const path = `${base.pathname.replace(/\/+$/, '')}${wire.path}`
  const pool = new Pool(base.origin, { connections: concurrency, connect: { timeout: timeoutMs }, headersTimeout: 0, bodyTimeout: 0 })
  const headers = { ...wire.headers(key), 'content-type': 'application/json', 'accept-encoding': 'identity' }

  /** The head of an answer that says that all is well. */
  async function ask (body: string, accept: string, exchange: Exchange) {
    const response = await pool.request({ method: 'POST', path, headers: { ...headers, accept }, body, signal: exchange.signal })
    response.body.on('error', () => {})
    exchange.status = response.statusCode
    if (response.statusCode === 200) return response
    await response.body.dump({ limit: leftover.limit, signal: exchange.signal }).catch(() => {})
    const asked = response.headers['retry-after']
    throw faultOf(response.statusCode, retryAfterMs(typeof asked === 'string' ? asked : undefined, Date.now()))
  }

  return {
    async complete (model, completion, left, release) {
      const exchange = new Exchange(timeoutMs, left, release)
      try {
        left.throwIfAborted()
        return await exchange.within(async () => {
          const response = await ask(wire.body(model, completion, false), 'application/json', exchange)
          const pieces: Uint8Array[] = []
          let length = 0
          for await (const piece of response.body as AsyncIterable<Uint8Array>) {
            length += piece.length
            if (length > limits.answer) throw new ProviderFault('malformed', 200)
            pieces.push(piece)
          }
          exchange.finish()
          return read(wire, pieces)
        })
      } catch (error) {
        throw exchange.explain(error)
      }
    },

    async stream (model, completion, left, release) {
      const exchange = new Exchange(timeoutMs, left, release)
      try {
        left.throwIfAborted()
        const response = await exchange.within(async () => await ask(wire.body(model, completion, true), 'text/event-stream', exchange))
        const type = response.headers['content-type']
        if (typeof type !== 'string' || !/^text\/event-stream\s*(;|$)/i.test(type)) throw new ProviderFault('malformed', 200)
        return new StreamedAnswer(response.body, new EventStream(limits.line), wire.createReader(), limits.stream, exchange)
      } catch (error) {
        throw exchange.explain(error)
      }
    },

    async close () { await pool.destroy() }
  }
}

/** @throws ProviderFault when it is not the provider's format */
function read (wire: Wire, pieces: readonly Uint8Array[]): ReturnType<Wire['readAnswer']> {
  try {
    return wire.readAnswer(parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(pieces))))
  } catch (error) {
    if (error instanceof FormatError || error instanceof TypeError) throw new ProviderFault('malformed', 200)
    throw error
  }
}
