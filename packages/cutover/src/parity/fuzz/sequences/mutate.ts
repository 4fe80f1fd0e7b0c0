import { literal } from '../../scenario/fill.ts'
import type { Scenario, Step } from '../../scenario/scenario.ts'
import type { Random } from '../random.ts'
import { valueAt, changed } from '../requests/faults.ts'
import { hostileTexts } from '../values/invalid.ts'
import { isSound } from './sound.ts'

type Change = (steps: readonly Step[], random: Random) => readonly Step[]

const numbersToTry = [0, 1, -1, 0.5, 2 ** 31, 2 ** 53, 1e308, 1900, 2100, 9_999_999]

/**
 * A scenario with a few changes: steps left out, repeated, moved, sent at once, and values of theirs changed. What the
 * original expected is left away. Each `${name}` that is used stays captured.
 */
export function mutateScenario (scenario: Scenario, random: Random): Scenario {
  const plain = scenario.steps.map(({ expect: _, ...step }): Step => step)
  let steps: readonly Step[] = plain
  let left = random.integer(1, 3)
  for (let attempt = 0; attempt < 12 && left > 0; attempt++) {
    const next = random.pick(changes)(steps, random)
    if (next.length === 0 || next.length > 60 || !isSound({ ...scenario, steps: next })) continue
    if (JSON.stringify(next) !== JSON.stringify(steps)) left--
    steps = next
  }
  return { name: `${scenario.name}, changed`, ...(scenario.given !== undefined && { given: scenario.given }), ...(scenario.let !== undefined && { let: scenario.let }), steps }
}

const changes: readonly Change[] = [
  (steps, random) => steps.toSpliced(random.integer(0, steps.length - 1), 1),
  (steps, random) => {
    const at = random.integer(0, steps.length - 1)
    return steps.toSpliced(at, 0, steps[at]!)
  },
  (steps, random) => {
    const { capture: _, ...step } = random.pick(steps)
    return steps.toSpliced(random.integer(0, steps.length), 0, step)
  },
  (steps, random) => {
    const at = random.integer(0, steps.length - 1)
    return steps.toSpliced(at, 1).toSpliced(random.integer(0, steps.length - 1), 0, steps[at]!)
  },
  (steps, random) => steps.slice(0, random.integer(1, steps.length)),
  onStep((step, random) => step.json === undefined ? step : { ...step, json: jsonChanged(step.json, random) }),
  onStep((step, random) => step.json === undefined ? step : { ...step, json: jsonChanged(step.json, random) }),
  onStep((step, random) => {
    const names = Object.keys(step.headers ?? {})
    if (names.length === 0) return step
    const name = random.pick(names)
    const { [name]: value, ...others } = step.headers!
    return random.chance(0.5) || typeof value !== 'string' ? { ...step, headers: others } : { ...step, headers: { ...others, [name]: random.pick(['', `${value}x`, value.toUpperCase().replaceAll(/\$\{[^}]*\}/g, 'X'), 'x']) } }
  }),
  onStep((step, random) => ({ ...step, request: random.pick(lineChanges)(step.request, random) })),
  onStep((step, random) => ({ ...step, headers: { ...step.headers, ...random.pick<Readonly<Record<string, string>>>([{ accept: 'text/html' }, { 'accept-encoding': 'gzip' }, { origin: 'http://localhost:5173' }, { 'if-none-match': '*' }, { 'content-type': 'text/plain' }]) } }))
]

const lineChanges: ReadonlyArray<(line: string, random: Random) => string> = [
  (line, random) => line.replace(/^\S+/, random.pick(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])),
  line => `${line}/`,
  line => `${line}${line.includes('?') ? '&' : '?'}unexpected=1`,
  (line, random) => line.replace(/[^/?]*$/, () => encodeURIComponent(random.pick(hostileTexts.filter(({ label }) => label !== 'lone surrogate')).value)),
  (line, random) => line.replace(/=([^&]*)/, () => `=${random.pick(['', '0', '-1', '1', '100', '101', '9007199254740993', 'x', '%00'])}`)
]

function onStep (change: (step: Step, random: Random) => Step): Change {
  return (steps, random) => {
    const at = random.integer(0, steps.length - 1)
    return steps.with(at, change(steps[at]!, random))
  }
}

/** One member anywhere in a JSON value changed, removed or added. */
export function jsonChanged (json: unknown, random: Random): unknown {
  const places: string[][] = []
  const walk = (value: unknown, path: readonly string[]): void => {
    if (path.length > 0) places.push([...path])
    if (typeof value === 'object' && value !== null && path.length < 6) for (const [name, each] of Object.entries(value).slice(0, 40)) walk(each, [...path, name])
  }
  walk(json, [])
  if (places.length === 0) return json
  const place = random.pick(places)
  const kind = random.integer(0, 9)
  if (kind === 0) return changed(json, place, undefined)
  if (kind === 1) return changed(json, [...place.slice(0, -1), 'unexpected'], true)
  return changed(json, place, otherThan(valueAt(json, place), random))
}

function otherThan (value: unknown, random: Random): unknown {
  if (random.chance(0.15)) return random.pick([null, true, 0, '', [], {}, '0', 'null'])
  if (typeof value === 'number') return random.pick([value + 1, value - 1, -value, value / 2, value * 10, String(value), ...numbersToTry])
  if (typeof value === 'boolean') return !value
  if (typeof value === 'string') {
    return random.pick([literal(random.pick(hostileTexts).value), `${value} `, ` ${value}`, value.toUpperCase().replaceAll(/\$\{[^}]*\}/g, 'X'), value.slice(0, -1).replaceAll(/\$\{[^}]*$/g, ''), `${value}${value}`, 'é🚗', 'x'.repeat(random.pick([16, 31, 61, 256, 2000]))])
  }
  return random.pick<unknown>([null, [], {}, [value], 'text'])
}
