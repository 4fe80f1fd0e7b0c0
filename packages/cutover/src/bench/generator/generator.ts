import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hostingArguments, hostingEnvironment } from '../../backends/hosted/exec-args.ts'
import { fault } from '../../errors.ts'
import { commandLine } from '../process/pinning.ts'
import type { GeneratorMessage, GeneratorReport, LoadTask, ResultOf } from './protocol.ts'

// Beside this file, and of its kind: .ts in the workspace, .js where it is installed.
const program = fileURLToPath(new URL(`./program${extname(new URL(import.meta.url).pathname)}`, import.meta.url))
const startMs = 20_000
const keptText = 2000

/** The load generator, in a process of its own on a core of its own where there is one. */
export interface Generator {
  /** Runs one task; one at a time. @throws what broke it, or the signal's reason */
  run<Task extends LoadTask> (task: Task, signal?: AbortSignal): Promise<ResultOf<Task>>
  close (): Promise<void>
}

/**
 * Starts it.
 * @param folder from which the packages are found that cutover itself does not bring
 * @throws CUT_PACKAGE_MISSING, CUT_BENCH_GENERATOR
 */
export async function openGenerator (folder: string): Promise<Generator> {
  const [file, args] = commandLine('load', process.execPath, [...hostingArguments(process.execArgv), program])
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: hostingEnvironment(process.env) })
  let last = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => { last = (last + text).slice(-keptText) })
  const broken = (): Error => fault('CUT_BENCH_GENERATOR', last.trim() === '' ? 'it said nothing' : last.trim())
  try {
    const report = await answerOf(child, { folder }, report => 'ready' in report || 'missing' in report, broken, AbortSignal.timeout(startMs))
    if ('missing' in report) throw Object.assign(new Error(report.missing.message), { code: report.missing.code })
  } catch (error) {
    await end(child)
    throw error
  }
  let asked = 0
  return {
    async run<Task extends LoadTask> (task: Task, signal?: AbortSignal) {
      signal?.throwIfAborted()
      const id = ++asked
      const stop = (): void => { tell(child, { stop: id }) }
      signal?.addEventListener('abort', stop, { once: true })
      try {
        const report = await answerOf(child, { id, task }, report => 'id' in report && report.id === id, broken)
        signal?.throwIfAborted()
        if ('error' in report) throw fault('CUT_BENCH_GENERATOR', report.error)
        return (report as { readonly result: unknown }).result as ResultOf<Task>
      } finally {
        signal?.removeEventListener('abort', stop)
      }
    },
    close: () => end(child)
  }
}

function answerOf (child: ChildProcess, message: GeneratorMessage, isIt: (report: GeneratorReport) => boolean, broken: () => Error, limit?: AbortSignal): Promise<GeneratorReport> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      child.off('message', read).off('exit', ended).off('error', ended)
      limit?.removeEventListener('abort', ended)
      act()
    }
    const read = (report: unknown): void => { if (isIt(report as GeneratorReport)) settle(() => resolve(report as GeneratorReport)) }
    const ended = (): void => settle(() => reject(broken()))
    child.on('message', read).once('exit', ended).once('error', ended)
    limit?.addEventListener('abort', ended, { once: true })
    if (child.exitCode !== null || child.signalCode !== null) ended()
    else tell(child, message)
  })
}

function tell (child: ChildProcess, message: GeneratorMessage): void {
  if (child.connected) child.send(message, () => {})
}

async function end (child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
