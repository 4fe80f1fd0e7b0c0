import type { ComparisonConfig } from '../../config/comparison.ts'
import type { CaseResult, ParityReport } from '../finding.ts'
import type { Api } from '../fuzz/openapi/api.ts'
import type { NoiseProfile } from '../noise.ts'
import { checkDerivations } from '../scenario/derive.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { confirmTrial, type ConfirmedTrial } from '../trial/confirm-trial.ts'
import type { Sides } from '../trial/side.ts'
import type { TrialContext } from '../trial/trial.ts'
import { Coverage } from './coverage.ts'
import { GatheredFindings } from './gathered-findings.ts'

export interface VerifyOptions {
  readonly scenarios: readonly Scenario[]
  /** Stay open: whoever opened them closes them. */
  readonly sides: Sides
  /** Checked by `validateRules`. */
  readonly rules: ComparisonConfig
  readonly timeoutMs: number
  readonly bodyLimit: number
  /** Waited after each reset, so that caches hear of it, milliseconds. */
  readonly settleMs?: number
  /** Noise learned in earlier runs. */
  readonly noise?: NoiseProfile
  /** Endpoints that should be asked, such as the routes of all features: `GET /health`, `/api/vehicles/*`. */
  readonly known?: readonly string[]
  /** What describes the candidate: its operations and statuses that no scenario met are told. */
  readonly api?: Api | undefined
  /** What a reader must know besides, such as the notes of `openSides`. */
  readonly notes?: readonly string[]
  /** Runs of a scenario that differs, at most. */
  readonly tries?: number
  /** Ends the run early; what was found is reported. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: VerifyProgress) => void
}

/** After each scenario. */
export interface VerifyProgress {
  readonly done: number
  readonly total: number
  readonly last: CaseResult
}

/** After so many cases in a row that could not begin, the rest is not tried. */
const downAtMost = 3

/**
 * Runs every scenario on all sides, and reports what nothing explains. Never throws for what a backend does.
 * @throws CUT_DERIVE_UNKNOWN
 */
export async function verify (options: VerifyOptions): Promise<ParityReport> {
  const { scenarios, signal, onProgress } = options
  checkDerivations(scenarios, options.sides.derive)
  const startedAt = new Date()
  const started = performance.now()
  const context: TrialContext = {
    sides: options.sides,
    rules: options.rules,
    noise: options.noise ?? {},
    timeoutMs: options.timeoutMs,
    bodyLimit: options.bodyLimit,
    settleMs: options.settleMs,
    signal
  }
  const findings = new GatheredFindings()
  const coverage = new Coverage(options.known ?? [], options.api)
  const cases: CaseResult[] = []
  const notes = [...options.notes ?? []]
  let down = 0
  for (const scenario of scenarios) {
    const skipped = signal?.aborted === true ? 'the run was ended before' : down >= downAtMost ? 'the backends did not come up again' : undefined
    const last = skipped === undefined ? await runCase(scenario, context, options.tries, findings, coverage) : { ...caseOf(scenario), outcome: 'skipped' as const, note: skipped }
    cases.push(last)
    down = last.outcome === 'failed' && last.steps === 0 ? down + 1 : 0
    onProgress?.({ done: cases.length, total: scenarios.length, last })
  }
  const count = (outcome: CaseResult['outcome']) => cases.filter(each => each.outcome === outcome).length
  if (scenarios.length === 0) notes.push('There are no scenarios: nothing was compared.')
  if (signal?.aborted === true) notes.push(`The run was ended early: ${count('skipped')} of ${scenarios.length} scenarios were not run.`)
  else if (count('skipped') > 0) notes.push(`${count('skipped')} of ${scenarios.length} scenarios were not run: the backends did not come up again.`)
  return {
    command: 'verify',
    startedAt: startedAt.toISOString(),
    durationMs: performance.now() - started,
    cases,
    findings: findings.all,
    leftOut: findings.leftOut,
    coverage: coverage.endpoints,
    untested: coverage.untested,
    notes
  }
}

function caseOf ({ name }: Scenario): CaseResult {
  return { name, steps: 0, durationMs: 0, outcome: 'failed', causes: [] }
}

async function runCase (scenario: Scenario, context: TrialContext, tries: number | undefined, findings: GatheredFindings, coverage: Coverage): Promise<CaseResult> {
  const started = performance.now()
  let trial: ConfirmedTrial
  try {
    trial = await confirmTrial(scenario, context, { tries, known: findings.confirmed })
  } catch (error) {
    const note = context.signal?.aborted === true ? 'the run was ended meanwhile' : error instanceof Error ? error.message : String(error)
    return { ...caseOf(scenario), durationMs: performance.now() - started, outcome: context.signal?.aborted === true ? 'skipped' : 'failed', note }
  }
  findings.add(trial.findings)
  findings.leaveOutOf(trial.result)
  findings.leaveOutUnstable(trial.unstable)
  coverage.add(trial.result)
  const { broken } = trial.result
  return {
    name: scenario.name,
    steps: trial.result.steps.length,
    durationMs: performance.now() - started,
    outcome: broken !== undefined ? 'failed' : trial.findings.some(({ confirmed }) => confirmed) ? 'different' : 'same',
    causes: trial.findings.map(({ cause }) => cause),
    endpoints: [...new Set(trial.result.steps.map(({ endpoint }) => endpoint))],
    ...(broken !== undefined && { note: broken })
  }
}
