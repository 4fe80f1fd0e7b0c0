import { gatesOf, type Gates } from '../../src/rollout/gate/gates.ts'
import { bound, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { clopperPearson, quantile, seeded } from '../harness/statistics.ts'
import { binomial } from './evidence/binomial.ts'
import { failing, firstStage, healthy, settings, slo, wholeRollout, type Healthy } from './evidence/scenarios.ts'
import { naiveWindow } from './evidence/naive-window.ts'
import { simulate } from './evidence/simulated-rollout.ts'

const seed = 20_250_117

/** Simulated rollouts through the gates of production: how often a healthy candidate is taken back, and how soon a bad one is. */
export async function run ({ log, quick }: Options): Promise<Figure> {
  const runs = quick ? 50 : 2_000
  const gates = gatesOf(settings, { sticky: false })
  log(`${runs} rollouts each; alpha ${settings.alpha}, shared by ${settings.gates.map(({ name }) => name).join(', ')}`)
  const kept = healthy.map((scenario, place) => told(falseRollbacks(gates, scenario, runs, seed + place), log))
  const worst = kept.reduce((most, each) => each.rate > most.rate ? each : most)
  log('for comparison, failing on each window of 1,000 requests with a rate over the SLO and 3 failures:')
  const naive = told(falseRollbacks(naiveWindow(slo, 1_000), healthy[1]!, Math.ceil(runs / 10), seed), log)
  const goodBefore = 20_000
  const alarm = (perCent: number, times = runs, from = 0): Alarms => {
    const found = alarms(gates, perCent / 100, times, seed + perCent * 1000, from)
    log(`${perCent} % errors ${from === 0 ? 'from the first request' : `after ${from} good requests`}: alarm after ${spread(found)}`)
    return found
  }
  const late = (perCent: number): Alarms => alarm(perCent, Math.ceil(runs / 20), goodBefore)
  const found = { 0.5: alarm(0.5), 1: alarm(1), 5: alarm(5), 20: alarm(20) }
  const foundLate = { 1: late(1), 5: late(5), 20: late(20) }
  return {
    figure: 'evidence',
    bounds: [
      bound('false_rollbacks', '<= 0.01', { value: worst.rate, ...ends(worst.rolledBack, runs) }),
      bound('alarm_0.5', '<= 2000', found[0.5].median),
      bound('alarm_1', '<= 600', found[1].median),
      bound('alarm_5', '<= 70', found[5].median),
      bound('alarm_20', '<= 18', found[20].median),
      bound('false_rollbacks_naive', '', naive.rate),
      bound('alarm_1_late', '', foundLate[1].median),
      bound('alarm_5_late', '', foundLate[5].median),
      bound('alarm_20_late', '', foundLate[20].median)
    ],
    runs,
    seed,
    healthy: kept,
    alarms: found,
    alarms_late: foundLate,
    settings,
    method: 'the gates of production on simulated counters, looked at on every tick; a healthy rollout goes through 1, 10, 25, 50 and 100 %, at each until its gates pass or its time is up; medians are the candidate\'s requests until an alarm',
    machine: machine()
  }
}

export interface Kept {
  readonly scenario: string
  readonly rolledBack: number
  readonly rate: number
  readonly byGate: Readonly<Record<string, number>>
  /** How many went through all stages because their gates passed. */
  readonly completed: number
  readonly medianRequests: number
}

/** Rolls a healthy candidate out again and again. */
export function falseRollbacks (gates: Gates, { name, behaviour }: Healthy, runs: number, from: number): Kept {
  const draw = binomial(seeded(from))
  const byGate: Record<string, number> = {}
  const requests: number[] = []
  let rolledBack = 0
  let completed = 0
  for (let run = 0; run < runs; run++) {
    const outcome = simulate(wholeRollout, gates, draw, behaviour)
    requests.push(outcome.requests)
    if (outcome.completed) completed++
    if (outcome.alarm === undefined) continue
    rolledBack++
    byGate[outcome.alarm] = (byGate[outcome.alarm] ?? 0) + 1
  }
  return { scenario: name, rolledBack, rate: rolledBack / runs, byGate, completed, medianRequests: quantile(requests, 0.5) }
}

export interface Alarms {
  readonly median: number
  readonly ninetieth: number
  /** Runs in which it was not found; they count as long as they were. */
  readonly missed: number
  readonly byGate: Readonly<Record<string, number>>
}

/**
 * How many requests a bad candidate gets until it is found.
 * @param from how many good ones it answers before it goes bad
 */
export function alarms (gates: Gates, rate: number, runs: number, start: number, from = 0): Alarms {
  const draw = binomial(seeded(start))
  const byGate: Record<string, number> = {}
  const requests: number[] = []
  let missed = 0
  for (let run = 0; run < runs; run++) {
    const outcome = simulate(firstStage, gates, draw, failing(rate, from))
    if (outcome.alarm === undefined) missed++
    else byGate[outcome.alarm] = (byGate[outcome.alarm] ?? 0) + 1
    requests.push(outcome.requests - from)
  }
  return { median: quantile(requests, 0.5), ninetieth: quantile(requests, 0.9), missed, byGate }
}

function told (kept: Kept, log: (line: string) => void): Kept {
  const gates = Object.entries(kept.byGate).map(([gate, times]) => `${gate} ${times}`).join(', ')
  log(`${kept.scenario}: ${kept.rolledBack} taken back${gates === '' ? '' : ` (${gates})`}, ${kept.completed} completed by themselves, ${kept.medianRequests} requests of the candidate (median)`)
  return kept
}

function ends (rolledBack: number, runs: number): { low: number, high: number } {
  const { low, high } = clopperPearson(rolledBack, runs, 0.95)
  return { low, high }
}

function spread ({ median, ninetieth, missed, byGate }: Alarms): string {
  return `${Math.round(median)} requests (median), ${Math.round(ninetieth)} (90 %), ${missed} missed; by ${Object.keys(byGate).join(', ')}`
}
