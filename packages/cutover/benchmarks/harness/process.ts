import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { CannotRun } from './figure.ts'
import { commandLine, type Role } from './tools.ts'
import { usageOf, type Usage } from './usage.ts'

/** A process of ours that answers requests. */
export interface Server {
  readonly pid: number
  readonly url: string
  /** What it said of itself when it was ready. */
  readonly ready: Readonly<Record<string, unknown>>
  usage (): Usage
  /**
   * Asks a Node server that was started with `channel`, and gives its answer.
   * @throws when it does not answer within 20 seconds, or ends first
   */
  ask (question: unknown): Promise<unknown>
  /** Stops, continues or kills it. */
  signal (name: NodeJS.Signals): void
  /** Ends it and waits until it is gone. */
  stop (): Promise<void>
}

export interface NodeServer {
  /** A file name below servers/. */
  readonly file: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly role: Role
  /** Options of Node itself. */
  readonly flags?: readonly string[]
  /** Whether `ask` is used. */
  readonly channel?: boolean
}

const living = new Set<ChildProcess>()
process.once('exit', killAll)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    killAll()
    process.exit(130)
  })
}

/**
 * Starts a server in a Node process of its own, on the built packages, and waits until it prints
 * `READY {"url": …}`.
 * @throws CannotRun with what it printed, when it ends or stays silent for 20 seconds
 */
export async function startNode (server: NodeServer): Promise<Server> {
  const path = fileURLToPath(new URL(`../servers/${server.file}`, import.meta.url))
  const [file, args] = commandLine(server.role, process.execPath, [...server.flags ?? [], path, ...server.args ?? []])
  const child = spawn(file, args, {
    stdio: server.channel ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '', ...server.env }
  })
  const complaints = watch(child)
  const ready = await new Promise<Record<string, unknown>>((resolve, reject) => {
    const fail = (why: string) => reject(new CannotRun(`${server.file} ${why}:\n${complaints()}`))
    const timer = setTimeout(() => fail('was not ready within 20 s'), 20_000)
    child.once('exit', () => fail('ended before it was ready'))
    createInterface({ input: child.stdout! }).on('line', line => {
      if (!line.startsWith('READY ')) return
      clearTimeout(timer)
      child.removeAllListeners('exit')
      resolve(JSON.parse(line.slice(6)))
    })
  }).catch(async (error: unknown) => {
    await end(child)
    throw error
  })
  return handle(child, String(ready.url), ready)
}

/**
 * Starts any other program, its output thrown away, and waits until it takes connections.
 * @param port where it listens on loopback
 * @throws CannotRun when it does not within 10 seconds
 */
export async function startProgram (role: Role, tool: string, toolArgs: readonly string[], port: number, env: Readonly<Record<string, string>> = {}): Promise<Server> {
  const [file, args] = commandLine(role, tool, toolArgs)
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, NODE_OPTIONS: '', ...env } })
  const complaints = watch(child)
  const until = Date.now() + 10_000
  while (!(await takesConnections(port))) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > until) {
      await end(child)
      throw new CannotRun(`${tool} does not take connections:\n${complaints()}`)
    }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return handle(child, `http://127.0.0.1:${port}`, {})
}

/** A port of loopback that was free just now, for programs that cannot pick one. */
export async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new CannotRun('no free port')
  return address.port
}

/** Stops servers, whatever becomes of each. */
export async function stopAll (servers: ReadonlyArray<Pick<Server, 'stop'>>): Promise<void> {
  await Promise.allSettled(servers.map(server => server.stop()))
}

function handle (child: ChildProcess, url: string, ready: Record<string, unknown>): Server {
  return {
    pid: child.pid!,
    url,
    ready,
    usage: () => usageOf(child.pid!),
    ask: question => ask(child, question),
    signal: name => { child.kill(name) },
    stop: () => end(child)
  }
}

let questions = 0

function ask (child: ChildProcess, question: unknown): Promise<unknown> {
  const id = ++questions
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer)
      child.off('message', read).off('exit', ended)
      act()
    }
    const read = (message: unknown): void => {
      const reply = message as { id: number, answer?: unknown, error?: string }
      if (reply.id !== id) return
      settle(() => reply.error === undefined ? resolve(reply.answer) : reject(new Error(reply.error)))
    }
    const ended = (): void => settle(() => reject(new Error('the server ended before it answered')))
    const timer = setTimeout(() => settle(() => reject(new Error(`no answer to ${JSON.stringify(question)} within 20 s`))), 20_000)
    child.on('message', read).once('exit', ended)
    child.send({ id, question })
  })
}

function watch (child: ChildProcess): () => string {
  living.add(child)
  child.once('exit', () => living.delete(child))
  child.on('error', () => living.delete(child))
  let last = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => { last = (last + text).slice(-2000) })
  return () => last.trim()
}

async function end (child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

function killAll (): void {
  for (const child of living) child.kill('SIGKILL')
}

function takesConnections (port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => { socket.destroy(); resolve(true) })
    socket.once('error', () => resolve(false))
  })
}
