import { setTimeout as delay } from 'node:timers/promises'
import type { Aliases } from '../alias.ts'
import type { Difference } from '../compare/difference.ts'
import type { NoiseProfile } from '../noise.ts'
import { compareStates, learnStateNoise } from './compare-state.ts'
import type { TrialResult } from './result.ts'
import type { TrialContext } from './trial.ts'

type States = Pick<TrialResult, 'state' | 'stateLeftOut' | 'unstableState'>

// A backend may write after it has answered: what differs is looked at again before it counts.
const waits = [50, 250]

/**
 * Compares what the databases hold after a trial; learns from legacy and its twin what is noise.
 * @param aliases what the answers bound
 */
export async function judgeStates (context: TrialContext, aliases: Aliases): Promise<States> {
  let states = await judgeOnce(context, aliases)
  for (const wait of waits) {
    if (states.state.length === 0) break
    await delay(wait, undefined, context.signal === undefined ? {} : { signal: context.signal })
    states = await judgeOnce(context, aliases)
  }
  return states
}

async function judgeOnce (context: TrialContext, aliases: Aliases): Promise<States> {
  const { legacy, twin, candidate } = context.sides
  const [ours, same, theirs] = await Promise.all([legacy, twin, candidate].map(async side => await side?.state?.dump()))
  if (ours === undefined || theirs === undefined || ours.tables.length + theirs.tables.length === 0) return { state: [], stateLeftOut: [] }
  const before = context.noise
  if (same !== undefined) context.noise = learnStateNoise(context.noise, ours, same)
  const { differences, leftOut } = compareStates(ours, theirs, { aliases, rules: context.rules, ...(twin !== undefined && { noise: context.noise }) })
  return { state: differences, stateLeftOut: leftOut, unstableState: newlyUnstable(before, context.noise) }
}

function newlyUnstable (before: NoiseProfile, after: NoiseProfile): readonly Difference[] {
  return Object.entries(after).filter(([name]) => name.startsWith('state ')).flatMap(([name, { unstable }]) => {
    const known = new Map((before[name]?.unstable ?? []).map(each => [`${each.kind} ${each.pattern}`, each.count]))
    return unstable.filter(each => each.count > (known.get(`${each.kind} ${each.pattern}`) ?? 0)).map(({ kind, pattern, example }) => ({ kind, pattern, pointer: example }))
  })
}
