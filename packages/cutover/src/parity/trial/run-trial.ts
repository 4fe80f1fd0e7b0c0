import { setTimeout as delay } from 'node:timers/promises'
import { Aliases } from '../alias.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { createSender } from '../send/sender.ts'
import { judgeStep, learnFromStep, type StepAnswers } from './judge-step.ts'
import { Lane, type LaneStep } from './lane.ts'
import type { StepResult, TrialResult } from './result.ts'
import type { Side } from './side.ts'
import { judgeStates } from './trial-state.ts'
import type { TrialContext } from './trial.ts'

export interface RunOptions {
  /**
   * How much later the twin begins, milliseconds. With more than a second whatever tells the time is another on the
   * twin, even in whole seconds, and is learned as noise for sure. 0 when left out: all sides get each step at once.
   */
  readonly twinLater?: number
}

/**
 * Runs a scenario once on all sides, each from a fresh state, and compares answers and states.
 * @throws the signal's reason when it is aborted
 */
export async function runTrial (scenario: Scenario, context: TrialContext, options: RunOptions = {}): Promise<TrialResult> {
  const started = performance.now()
  context.signal?.throwIfAborted()
  const { legacy, twin, candidate } = context.sides
  const sides = [legacy, twin, candidate].filter(side => side !== undefined)
  const broken = (reason: string): TrialResult => ({ steps: [], state: [], stateLeftOut: [], broken: reason, durationMs: performance.now() - started })
  const problem = await prepare(sides, scenario, context)
  if (problem !== undefined) {
    await restore(sides, scenario).catch(() => {})
    return broken(problem)
  }
  const sender = createSender({ keepAlive: false })
  const lanes = sides.map(side => new Lane(side, scenario, context, sender))
  try {
    await (options.twinLater === undefined || options.twinLater === 0 ? inStep(lanes, scenario, context) : apart(lanes, scenario, context, options.twinLater))
  } finally {
    sender.close()
    await restore(sides, scenario)
  }
  return await judge(lanes, scenario, context, started)
}

/** Brings the world into the state that the scenario begins with; says what stands in the way. */
async function prepare (sides: readonly Side[], scenario: Scenario, { settleMs, signal }: TrialContext): Promise<string | undefined> {
  try {
    await Promise.all(sides.map(side => side.revive()))
    await Promise.all(sides.map(side => side.state?.reset()))
    if (scenario.given?.database === 'down') {
      if (sides.some(side => side.state === undefined)) return 'it asks for a database that is down, and no database is configured (parity.state)'
      await Promise.all(sides.map(side => side.state!.stop()))
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  if (settleMs !== undefined && settleMs > 0 && sides.some(side => side.state !== undefined)) await delay(settleMs, undefined, signal === undefined ? {} : { signal })
  return undefined
}

async function restore (sides: readonly Side[], scenario: Scenario): Promise<void> {
  if (scenario.given?.database === 'down') await Promise.all(sides.map(side => side.state?.start()))
}

/** All sides get each step at the same moment, so that what tells the time is as near as can be. */
async function inStep (lanes: readonly Lane[], scenario: Scenario, context: TrialContext): Promise<void> {
  for (const step of scenario.steps) {
    context.signal?.throwIfAborted()
    const [first] = await Promise.all(lanes.map(lane => lane.take(step)))
    if (stops(first!)) return
  }
}

async function apart (lanes: readonly Lane[], scenario: Scenario, context: TrialContext, later: number): Promise<void> {
  await Promise.all(lanes.map(async lane => {
    if (lane.side.name === 'twin') await delay(later, undefined, context.signal === undefined ? {} : { signal: context.signal })
    for (const step of scenario.steps) {
      context.signal?.throwIfAborted()
      if (stops(await lane.take(step)) && lane.side.name === 'legacy') return
    }
  }))
}

function stops (taken: LaneStep): boolean {
  return taken.problem !== undefined || taken.lacking.length > 0
}

async function judge (lanes: readonly Lane[], scenario: Scenario, context: TrialContext, started: number): Promise<TrialResult> {
  const lane = (name: Side['name']) => lanes.find(each => each.side.name === name)
  const legacy = lane('legacy')!
  const taken = legacy.steps.filter(({ problem }) => problem === undefined)
  const answers = taken.map((step, index): StepAnswers => ({ legacy: step, twin: at(lane('twin'), index), candidate: at(lane('candidate'), index) }))
  const aliases = new Aliases()
  // What later steps teach counts for earlier ones too.
  const unstable = answers.map((each, index) => learnFromStep(scenario.steps[index]!, each, context))
  const steps = answers.map((each, index): StepResult => judgeStep(scenario.steps[index]!, index + 1, each, unstable[index]!, aliases, context))
  const broken = brokenAt(legacy, scenario)
  const whole = broken === undefined && answers.every(({ candidate }) => candidate !== undefined)
  const states = whole ? await statesOf(context, aliases) : { state: [], stateLeftOut: [] }
  return { steps, ...(broken !== undefined && { broken }), ...states, durationMs: performance.now() - started }
}

/** What the answers showed is not lost where a database cannot be read. */
async function statesOf (context: TrialContext, aliases: Aliases): Promise<Pick<TrialResult, 'state' | 'stateLeftOut' | 'unstableState' | 'broken'>> {
  try {
    return await judgeStates(context, aliases)
  } catch (error) {
    context.signal?.throwIfAborted()
    return { state: [], stateLeftOut: [], broken: `the databases could not be compared: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** What a side gave to a step, where it was sent to it. */
function at (lane: Lane | undefined, index: number): LaneStep | undefined {
  const taken = lane?.steps[index]
  return taken?.problem === undefined ? taken : undefined
}

function brokenAt (legacy: Lane, scenario: Scenario): string | undefined {
  const index = legacy.steps.findIndex(stops)
  if (index < 0) return undefined
  const { problem, lacking, sent } = legacy.steps[index]!
  const where = `step ${index + 1}, ${scenario.steps[index]!.request}`
  if (problem !== undefined) return `${where}: ${problem}`
  const answer = sent[0]
  const said = answer === undefined ? 'nothing' : 'failure' in answer ? `nothing (${answer.failure.message})` : String(answer.exchange.response.status)
  return `${where}: legacy answered ${said}, without ${lacking.map(({ from }) => from || 'a body').join(', ')} to capture`
}
