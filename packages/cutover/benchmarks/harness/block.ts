import { sendLoad, type Load } from './load.ts'
import type { Server } from './process.ts'

/** What one block of load on one server gave. */
export interface Block {
  /** Requests a second. */
  readonly rate: number
  readonly failed: number
  /** Closed-loop latencies, milliseconds. */
  readonly p50: number
  readonly p95: number
  /** The server's CPU, microseconds a request; NaN where /proc does not exist. */
  readonly cpuPerRequest: number
  /** The part of one core that the server used: well under 1, something else was the bottleneck. */
  readonly busy: number
}

/** Loads a server for a while and reads what it used meanwhile. */
export async function measureBlock (server: Server, load: Omit<Load, 'url'>, path: string): Promise<Block> {
  const before = server.usage().cpuMs ?? Number.NaN
  const result = await sendLoad({ ...load, url: server.url + path })
  const cpuMs = (server.usage().cpuMs ?? Number.NaN) - before
  return {
    rate: result.rate,
    failed: result.failed,
    p50: result.p50,
    p95: result.p95,
    cpuPerRequest: cpuMs * 1000 / result.requests,
    busy: cpuMs / 1000 / result.seconds
  }
}

/** Below this part of its core, something else than the server was the limit. */
const saturated = 0.85

/**
 * The line that says which servers were not the bottleneck of their own figure, so that the ratios make them look
 * slower than they are; undefined when all were.
 * @param busy the part of its core that each server used
 */
export function waited (busy: Readonly<Record<string, number>>): string | undefined {
  const names = Object.entries(busy).filter(([, part]) => part < saturated).map(([name, part]) => `${name} (${part})`)
  return names.length === 0 ? undefined : `the load, the upstream or another program was the limit, not the server, of ${names.join(', ')}: faster than shown`
}

/** What a server answers, as far as two must agree. */
export async function answerOf (server: Server, path: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(server.url + path, { ...init, signal: AbortSignal.timeout(10_000) })
  return `${response.status} ${response.headers.get('content-type')} ${await response.text()}`
}
