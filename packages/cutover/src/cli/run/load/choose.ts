import type { LoadScenario } from './protocol.ts'

/** Of how many turns in ten the feature in focus decides. */
const focused = 0.7

/**
 * Which scenario a client runs next: mostly one that asks the feature in focus, the likelier the more of its steps do;
 * else any, so that what is not in focus keeps its traffic.
 * @param random uniform in [0, 1)
 * @returns undefined when there is none
 */
export function chooseScenario (scenarios: readonly LoadScenario[], focus: string | null, random: () => number): LoadScenario | undefined {
  const weights = focus !== null && random() < focused ? scenarios.map(({ features }) => features[focus] ?? 0) : scenarios.map(() => 1)
  const sum = weights.reduce((all, weight) => all + weight, 0)
  if (sum === 0) return scenarios[Math.floor(random() * scenarios.length)]
  let left = random() * sum
  return scenarios.find((_, place) => (left -= weights[place]!) < 0) ?? scenarios.at(-1)
}
