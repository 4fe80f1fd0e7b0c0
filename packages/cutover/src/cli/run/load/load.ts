import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hostingArguments, hostingEnvironment } from '../../../backends/hosted/exec-args.ts'
import { fault } from '../../../errors.ts'
import { noTally, type LoadMessage, type LoadReport, type LoadTally, type LoadTask } from './protocol.ts'

// Beside this file, and of its kind: .ts in the workspace, .js where it is installed.
const program = fileURLToPath(new URL(`./program${extname(new URL(import.meta.url).pathname)}`, import.meta.url))
const startMs = 30_000
const stopMs = 5_000
const keptText = 2_000

/** Clients that send requests until they are stopped. */
export interface Load {
  /** What they saw so far. */
  readonly tally: LoadTally
  /** Why they send no more, once they do not. */
  readonly broken: Error | undefined
  /** Says which feature most of the requests are to ask. */
  focus (feature: string | undefined): void
  /** Stops them. @returns what they saw in all */
  stop (): Promise<LoadTally>
}

/**
 * Starts the clients, in a process of their own.
 * @throws CUT_USAGE when there is nothing to send, CUT_LOAD_FAILED
 */
export async function startLoad (task: LoadTask): Promise<Load> {
  const child = spawn(process.execPath, [...hostingArguments(process.execArgv), program], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: hostingEnvironment(process.env) })
  let said = ''
  let broken: Error | undefined
  let tally = noTally
  let stopping = false
  child.stderr!.setEncoding('utf8').on('data', (text: string) => { said = (said + text).slice(-keptText) })
  const gone = once(child, 'exit').then(() => {
    if (!stopping) broken ??= fault('CUT_LOAD_FAILED', said.trim() || 'its process ended')
  })
  const tell = (message: LoadMessage): void => { if (child.connected) child.send(message, () => {}) }
  const first = new Promise<void>(resolve => {
    child.on('message', (report: LoadReport) => {
      if ('tally' in report) tally = report.tally
      else broken = Object.assign(report.code === undefined ? fault('CUT_LOAD_FAILED', report.broken) : new Error(report.broken), report.code === undefined ? {} : { code: report.code })
      resolve()
    })
  })
  const stop = async (): Promise<LoadTally> => {
    if (child.exitCode !== null || child.signalCode !== null) return tally
    stopping = true
    const done = new Promise<void>(resolve => child.on('message', (report: LoadReport) => { if ('tally' in report && report.done === true) resolve() }))
    tell({ stop: true })
    const timer = new Promise<void>(resolve => { setTimeout(resolve, stopMs).unref() })
    if (broken === undefined) await Promise.race([done, timer, gone])
    child.kill('SIGKILL')
    await gone
    return tally
  }
  tell({ task })
  let late: NodeJS.Timeout | undefined
  await Promise.race([first, gone, new Promise<void>(resolve => { late = setTimeout(resolve, startMs) })])
  clearTimeout(late)
  if (broken === undefined && tally === noTally) broken = fault('CUT_LOAD_FAILED', `it was not ready within ${startMs / 1000} s`)
  if (broken !== undefined) {
    await stop()
    throw broken
  }
  return {
    get tally () { return tally },
    get broken () { return broken },
    focus: feature => tell({ focus: feature ?? null }),
    stop
  }
}
