import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Exchange } from '../../message/exchange.ts'
import { Aliases } from '../alias.ts'
import { isRace, momentsOf } from '../scenario/moments.ts'
import type { Scenario, Step } from '../scenario/scenario.ts'
import { createSender, type Sender } from '../send/sender.ts'
import { bindDerived } from './bind-derived.ts'
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
  /** Its connections are used again from trial to trial; when left out each request has a connection of its own. */
  readonly sender?: Sender
  /**
   * Gives steps beyond those of the scenario, each in view of what legacy answered to the one before; undefined ends the
   * trial. A capture that legacy's answer lacks is left out then, and ends nothing. Not together with `twinLater`.
   */
  readonly next?: (last: LiveAnswer | undefined) => Step | undefined
}

/** What legacy gave to the last step of a trial under way. */
export interface LiveAnswer {
  /** Undefined when it did not answer. */
  readonly exchange: Exchange | undefined
  /** What its twin gave. */
  readonly twin?: Exchange | undefined
  /** Names of captures that the answer lacks. */
  readonly lacking: readonly string[]
}

/**
 * Runs a scenario once on all sides, each from a fresh state, and compares answers and states.
 * @throws the signal's reason when it is aborted
 */
export async function runTrial (scenario: Scenario, context: TrialContext, options: RunOptions = {}): Promise<TrialResult> {
  const started = performance.now()
  context.signal?.throwIfAborted()
  // Each request under way listens to it: more than ten are no leak.
  if (context.signal !== undefined) setMaxListeners(0, context.signal)
  const { legacy, twin, candidate } = context.sides
  const sides = [legacy, twin, candidate].filter(side => side !== undefined)
  const broken = (reason: string): TrialResult => ({ steps: [], state: [], stateLeftOut: [], broken: reason, durationMs: performance.now() - started })
  const problem = await prepare(sides, scenario, context)
  if (problem !== undefined) {
    await restore(sides, scenario).catch(() => {})
    return broken(problem)
  }
  const sender = options.sender ?? createSender({ keepAlive: false })
  const lanes = sides.map(side => new Lane(side, scenario, context, sender))
  let steps = scenario.steps
  try {
    if (options.twinLater === undefined || options.twinLater === 0) steps = await inStep(lanes, scenario, context, options.next)
    else await apart(lanes, scenario, context, options.twinLater)
  } finally {
    if (options.sender === undefined) sender.close()
    await restore(sides, scenario)
  }
  return await judge(lanes, { ...scenario, steps }, context, started)
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
async function inStep (lanes: readonly Lane[], scenario: Scenario, context: TrialContext, next: RunOptions['next']): Promise<readonly Step[]> {
  let last: LaneStep | undefined
  for (const steps of momentsOf(scenario.steps)) {
    context.signal?.throwIfAborted()
    const [first] = isRace(steps) ? await inTurn(lanes, steps) : await Promise.all(lanes.map(lane => lane.takeTogether(steps)))
    if (first!.some(stops)) return scenario.steps
    last = first!.at(-1)
  }
  return next === undefined ? scenario.steps : [...scenario.steps, ...await live(lanes, context, next, last)]
}

/** Each step in view of the answer to the one before. */
async function live (lanes: readonly Lane[], context: TrialContext, next: NonNullable<RunOptions['next']>, before: LaneStep | undefined): Promise<readonly Step[]> {
  const steps: Step[] = []
  const twin = lanes.findIndex(({ side }) => side.name === 'twin')
  let last = before === undefined ? undefined : liveAnswer(before, undefined)
  for (let step = next(last); step !== undefined; step = next(last)) {
    context.signal?.throwIfAborted()
    steps.push(step)
    const taken = await Promise.all(lanes.map(lane => lane.take(step!)))
    if (taken[0]!.problem !== undefined) break
    last = liveAnswer(taken[0]!, taken[twin])
    const lacking = new Set(last.lacking)
    if (lacking.size > 0) for (const lane of lanes) lane.steps.push(withoutLack(lane.steps.pop()!, lacking))
  }
  return steps
}

function liveAnswer ({ sent, lacking }: LaneStep, twin: LaneStep | undefined): LiveAnswer {
  const first = (all: LaneStep['sent']) => all.flatMap(each => 'exchange' in each ? [each.exchange] : [])[0]
  return { exchange: first(sent), twin: first(twin?.sent ?? []), lacking: lacking.map(({ name }) => name) }
}

function withoutLack (step: LaneStep, names: ReadonlySet<string>): LaneStep {
  return { ...step, lacking: step.lacking.filter(({ name }) => !names.has(name)) }
}

/** What races has the machine for itself: the more it is shared, the less happens at one moment. */
async function inTurn (lanes: readonly Lane[], steps: readonly Step[]): Promise<ReadonlyArray<readonly LaneStep[]>> {
  const taken: Array<readonly LaneStep[]> = []
  for (const lane of lanes) taken.push(await lane.takeTogether(steps))
  return taken
}

async function apart (lanes: readonly Lane[], scenario: Scenario, context: TrialContext, later: number): Promise<void> {
  await Promise.all(lanes.map(async lane => {
    if (lane.side.name === 'twin') await delay(later, undefined, context.signal === undefined ? {} : { signal: context.signal })
    for (const steps of momentsOf(scenario.steps)) {
      context.signal?.throwIfAborted()
      if ((await lane.takeTogether(steps)).some(stops) && lane.side.name === 'legacy') return
    }
  }))
}

function stops (taken: LaneStep): boolean {
  return taken.problem !== undefined || taken.lacking.length > 0
}

async function judge (lanes: readonly Lane[], scenario: Scenario, context: TrialContext, started: number): Promise<TrialResult> {
  const lane = (name: Side['name']) => lanes.find(each => each.side.name === name)
  const legacy = lane('legacy')!
  const problem = legacy.steps.findIndex(step => step.problem !== undefined)
  const answers = legacy.steps.slice(0, problem < 0 ? undefined : problem).map((step, index): StepAnswers => ({ legacy: step, twin: at(lane('twin'), index), candidate: at(lane('candidate'), index) }))
  const aliases = new Aliases()
  for (const { legacy: ours, candidate: theirs } of answers) bindDerived(aliases, ours.derived, theirs?.derived)
  // What later steps teach counts for earlier ones too.
  const unstable = answers.map((each, index) => learnFromStep(scenario.steps[index]!, each, context))
  const steps = answers.map((each, index): StepResult => judgeStep(scenario.steps[index]!, index + 1, each, unstable[index]!, aliases, context))
  const broken = brokenAt(legacy, scenario) ?? underivedAt(lanes, scenario)
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

/** A value that only another side than legacy could not compute: nothing is known of what comes after it there. */
function underivedAt (lanes: readonly Lane[], scenario: Scenario): string | undefined {
  for (const { side, steps } of lanes) {
    const index = steps.findIndex(step => step.underived)
    if (index >= 0) return `step ${index + 1}, ${scenario.steps[index]!.request}, on ${side.name}: ${steps[index]!.problem}`
  }
  return undefined
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
