import { setMaxListeners } from 'node:events'
import type { Log } from '../../backends/backend.ts'
import { openProgress, type Progress } from '../parity/progress.ts'
import type { Surroundings } from '../surroundings.ts'

/** What long work of a command goes on with. */
export interface Work {
  /** Aborted by ctrl-c and SIGTERM. */
  readonly signal: AbortSignal
  readonly progress: Progress
  /** Takes what backends say. */
  readonly log: Log
}

/** Runs long work with progress; the first ctrl-c stops it and what it has started, a second one ends at once. */
export async function work<Result> ({ signals, stderr, env, exit }: Surroundings, run: (work: Work) => Promise<Result>): Promise<Result> {
  const progress = openProgress(stderr)
  const stopping = new AbortController()
  setMaxListeners(0, stopping.signal)
  const interrupt = (): void => {
    if (stopping.signal.aborted) return exit(3)
    progress.note('Stopping the backends; nothing is kept. Once more stops at once.')
    stopping.abort(new Error('It was stopped before it had a result.'))
  }
  for (const name of ['SIGINT', 'SIGTERM']) signals.on(name, interrupt)
  const log: Log = ({ level, message }) => {
    if (level === 'warn' || (env.CUTOVER_DEBUG ?? '') !== '') progress.note(message)
  }
  try {
    return await run({ signal: stopping.signal, progress, log })
  } finally {
    progress.close()
    for (const name of ['SIGINT', 'SIGTERM']) signals.off(name, interrupt)
  }
}
