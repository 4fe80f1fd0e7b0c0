import { derivesFromAll } from '../../scenario/derive.ts'
import type { Scenario, Step } from '../../scenario/scenario.ts'
import { namesGiven, namesUsed } from '../../shrink/references.ts'
import { isSound } from './sound.ts'

const short = 4

/**
 * The steps that sign in: those that capture what the headers need, and what these need themselves. A short scenario is
 * taken whole; where it captures nothing that is needed, a scenario that does is looked for among the others.
 * @param headers sent with requests that ask for credentials
 */
export function signInOf (headers: Readonly<Record<string, string>>, signIn: Scenario | undefined, scenarios: readonly Scenario[]): Scenario | undefined {
  const wanted = [...JSON.stringify(Object.values(headers)).matchAll(/\$\{([\w-]+)\}/g)].map(([, name]) => name!)
  for (const source of signIn === undefined ? scenarios : [signIn, ...scenarios]) {
    const captured = new Set(source.steps.flatMap(namesGiven))
    if (source.given !== undefined || wanted.length === 0 || !wanted.every(name => captured.has(name))) continue
    const steps = source === signIn && source.steps.length <= short ? source.steps : needed(source.steps, wanted)
    const found: Scenario = { name: 'sign in', ...(source.let !== undefined && { let: source.let }), steps: steps.map(({ expect: _, ...step }) => step) }
    if (isSound(found)) return found
  }
  return wanted.length === 0 ? signIn : undefined
}

/** The first step that captures each name, and what that one uses. */
function needed (steps: readonly Step[], wanted: readonly string[]): readonly Step[] {
  const chosen = new Set<number>()
  const choose = (name: string): void => {
    const at = steps.findIndex(step => namesGiven(step).includes(name))
    if (at < 0 || chosen.has(at)) return
    chosen.add(at)
    for (const each of namesUsed(steps[at]!)) choose(each)
    // Nobody knows what such a function rests on.
    if (derivesFromAll(steps[at]!)) for (const each of steps.slice(0, at).flatMap(namesGiven)) choose(each)
  }
  for (const name of wanted) choose(name)
  return steps.filter((_, index) => chosen.has(index))
}
