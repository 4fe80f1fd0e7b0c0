import { setMaxListeners } from 'node:events'
import type { Log } from '../../backends/backend.ts'
import { hasFindings, type ParityReport } from '../../parity/finding.ts'
import type { ExitCode } from '../exit-code.ts'
import { voiceOf, type Surroundings } from '../surroundings.ts'
import { openProgress, type Progress } from './progress.ts'
import { writeReport, type ReportFacts, type ReportOptions } from './write-report.ts'

/** What a command of parity works with. */
export interface ParityRun {
  /** Aborted by ctrl-c and SIGTERM. */
  readonly signal: AbortSignal
  readonly progress: Progress
  /** Takes what backends say. */
  readonly log: Log
}

/** A report with what writing it needs. */
export interface ParityOutcome extends ReportFacts {
  readonly report: ParityReport
}

/**
 * Runs a command of parity: progress, ctrl-c, report, exit code. The first ctrl-c ends the work early and reports what was
 * found until then, a second one ends at once.
 */
export async function runParity (surroundings: Surroundings, options: ReportOptions, end: (code: ExitCode) => void, work: (run: ParityRun) => Promise<ParityOutcome>): Promise<void> {
  const { signals, stderr, env } = surroundings
  const voice = voiceOf(surroundings, options)
  const progress = openProgress(stderr)
  const stopping = new AbortController()
  // Every request in flight listens.
  setMaxListeners(0, stopping.signal)
  const interrupt = (): void => {
    if (stopping.signal.aborted) {
      end(3)
      surroundings.exit(3)
      return
    }
    progress.note('Stopping: what was found is reported. Once more stops at once.')
    stopping.abort(new Error('It was stopped before anything could be reported.'))
  }
  for (const name of ['SIGINT', 'SIGTERM']) signals.on(name, interrupt)
  const log: Log = ({ level, message }) => {
    if (level === 'warn' || (env.CUTOVER_DEBUG ?? '') !== '') progress.note(message)
  }
  try {
    const outcome = await work({ signal: stopping.signal, progress, log })
    progress.close()
    const code = codeOf(outcome.report, stopping.signal.aborted)
    if (code !== 0) end(code)
    await writeReport(outcome.report, outcome, options, voice, surroundings)
  } finally {
    progress.close()
    for (const name of ['SIGINT', 'SIGTERM']) signals.off(name, interrupt)
  }
}

/** Missing data is never a pass: a run that was cut short, or compared nothing, or not all, is not good. */
function codeOf (report: ParityReport, stopped: boolean): ExitCode {
  if (hasFindings(report)) return 1
  const compared = report.cases.some(({ outcome }) => outcome === 'same' || outcome === 'different') || report.coverage.some(({ requests }) => requests > 0)
  return stopped || !compared || report.cases.some(({ outcome }) => outcome === 'failed') ? 3 : 0
}
