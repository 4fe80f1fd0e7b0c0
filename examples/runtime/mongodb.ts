import { spawn, type ChildProcess } from 'node:child_process'
import { connect } from 'node:net'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { findPort } from './free-port.ts'

/** A server of this process's own that speaks MongoDB's wire protocol, with its data in memory. It is not MongoDB: see the README. */
export interface EmbeddedMongo {
  /** A connection URL, for its empty database. */
  readonly url: string
  /** Stops the server; its data is gone. */
  stop (): Promise<void>
}

const startMs = 15_000

/**
 * Starts a server on a free loopback port that speaks MongoDB's wire protocol.
 * It lives as long as this process at most: when the process dies, however it does, the server stops.
 * @param name of the database
 */
export async function startMongo (name: string): Promise<EmbeddedMongo> {
  const program = programPath()
  for (let attempt = 1; ; attempt++) {
    const port = await findPort()
    // The shell waits on its input, which ends when this process does; `detached` keeps the terminal's Ctrl-C from the server.
    const child = spawn('/bin/sh', ['-c', '"$@" & server=$!; read -r _; kill -TERM $server 2>/dev/null; wait $server', 'sh', program, '--host=127.0.0.1', `--port=${port}`, `--database=${name}`], { detached: true, stdio: ['pipe', 'ignore', 'pipe'] })
    const problem = await started(child, port)
    if (problem === undefined) return { url: `mongodb://127.0.0.1:${port}/${name}`, stop: () => stop(child) }
    await stop(child)
    // The port can be taken between its choice and its use.
    if (attempt === 5) throw new Error(`the embedded database did not start: ${problem}`)
  }
}

function programPath (): string {
  const name = `@jongodb/memory-server-bin-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'bin', 'jongodb')
  } catch (error) {
    throw new Error(`${name} is not installed: install with optional dependencies where there is one for this machine, or set MONGODB_URI to a MongoDB server`, { cause: error })
  }
}

async function started (child: ChildProcess, port: number): Promise<string | undefined> {
  let said = ''
  let ended: string | undefined
  child.stderr?.on('data', (chunk: Buffer) => { said = (said + String(chunk)).slice(-2000) })
  child.once('error', error => { ended = error.message })
  child.once('exit', code => { ended ??= `it ended with status ${code}: ${said.trim()}` })
  for (const until = Date.now() + startMs; Date.now() < until; await wait(5)) {
    if (ended !== undefined) return ended
    if (await accepts(port)) return undefined
  }
  return `it was not ready within ${startMs / 1000} s; it said: ${said}`
}

function accepts (port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  return new Promise(resolve => {
    socket.once('connect', () => { socket.destroy(); resolve(true) })
    socket.once('error', () => resolve(false))
  })
}

async function stop (child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise(resolve => child.once('exit', resolve))
  child.stdin?.end()
  await ended
}
