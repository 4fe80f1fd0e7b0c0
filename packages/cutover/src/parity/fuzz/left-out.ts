import { addLeftOut, type LeftOutCounts } from '../noise.ts'
import type { TrialResult } from '../trial/result.ts'

/** Adds what a trial left out, by endpoint and by table. */
export function countLeftOut (counts: LeftOutCounts, result: TrialResult): LeftOutCounts {
  let sum = counts
  const add = (endpoint: string, leftOut: TrialResult['stateLeftOut']) => {
    if (leftOut.length > 0) sum = addLeftOut(sum, endpoint, { differences: [], total: 0, counts: {}, leftOut })
  }
  for (const step of result.steps) add(step.endpoint, step.leftOut)
  for (const tally of result.stateLeftOut) add(tally.pattern.split('/')[1] ?? '', [tally])
  return sum
}
