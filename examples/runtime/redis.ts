import { spawn, type ChildProcess } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { findPort } from './free-port.ts'

/** A Redis server of this process's own, which keeps nothing on disk. */
export interface LocalRedis {
  readonly url: string
  readonly version: string
  stop (): Promise<void>
}

/** The path of `redis-server`; undefined where the Debian package redis-server (or another) is not installed. */
export function findRedis (variables: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = [...(variables.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']
  return folders.filter(Boolean).map(folder => join(folder, 'redis-server')).find(runs)
}

/**
 * Starts a Redis server on a free port of loopback. It ends with this process: its input is a pipe that closes then.
 * @param program from {@link findRedis}
 */
export async function startRedis (program: string): Promise<LocalRedis> {
  for (let attempt = 1; ; attempt++) {
    const port = await findPort()
    const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--daemonize', 'no']
    const child = spawn('/bin/sh', ['-c', '"$@" & server=$!; read -r _; kill -TERM $server 2>/dev/null; wait $server', 'sh', program, ...flags], { stdio: ['pipe', 'pipe', 'ignore'], detached: true })
    const said = await ready(child)
    if (said.ok) return { url: `redis://127.0.0.1:${port}`, version: /Redis version=([\d.]+)/.exec(said.text)?.[1] ?? 'unknown', stop: () => stop(child) }
    await stop(child)
    // The port can be taken between its choice and its use.
    if (attempt === 5 || !said.text.includes('Address already in use')) throw new Error(`Redis did not start: ${said.text.trim()}`)
  }
}

function ready (child: ChildProcess): Promise<{ readonly ok: boolean, readonly text: string }> {
  return new Promise(resolve => {
    let text = ''
    const settle = (ok: boolean): void => {
      clearTimeout(timer)
      child.stdout!.off('data', read).resume()
      resolve({ ok, text })
    }
    const timer = setTimeout(() => settle(false), 20_000)
    const read = (chunk: Buffer): void => {
      text += chunk
      if (text.includes('Ready to accept connections')) settle(true)
      else if (/Address already in use|Fatal/.test(text)) settle(false)
    }
    child.stdout!.on('data', read)
    child.once('error', error => { text += error.message; settle(false) })
    child.once('exit', () => settle(false))
  })
}

async function stop (child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise(resolve => child.once('exit', resolve))
  child.stdin!.end()
  await ended
}

function runs (path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
