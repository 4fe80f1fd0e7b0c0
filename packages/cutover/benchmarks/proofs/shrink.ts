import { fuzz } from '../../src/parity/fuzz/fuzz.ts'
import { readApi } from '../../src/parity/fuzz/openapi/read.ts'
import type { Finding } from '../../src/parity/finding.ts'
import type { Scenario, Step } from '../../src/parity/scenario/scenario.ts'
import { sizeOf } from '../../src/parity/shrink/size.ts'
import { runTrial } from '../../src/parity/trial/run-trial.ts'
import { findingsOf } from '../../src/parity/trial/trial-findings.ts'
import type { TrialContext } from '../../src/parity/trial/trial.ts'
import { bound, CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { description } from './shrink/description.ts'
import { faults, type FaultName } from './shrink/faults.ts'
import { openShops } from './shrink/shop-sides.ts'

interface Result {
  readonly fault: FaultName
  readonly about: string
  readonly seed: number
  /** Sent to each side, shrinking not counted; null when it was not found. */
  readonly requests: number | null
  readonly seconds: number
  readonly size: number | null
  readonly smallest: number
  readonly steps: readonly Step[] | null
}

/** Faults behind sequences of requests: how many the fuzzer finds, and how small what it gives is. */
export async function run (options: Options): Promise<Figure> {
  const names = (Object.keys(faults) as FaultName[]).slice(0, options.quick ? 3 : undefined)
  const secondsEach = Math.max(2, (options.seconds ?? 900) / names.length)
  const shops = await openShops()
  const results: Result[] = []
  const notes: string[] = []
  try {
    const fresh = (): TrialContext => ({ sides: shops, rules: {}, noise: {}, timeoutMs: 5000, bodyLimit: 1 << 20 })
    await checkUnbroken(fresh())
    for (const [at, fault] of names.entries()) {
      shops.breakCandidate(fault)
      const doubt = await smallestDoubt(fault, fresh())
      if (doubt !== undefined) notes.push(doubt)
      const { about, smallest } = faults[fault]
      const seed = at + 1
      const begun = performance.now()
      const report = await fuzz({ context: fresh(), api: readApi(JSON.stringify(description), 'the shop'), seed, durationMs: secondsEach * 700, shrinkMs: secondsEach * 300, untilFirst: true })
      const found = smallestOf(report.findings)
      const requests = report.coverage.reduce((sum, endpoint) => sum + endpoint.requests, 0)
      const result: Result = {
        fault,
        about,
        seed,
        requests: found === undefined ? null : requests,
        seconds: Math.round(performance.now() - begun) / 1000,
        size: found === undefined ? null : sizeOf(found),
        smallest: sizeOf(scenarioOf(smallest)),
        steps: found?.steps ?? null
      }
      results.push(result)
      options.log(`${fault.padEnd(26)} seed ${String(seed).padStart(2)}  ${found === undefined ? 'NOT FOUND' : `${String(requests).padStart(5)} requests  size ${String(result.size).padStart(3)}, smallest ${result.smallest}, ${found.steps.length} of ${smallest.length} steps`}  ${result.seconds.toFixed(1)} s`)
      if (result.size !== null && result.size > 1.5 * result.smallest) options.log(`  ${JSON.stringify(result.steps)}`)
    }
  } finally {
    await shops.close()
  }
  for (const note of notes) options.log(note)
  const ratios = results.flatMap(({ size, smallest }) => size === null ? [] : [size / smallest]).sort((a, b) => a - b)
  return {
    figure: 'shrink',
    bounds: [
      bound('size_over_smallest', '<= 1.5', ratios.length === 0 ? null : (ratios[Math.floor((ratios.length - 1) / 2)]! + ratios[Math.ceil((ratios.length - 1) / 2)]!) / 2),
      bound('size_over_smallest_worst', '', ratios.at(-1) ?? null),
      bound('smallest_doubted', '== 0', notes.length),
      bound('found', '== 20', results.filter(({ size }) => size !== null).length)
    ],
    results,
    notes,
    method: 'each fault alone in the candidate; the fuzzer is given the OpenAPI document and stops at its first finding; sizes by sizeOf; each smallest sequence was seen to show its fault, and not to without any one of its steps, headers, parameters or members',
    machine: machine()
  }
}

function scenarioOf (steps: readonly Step[]): Scenario {
  return { name: 'smallest', steps }
}

/** What the fuzzer would show first: a confirmed finding; of several the smallest. */
function smallestOf (findings: readonly Finding[]): Scenario | undefined {
  return findings.flatMap(({ confirmed, shrunk }) => confirmed && shrunk !== undefined ? [shrunk] : []).sort((a, b) => sizeOf(a) - sizeOf(b))[0]
}

async function shows (scenario: Scenario, context: TrialContext): Promise<boolean> {
  return findingsOf(await runTrial(scenario, context), scenario.name).length > 0
}

/** Without a fault nothing may show. */
async function checkUnbroken (context: TrialContext): Promise<void> {
  for (const [name, { smallest }] of Object.entries(faults)) {
    if (await shows(scenarioOf(smallest), context)) throw new CannotRun(`the sequence of ${name} shows something without its fault`)
  }
}

/** What speaks against the smallest sequence of a fault: it must show it, and must not without any of its parts. */
async function smallestDoubt (fault: FaultName, context: TrialContext): Promise<string | undefined> {
  const { smallest } = faults[fault]
  const { broken } = await runTrial(scenarioOf(smallest), context)
  if (!await shows(scenarioOf(smallest), context)) return `the smallest sequence of ${fault} does not show it${broken === undefined ? '' : ` (${broken})`}`
  for (const steps of smaller(smallest)) {
    if (await shows(scenarioOf(steps), context)) return `the smallest sequence of ${fault} is not the smallest: ${JSON.stringify(steps)} shows it too`
  }
  return undefined
}

/** Every sequence with one part less. */
function * smaller (steps: readonly Step[]): Iterable<readonly Step[]> {
  for (const [at, step] of steps.entries()) {
    if (steps.length > 1) yield steps.toSpliced(at, 1)
    for (const name of Object.keys(step.json ?? {})) {
      yield steps.with(at, { ...step, json: Object.fromEntries(Object.entries(step.json as object).filter(([key]) => key !== name)) })
    }
    const { headers, json, ...bare } = step
    if (headers !== undefined) yield steps.with(at, { ...bare, ...(json !== undefined && { json }) })
    if (json !== undefined) yield steps.with(at, { ...bare, ...(headers !== undefined && { headers }) })
    if (step.request.includes('?')) yield steps.with(at, { ...step, request: step.request.split('?', 1)[0]! })
  }
}
