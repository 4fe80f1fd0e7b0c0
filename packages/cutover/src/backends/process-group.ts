import { execFile, spawn, type Serializable } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { LineSplitter } from './lines.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const pollMs = 25
const afterKillMs = 2000
const windows = process.platform === 'win32'

/** How the first process of a group ended. */
export interface Exit {
  /** `exited with code 1`, `was killed by SIGKILL`, `could not be started: …`. */
  readonly reason: string
  /** False when it could not be started at all. */
  readonly started: boolean
}

/** A running program with all that it starts. */
export interface ProcessGroup {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined
  readonly exited: Promise<Exit>
  /** Resolves when it has ended and all that it printed has been taken. */
  readonly drained: Promise<void>
  /** Sends a message over the channel, if there is one and its other end still listens. */
  tell (message: Serializable): void
  /**
   * Ends every process of the group: SIGTERM, and SIGKILL for those still there when the time is over.
   * On Windows, which has neither groups nor SIGTERM, the process tree is ended at once.
   */
  end (graceMs: number): Promise<void>
}

/**
 * Starts a program without a shell, in a process group of its own, which never outlives this process, unless
 * that is itself killed by SIGKILL.
 * @param take gets each line that it prints, from both streams
 * @param channel for a Node program: what it is told at its start over IPC, and what takes its messages
 * @param input what it reads on its standard input, which is empty otherwise
 */
export function startGroup ({ words, cwd, env, take, channel, input }: {
  readonly words: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly take: (line: string) => void
  readonly channel?: { readonly tell: Serializable, readonly take: (message: unknown) => void }
  readonly input?: string
}): ProcessGroup {
  const [program, ...args] = words
  const child = spawn(program!, args, { cwd, env, detached: !windows, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', ...(channel === undefined ? [] : ['ipc' as const])], windowsHide: true })
  const streams = [child.stdout!, child.stderr!]
  // One that ends without reading it may.
  child.stdin?.on('error', () => {}).end(input)
  if (channel !== undefined && child.pid !== undefined) {
    child.on('message', channel.take)
    // It may have ended already; that is told by `exited`.
    child.send(channel.tell, () => {})
  }
  for (const stream of streams) {
    const splitter = new LineSplitter(take)
    stream.on('data', (chunk: Buffer) => splitter.write(chunk))
    stream.on('end', () => splitter.end())
    stream.on('error', () => splitter.end())
  }
  const exited = new Promise<Exit>(resolve => {
    child.once('error', error => { if (child.pid === undefined) resolve({ reason: `could not be started: ${error.message}`, started: false }) })
    child.once('exit', (code, signal) => resolve({ reason: signal === null ? `exited with code ${code}` : `was killed by ${signal}`, started: true }))
  })
  const drained = new Promise<void>(resolve => {
    child.once('close', () => resolve())
    child.once('error', () => { if (child.pid === undefined) resolve() })
  })
  const { pid } = child
  const tell = (message: Serializable): void => { if (child.connected) child.send(message, () => {}) }
  if (pid === undefined) return { pid, exited, drained, tell, end: async () => {} }
  guard(pid)
  const end = async (graceMs: number) => {
    if (await endGroup(pid, graceMs)) unguard(pid)
    // What left the group may still hold the pipes; it must not hold this process.
    for (const stream of streams) stream.destroy()
    if (child.connected) child.disconnect()
  }
  let ending: Promise<void> | undefined
  // Once only: its id could be another group's by then.
  return { pid, exited, drained, tell, end: graceMs => (ending ??= end(graceMs)) }
}

async function endGroup (pid: number, graceMs: number): Promise<boolean> {
  signalGroup(pid, 'SIGTERM')
  if (await gone(pid, graceMs)) return true
  signalGroup(pid, 'SIGKILL')
  return await gone(pid, afterKillMs)
}

async function gone (pid: number, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs
  while (isAlive(pid)) {
    if (performance.now() >= until) return false
    await delay(pollMs)
  }
  return true
}

function signalGroup (pid: number, signal: NodeJS.Signals | 0): boolean {
  if (windows) {
    if (signal !== 0) execFile('taskkill', ['/pid', String(pid), '/T', '/F'], () => {})
    return signal !== 0 || signalProcess(pid, 0)
  }
  return signalProcess(-pid, signal)
}

function signalProcess (pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    // EPERM: somebody is there who may not be signalled.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function isAlive (pid: number): boolean {
  if (!signalGroup(pid, 0)) return false
  // Where nobody reaps orphans, as in many containers, the dead stay in their group.
  return process.platform !== 'linux' || hasLivingMember(pid)
}

function hasLivingMember (group: number): boolean {
  return readdirSync('/proc').some(entry => {
    if (!/^\d+$/.test(entry)) return false
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      // "pid (name) state ppid pgrp …", where the name may hold anything.
      const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return Number(pgrp) === group && state !== 'Z' && state !== 'X'
    } catch {
      return false
    }
  })
}

const living = new Set<number>()

function killAll (): void {
  for (const pid of living) signalGroup(pid, 'SIGKILL')
}

function onSignal (signal: NodeJS.Signals): void {
  // Whoever else listens decides how this process ends, and its exit then kills what is left.
  if (process.listenerCount(signal) > 1) return
  killAll()
  process.off(signal, onSignal)
  process.kill(process.pid, signal)
}

function guard (pid: number): void {
  if (living.size === 0) {
    process.on('exit', killAll)
    // First, since a listener of another that was added by `once` is gone by the time it runs.
    for (const signal of signals) process.prependListener(signal, onSignal)
  }
  living.add(pid)
}

function unguard (pid: number): void {
  if (!living.delete(pid) || living.size > 0) return
  process.off('exit', killAll)
  for (const signal of signals) process.off(signal, onSignal)
}
