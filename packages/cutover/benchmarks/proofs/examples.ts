import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bound, type Bound, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { judge, type Judged } from './examples/judged.ts'
import { faults } from './examples/fault.ts'
import { verifyExample, type Verified } from './examples/verified.ts'

const examples = ['vehicles', 'assistant', 'aegis', 'neuroroute'] as const
const root = join(import.meta.dirname, '../../../../examples')

/** What became of one example: what its scenarios leave open, or why they could not be run. */
export type Outcome = { readonly judged: Judged, readonly faults: Verified['faults'] } | { readonly problem: string }

/** `cutover verify` on every worked migration: what no scenario asks, and what nothing explains. */
export async function run ({ log }: Options): Promise<Figure> {
  const outcomes = new Map<string, Outcome>()
  for (const name of examples) {
    const outcome = await outcomeOf(name, log)
    outcomes.set(name, outcome)
    for (const line of linesOf(name, outcome)) log(line)
  }
  return {
    figure: 'examples',
    bounds: boundsOf(outcomes),
    ...Object.fromEntries([...outcomes].map(([name, outcome]) => [name, 'problem' in outcome ? outcome : { ...outcome.judged, faults: outcome.faults }])),
    method: 'what `cutover verify` does: legacy, its twin and the candidate, each in a process of its own on its own clone of the example\'s embedded database; every scenario on all of them, answers and stored state compared. An endpoint is an operation of the candidate\'s OpenAPI document or a route of the config; a status is one that the document names. Then once more with each fault planted in front of the candidate, until it is found',
    machine: machine()
  }
}

async function outcomeOf (name: string, log: Options['log']): Promise<Outcome> {
  const folder = join(root, name)
  if (!existsSync(join(folder, 'cutover.config.ts'))) return { problem: 'it has no cutover.config.ts' }
  log(`${name}: verifying`)
  try {
    const verified = await verifyExample(folder, log)
    return { judged: judge(verified), faults: verified.faults }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

/** One bound for each promise and example, and for each promise over all. What was not measured is null, which meets no bound. */
export function boundsOf (outcomes: ReadonlyMap<string, Outcome>): Bound[] {
  const promises = ['endpoints_uncovered', 'statuses_uncovered', 'unexplained'] as const
  const value = (outcome: Outcome, promise: typeof promises[number] | 'not_run'): number | null => {
    if ('problem' in outcome) return null
    const { endpoints, statuses, unexplained, notRun } = outcome.judged
    return { endpoints_uncovered: endpoints, statuses_uncovered: statuses, unexplained, not_run: notRun }[promise].length
  }
  const all = [...outcomes.values()]
  const sum = (promise: typeof promises[number]): number | null => all.some(outcome => 'problem' in outcome) ? null : all.reduce((total, outcome) => total + value(outcome, promise)!, 0)
  return [
    ...promises.map(promise => bound(promise, '== 0', sum(promise))),
    ...[...outcomes].flatMap(([name, outcome]) => [
      ...promises.map(promise => bound(`${promise}_${name}`, '== 0', value(outcome, promise))),
      bound(`scenarios_not_run_${name}`, '== 0', 'judged' in outcome && outcome.judged.scenarios === 0 ? null : value(outcome, 'not_run')),
      bound(`faults_found_${name}`, `== ${faults.length}`, 'problem' in outcome ? null : Object.values(outcome.faults).filter(Boolean).length),
      bound(`intended_${name}`, '', 'problem' in outcome ? null : outcome.judged.intended.length)
    ])
  ]
}

function linesOf (name: string, outcome: Outcome): string[] {
  if ('problem' in outcome) return [`${name}: NOT VERIFIED: ${outcome.problem}`]
  const { judged, faults: found } = outcome
  const list = (title: string, lines: readonly string[]): string[] => lines.map((line, at) => `  ${at === 0 ? title : ' '.repeat(title.length)} ${line}`)
  return [
    `${name}: ${judged.scenarios} scenarios, ${judged.requests} requests, ${judged.operations} operations described`,
    ...list('never asked:', judged.endpoints),
    ...list('never answered:', judged.statuses),
    ...list('unexplained:', judged.unexplained),
    ...list('not confirmed:', judged.unconfirmed),
    ...list('not run:', judged.notRun),
    ...list('left out:', judged.leftOut),
    ...list('intended:', judged.intended.flatMap(({ what, reason, met }) => [`${reason} (${met} differences)`, ...what.map(each => `  ${each}`)])),
    ...list('planted:', Object.entries(found).map(([fault, isFound]) => `${fault}: ${isFound ? 'found' : 'NOT FOUND'}`))
  ]
}
