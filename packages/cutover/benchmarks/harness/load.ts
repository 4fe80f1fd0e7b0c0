import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CannotRun } from './figure.ts'
import { commandLine, findTool } from './tools.ts'

export interface Load {
  readonly url: string
  readonly connections: number
  /** A whole number, at least 1. */
  readonly seconds: number
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  /** Length of the body in bytes; its content does not matter. */
  readonly bodyBytes?: number
}

/** What one block of load saw. Latencies are closed-loop, in milliseconds. */
export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  /** Requests a second. */
  readonly rate: number
  /** Answers that were not 2xx or 3xx, and connections that failed. */
  readonly failed: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

const wrk = findTool('wrk')

/** The name of the load generator on this machine. */
export const generator = wrk ? 'wrk' : 'autocannon'

/**
 * Sends as many requests as the connections carry (closed loop), from a process of its own on the
 * core of the load: wrk when this machine has it, else autocannon.
 * @throws CannotRun when the generator fails
 */
export async function sendLoad (load: Load): Promise<LoadResult> {
  const file = (name: string) => fileURLToPath(new URL(`../servers/${name}`, import.meta.url))
  if (!wrk) return parse(await output(process.execPath, [file('autocannon.mjs'), JSON.stringify(load)], load))
  const headers = Object.entries(load.headers ?? {}).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  return parse(await output(wrk, [
    '-t1', `-c${load.connections}`, `-d${load.seconds}s`, '--timeout', '10s', ...headers, '-s', file('load.lua'), load.url
  ], load, { LOAD_METHOD: load.method ?? 'GET', LOAD_BODY_BYTES: String(load.bodyBytes ?? 0) }))
}

/** Reads the JSON line that both generators end with. */
export function parse (text: string): LoadResult {
  const line = text.trim().split('\n').at(-1) ?? ''
  const data = JSON.parse(line) as { requests: number, seconds: number, failed: number, p50: number, p95: number, p99: number }
  return { ...data, rate: data.requests / data.seconds }
}

function output (tool: string, toolArgs: readonly string[], load: Load, env: Record<string, string> = {}): Promise<string> {
  const [file, args] = commandLine('load', tool, toolArgs)
  return new Promise((resolve, reject) => {
    execFile(file, args, { timeout: (load.seconds + 20) * 1000, killSignal: 'SIGKILL', env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      if (error) reject(new CannotRun(`${tool} against ${load.url} failed: ${error.message}\n${stderr}`))
      else resolve(stdout)
    })
  })
}
