import type { Step } from './scenario.ts'

/** The steps of a scenario, those in one list that are sent at the same moment. */
export function momentsOf (steps: readonly Step[]): ReadonlyArray<readonly Step[]> {
  const moments: Step[][] = []
  for (const step of steps) {
    if (step.together === true && moments.length > 0) moments.at(-1)!.push(step)
    else moments.push([step])
  }
  return moments
}

/** Whether several requests are sent at the moment of these steps. */
export function isRace (steps: readonly Step[]): boolean {
  return steps.length > 1 || (steps[0]?.times ?? 1) > 1
}
