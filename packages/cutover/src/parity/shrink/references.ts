import { derivationsOf, derivesFromAll } from '../scenario/derive.ts'
import type { Scenario, Step } from '../scenario/scenario.ts'

/** `$${name}` is no reference but the text `${name}`. */
const REFERENCE = /(?<!\$)\$\{([\w-]+)\}/g

/** The names that a value refers to, at any depth. */
export function namesIn (value: unknown, names: Set<string> = new Set()): Set<string> {
  if (typeof value === 'string') {
    for (const [, name] of value.matchAll(REFERENCE)) names.add(name!)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      namesIn(key, names)
      namesIn(member, names)
    }
  }
  return names
}

/** The names that a step needs, without those that it derives itself. */
export function namesUsed (step: Step): Set<string> {
  const { request, headers, json, form, text, multipart, expect } = step
  const names = namesIn([request, headers, json, form, text, multipart, expect?.json])
  const derived = derivationsOf(step)
  for (const { name } of derived) names.delete(name)
  const own = new Set<string>()
  for (const { name, given } of derived) {
    for (const each of namesIn(given)) if (!own.has(each)) names.add(each)
    own.add(name)
  }
  return names
}

/** The names that a step gives those after it. */
export function namesGiven ({ capture, derive }: Step): readonly string[] {
  return [...Object.keys(derive ?? {}), ...Object.keys(capture ?? {})]
}

/** A step with a literal in a name's place; its endpoint stays known by its old name. */
export function withLiteral (step: Step, name: string, literal: string): Step {
  const whole = `\${${name}}`
  const put = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(REFERENCE, (reference, each: string) => each === name ? literal : reference)
    if (Array.isArray(value)) return value.map(put)
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, member]) => [put(key), put(member)]))
    return value
  }
  const putJson = (value: unknown): unknown => {
    if (value === whole && /^-?(0|[1-9]\d{0,14})$/.test(literal)) return Number(literal)
    if (Array.isArray(value)) return value.map(putJson)
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, putJson(member)]))
    return put(value)
  }
  const { request, headers, json, form, text, multipart } = step
  return {
    ...step,
    request: put(request) as string,
    endpoint: endpointOf(step),
    ...(headers !== undefined && { headers: put(headers) as NonNullable<Step['headers']> }),
    ...(json !== undefined && { json: putJson(json) }),
    ...(form !== undefined && { form: put(form) as Record<string, string> }),
    ...(text !== undefined && { text: put(text) as string }),
    ...(multipart !== undefined && { multipart: put(multipart) as NonNullable<Step['multipart']> })
  }
}

/** The name under which a step is known. */
export function endpointOf ({ endpoint, request }: Pick<Step, 'endpoint' | 'request'>): string {
  return endpoint ?? request.split('?', 1)[0]!
}

/** A scenario without the captures and values that nothing uses. */
export function withoutUnused (scenario: Scenario): Scenario {
  const used = new Set<string>()
  let all = false
  const steps: Step[] = []
  for (const step of [...scenario.steps].reverse()) {
    const { capture, ...bare } = withUsedDerivations(step, name => all || used.has(name))
    const needed = Object.entries(capture ?? {}).filter(([name]) => all || used.has(name))
    for (const name of namesGiven(step)) used.delete(name)
    for (const name of namesUsed(bare)) used.add(name)
    all ||= derivesFromAll(bare)
    steps.unshift(needed.length === 0 ? bare : { ...bare, capture: Object.fromEntries(needed) })
  }
  const { let: values, ...bare } = scenario
  const kept = Object.entries(values ?? {}).filter(([name]) => all || used.has(name))
  return { ...bare, steps, ...(kept.length > 0 && { let: Object.fromEntries(kept) }) }
}

/** A step without what it derives and nothing uses: neither itself, nor what it derives after it, nor a later step. */
function withUsedDerivations (step: Step, isUsedLater: (name: string) => boolean): Step {
  const { derive, ...bare } = step
  if (derive === undefined) return step
  const used = namesIn([bare.request, bare.headers, bare.json, bare.form, bare.text, bare.multipart, bare.expect?.json])
  let all = false
  const kept: Array<[string, NonNullable<Step['derive']>[string]]> = []
  for (const [name, value] of Object.entries(derive).reverse()) {
    if (!all && !used.has(name) && !isUsedLater(name)) continue
    kept.unshift([name, value])
    if (typeof value === 'string' || value.with === undefined) all = true
    else for (const each of namesIn(value.with)) used.add(each)
  }
  return kept.length === 0 ? bare : { ...step, derive: Object.fromEntries(kept) }
}

/**
 * The steps at these places, and those before them whose captures they need.
 * @param places from 0
 */
export function withSources (steps: readonly Step[], places: Iterable<number>): ReadonlySet<number> {
  const kept = new Set(places)
  for (let at = steps.length - 1; at >= 0; at--) {
    if (!kept.has(at)) continue
    if (derivesFromAll(steps[at]!)) for (let place = 0; place < at; place++) if (namesGiven(steps[place]!).length > 0) kept.add(place)
    for (const name of namesUsed(steps[at]!)) {
      const source = steps.findLastIndex((step, place) => place < at && namesGiven(step).includes(name))
      if (source >= 0) kept.add(source)
    }
  }
  return kept
}

/** The steps without those at these places, and without those that need a capture of one that is gone. */
export function withoutUsers (steps: readonly Step[], gone: Iterable<number>): ReadonlySet<number> {
  const dropped = new Set(gone)
  const captured = new Map<string, boolean>()
  steps.forEach((step, at) => {
    if (!dropped.has(at) && ([...namesUsed(step)].some(name => captured.get(name) === false) || (derivesFromAll(step) && [...captured.values()].includes(false)))) dropped.add(at)
    for (const name of namesGiven(step)) if (!dropped.has(at) || !captured.has(name)) captured.set(name, !dropped.has(at))
  })
  return new Set([...steps.keys()].filter(at => !dropped.has(at)))
}
