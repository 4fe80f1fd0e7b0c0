// What the load generator's process runs: one task after the other, told over IPC; it ends with whoever started it.
import { importInstalled } from '../../config/installed-package.ts'
import { closedLoop, warmUp, type Instruments } from './closed-loop.ts'
import { openLoop } from './open-loop.ts'
import type { GeneratorMessage, GeneratorReport, LoadTask } from './protocol.ts'

const what = '`cutover bench`'
const running = new Map<number, AbortController>()
let instruments: Instruments | undefined

async function load (folder: string): Promise<void> {
  try {
    const [{ default: autocannon }, hdr] = await Promise.all([
      importInstalled<{ default: Instruments['autocannon'] }>('autocannon', folder, what),
      importInstalled<Instruments['hdr']>('hdr-histogram-js', folder, what)
    ])
    instruments = { autocannon, hdr }
    report({ ready: true })
  } catch (error) {
    const { code = 'CUT_UNEXPECTED', message } = error as { code?: string, message: string }
    report({ missing: { code, message } })
  }
}

async function run (id: number, task: LoadTask): Promise<void> {
  const stopping = new AbortController()
  running.set(id, stopping)
  try {
    report({ id, result: await resultOf(task, instruments!, stopping.signal) })
  } catch (error) {
    report({ id, error: error instanceof Error ? error.message : String(error) })
  } finally {
    running.delete(id)
  }
}

async function resultOf (task: LoadTask, given: Instruments, signal: AbortSignal): Promise<unknown> {
  if (task.kind === 'closed') return await closedLoop(task, given, signal)
  return task.kind === 'warm' ? await warmUp(task, given, signal) : await openLoop(task, given, signal)
}

function report (message: GeneratorReport): void {
  if (process.connected) process.send?.(message)
}

process.on('message', (message: GeneratorMessage) => {
  if ('folder' in message) load(message.folder).catch(() => process.exit(1))
  else if ('stop' in message) running.get(message.stop)?.abort()
  else run(message.id, message.task).catch(() => process.exit(1))
})
process.once('disconnect', () => process.exit(0))
// Ctrl-c reaches the whole group of a terminal; whoever started this ends it.
process.on('SIGINT', () => {})
