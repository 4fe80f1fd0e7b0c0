import type { Difference, Shown } from '../compare/difference.ts'
import type { Finding } from '../finding.ts'
import { isRace, momentsOf } from '../scenario/moments.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { classify } from '../value-class.ts'
import type { TrialResult } from './result.ts'
import { runTrial } from './run-trial.ts'
import { findingsOf } from './trial-findings.ts'
import type { TrialContext } from './trial.ts'

/** A scenario that was run until its differences were confirmed or not. */
export interface ConfirmedTrial {
  /** The first run. */
  readonly result: TrialResult
  /** How often it was run. */
  readonly runs: number
  /** What nothing explains, one for each cause; `confirmed` says whether it showed again. */
  readonly findings: readonly Finding[]
  /** What legacy and its own twin differ in as well, or turned out to be noise: it says nothing about the candidate. */
  readonly unstable: readonly Finding[]
}

interface Suspect {
  readonly finding: Finding
  readonly firstRun: number
  shows: number
  /** Runs in which legacy's twin differed there too. */
  twin: number
  /** Runs, with the twin later, in which it showed. */
  apart: number
}

const showsNeeded = 3
/** Runs at least; those after which what showed once is given up; runs at most. */
const forSequences = { least: 1, patience: 3, most: 7 }
const forRaces = { least: 3, patience: 8, most: 16 }
const laterMs = 1100

export interface ConfirmOptions {
  /** Runs at most, the first included; 7 when left out, 16 where requests are sent at the same moment. */
  readonly tries?: number | undefined
  /** Causes that other scenarios of this run have confirmed: they need no further runs. */
  readonly known?: ReadonlySet<string> | undefined
}

/**
 * Runs a scenario; on a difference again, until what differs has shown often enough to be no accident: in three runs,
 * and where the values could be made up or tell the time, in one of them while the twin ran more than a second later. What showed once and not in
 * three further runs is left unconfirmed. A scenario without a difference is run once. One that sends requests at the same
 * moment is run three times, and has more runs to show again what it showed: a race is lost now and then.
 */
export async function confirmTrial (scenario: Scenario, context: TrialContext, options: ConfirmOptions = {}): Promise<ConfirmedTrial> {
  const { known } = options
  const { least, patience, most } = momentsOf(scenario.steps).some(isRace) ? forRaces : forSequences
  const tries = options.tries ?? most
  const result = await runTrial(scenario, context)
  const suspects = new Map<string, Suspect>()
  count(suspects, result, scenario.name, 1, false)
  const isOpen = (suspect: Suspect, runs: number): boolean => known?.has(suspect.finding.cause) !== true && mayTurn(suspect, runs, patience)
  let runs = 1
  while (runs < tries && context.signal?.aborted !== true && (runs < least || [...suspects.values()].some(suspect => isOpen(suspect, runs)))) {
    runs++
    const isApart = context.sides.twin !== undefined && runs >= 3 && [...suspects.values()].some(suspect => isOpen(suspect, runs) && mayBeMadeUp(suspect.finding.difference))
    const again = await runAgain(scenario, context, isApart)
    if (again === undefined) break
    count(suspects, again, scenario.name, runs, isApart)
  }
  const all = [...suspects.values()]
  const isUnstable = (suspect: Suspect) => (suspect.twin > 0 && suspect.shows < 6 * suspect.twin) || (known?.has(suspect.finding.cause) !== true && !isConfirmed(suspect, context) && isNoiseByNow(suspect.finding, context))
  return {
    result,
    runs,
    findings: all.filter(suspect => !isUnstable(suspect)).map(suspect => ({ ...suspect.finding, confirmed: known?.has(suspect.finding.cause) === true || isConfirmed(suspect, context) })),
    unstable: all.filter(isUnstable).map(({ finding }) => finding)
  }
}

/** Undefined when the run was ended meanwhile: what was found until then is kept. */
async function runAgain (scenario: Scenario, context: TrialContext, isApart: boolean): Promise<TrialResult | undefined> {
  try {
    return await runTrial(scenario, context, isApart ? { twinLater: laterMs } : {})
  } catch (error) {
    if (context.signal?.aborted === true) return undefined
    throw error
  }
}

function isConfirmed (suspect: Suspect, context?: TrialContext): boolean {
  if (suspect.shows < Math.max(showsNeeded, 6 * suspect.twin)) return false
  return suspect.apart > 0 || !mayBeMadeUp(suspect.finding.difference) || (context !== undefined && context.sides.twin === undefined)
}

/** Whether another run may still tell. */
function mayTurn (suspect: Suspect, runs: number, patience: number): boolean {
  if (isConfirmed(suspect)) return false
  return suspect.shows > 1 || runs - suspect.firstRun < patience
}

function count (suspects: Map<string, Suspect>, result: TrialResult, name: string, run: number, apart: boolean): void {
  for (const finding of findingsOf(result, name)) {
    const suspect = suspects.get(finding.cause) ?? { finding, firstRun: run, shows: 0, twin: 0, apart: 0 }
    suspects.set(finding.cause, suspect)
    suspect.shows++
    if (apart) suspect.apart++
  }
  for (const suspect of suspects.values()) if (twinShows(result, suspect.finding)) suspect.twin++
}

/** Whether legacy and its twin differ at the same place. */
function twinShows (result: TrialResult, { kind, endpoint, difference }: Finding): boolean {
  if (kind === 'state') return (result.unstableState ?? []).some(each => each.pattern === difference?.pattern)
  return result.steps.filter(step => step.endpoint === endpoint).some(step => kind === 'failure'
    ? (step.failures.twin === undefined) !== (step.failures.legacy === undefined)
    : kind === 'answer' && (step.unstable ?? []).some(each => each.pattern === difference?.pattern || each.kind === 'status'))
}

/** Whether later runs taught that the place is noisy: legacy and its twin only agreed by chance. */
function isNoiseByNow ({ kind, endpoint, difference }: Finding, { noise }: TrialContext): boolean {
  if (difference === undefined || !mayBeMadeUp(difference)) return false
  const name = kind === 'state' ? `state ${endpoint}` : endpoint
  return Object.hasOwn(noise, name) && noise[name]!.entries.some(entry => entry.pattern === difference.pattern)
}

/** Whether both values are of a class that each side makes up, so that legacy and its twin may agree by chance. */
function mayBeMadeUp (difference: Difference | undefined): boolean {
  if (difference === undefined) return false
  if (difference.kind === 'order') return true
  const { legacy, candidate } = difference
  if (legacy === undefined || candidate === undefined) return false
  const one = classOf(legacy)
  return one !== undefined && one === classOf(candidate)
}

function classOf ({ type, text, length }: Shown): string | undefined {
  if (text.endsWith('…')) return 'long'
  const plain = type === 'string' && text.startsWith('"') ? JSON.parse(text) as string : text
  return classify({ type, text: plain, length: Math.min(length, plain.length), json: false })?.class
}
