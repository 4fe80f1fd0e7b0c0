import assert from 'node:assert/strict'
import { buildTwin } from './twin.ts'
import { exchange, type Exchange } from './exchange.ts'
import { startProbe } from './probe-server.ts'
import type { FastapiCompatOptions } from '../../candidate/fastapi-compat.ts'

/** Bytes of a request, in the pieces in which they are written. */
export type RawRequest = ReadonlyArray<string | Buffer>

/** FastAPI and its Fastify twin, both running. */
export interface Pair {
  /** @throws AssertionError when they do not answer alike */
  compare (request: RawRequest): Promise<void>
  close (): Promise<void>
}

/** Starts both. */
export async function startPair (options: FastapiCompatOptions = {}): Promise<Pair> {
  const app = await buildTwin(options)
  const [probe] = await Promise.all([startProbe(), app.listen({ port: 0, host: '127.0.0.1' })])
  const twin = (app.server.address() as { port: number }).port
  return {
    async compare (request) {
      const [expected, actual] = await Promise.all([exchange(probe.port, request), exchange(twin, request)])
      assert.deepEqual(portless(actual, twin), portless(expected, probe.port), `answered otherwise: ${describe(request)}`)
    },
    async close () {
      await Promise.all([probe.close(), app.close()])
    }
  }
}

/** Redirects name the server's own port when Host is missing or odd. */
function portless (value: Exchange, port: number): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(`:${port}`, ':PORT'))
}

function describe (request: RawRequest): string {
  return JSON.stringify(request.map(part => Buffer.from(part).toString('latin1')).join('')).slice(0, 2000)
}

/** A request without a body. */
export function get (target: string, headers: readonly string[] = [], method = 'GET'): RawRequest {
  return [Buffer.from(`${method} ${target} HTTP/1.1\r\nhost: probe:8000\r\n${headers.map(header => `${header}\r\n`).join('')}\r\n`, 'latin1')]
}

/** A request with a body. */
export function send (method: string, target: string, body: string | Buffer, headers: readonly string[] = ['content-type: application/json']): RawRequest {
  const bytes = Buffer.from(body as string)
  const head = `${method} ${target} HTTP/1.1\r\nhost: probe:8000\r\n${headers.map(header => `${header}\r\n`).join('')}content-length: ${bytes.length}\r\n\r\n`
  return [Buffer.concat([Buffer.from(head, 'latin1'), bytes])]
}
