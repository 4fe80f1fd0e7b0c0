import { startGroup } from '../../backends/process-group.ts'
import { LastLines } from '../../backends/lines.ts'
import { told, type Addressee, type Outcome } from './delivery.ts'

const keptLines = 3
const longestLine = 200
const graceMs = 500

/**
 * Runs a program, without a shell, that reads the event as JSON on its standard input. It is not run again when it
 * fails: it may have done half of its work.
 * @param words the program and its arguments
 */
export function command ({ words, cwd, env, on, timeoutMs }: {
  readonly words: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly on: readonly string[] | undefined
  readonly timeoutMs: number
}): Addressee {
  return {
    name: `command ${words[0]!}`,
    on,
    deliver: async ({ event }, signal) => await run({ words, cwd, env, input: `${JSON.stringify(event)}\n` }, signal, timeoutMs)
  }
}

async function run (what: { readonly words: readonly string[], readonly cwd: string, readonly env: NodeJS.ProcessEnv, readonly input: string }, signal: AbortSignal, timeoutMs: number): Promise<Outcome> {
  const lines = new LastLines(keptLines)
  let over = (): void => {}
  const ended = new Promise<undefined>(resolve => { over = () => resolve(undefined) })
  const timer = setTimeout(over, timeoutMs)
  signal.addEventListener('abort', over, { once: true })
  if (signal.aborted) over()
  const group = startGroup({ ...what, take: line => lines.push(line.slice(0, longestLine)) })
  try {
    const exit = await Promise.race([group.exited, ended])
    if (exit === undefined) return failed(signal.aborted ? 'was stopped: the switch closed' : `did not end within ${timeoutMs} ms, and was stopped`)
    if (exit.reason === 'exited with code 0') return told
    // What it said on its way out may still be in the pipe, which its children can hold open.
    await Promise.race([group.drained, new Promise(resolve => setTimeout(resolve, graceMs).unref())])
    return failed(`${exit.reason}; its last output:\n${lines.toString()}`)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', over)
    // What it left behind goes with it.
    await group.end(graceMs)
  }
}

function failed (detail: string): Outcome {
  return { told: false, detail, again: false }
}
