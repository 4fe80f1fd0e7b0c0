import { setMaxListeners } from 'node:events'
import type { Log } from '../../backends/backend.ts'
import { hasFindings, type ParityReport } from '../../parity/finding.ts'
import type { Settings } from '../../config/settings.ts'
import { keepFile } from '../../config/kept-file.ts'
import { keptParity, keptParityFile, type KeptCommand } from '../../report/kept-parity.ts'
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
  /** Whose state folder keeps it, and what the run was narrowed to. Not kept when left out. */
  readonly keep?: { readonly settings: Settings, readonly scope?: string | undefined } | undefined
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
    await keep(outcome, !stopping.signal.aborted && isWhole(outcome.report), progress)
    await writeReport(outcome.report, outcome, options, voice, surroundings)
  } finally {
    progress.close()
    for (const name of ['SIGINT', 'SIGTERM']) signals.off(name, interrupt)
  }
}

/** Missing data is never a pass: a run that was cut short, or compared nothing, or not all, is not good. */
function codeOf (report: ParityReport, stopped: boolean): ExitCode {
  if (hasFindings(report)) return 1
  return stopped || !isWhole(report) ? 3 : 0
}

function isWhole ({ cases, coverage }: ParityReport): boolean {
  const compared = cases.some(({ outcome }) => outcome === 'same' || outcome === 'different') || coverage.some(({ requests }) => requests > 0)
  return compared && !cases.some(({ outcome }) => outcome === 'failed')
}

/** What gates, `cutover report` and `cutover plan` read. A disk that is full does not change what was found. */
async function keep ({ report, keep, redact, origins }: ParityOutcome, complete: boolean, progress: Progress): Promise<void> {
  if (keep === undefined || report.command === 'diff') return
  const { settings, scope } = keep
  const command: KeptCommand = report.command
  const file = keptParityFile(settings.stateDir, command)
  try {
    const kept = keptParity({ ...report, command }, {
      features: settings.features,
      at: new Date(),
      complete,
      scope,
      candidate: settings.rollout.version,
      ...(redact !== undefined && { redact }),
      ...(origins !== undefined && { origins })
    })
    await keepFile(file, JSON.stringify(kept) + '\n')
  } catch (error) {
    progress.note(`The report could not be kept as ${file} (${(error as Error).message}): gates and \`cutover report\` still see the one before.`)
  }
}
