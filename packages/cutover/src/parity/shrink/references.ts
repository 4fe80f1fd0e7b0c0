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

/** The names that a step needs. */
export function namesUsed ({ request, headers, json, form, text, multipart, expect }: Step): Set<string> {
  return namesIn([request, headers, json, form, text, multipart, expect?.json])
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
  const steps: Step[] = []
  for (const step of [...scenario.steps].reverse()) {
    const { capture, ...bare } = step
    const needed = Object.entries(capture ?? {}).filter(([name]) => used.has(name))
    for (const [name] of needed) used.delete(name)
    for (const name of namesUsed(step)) used.add(name)
    steps.unshift(needed.length === 0 ? bare : { ...bare, capture: Object.fromEntries(needed) })
  }
  const { let: values, ...bare } = scenario
  const kept = Object.entries(values ?? {}).filter(([name]) => used.has(name))
  return { ...bare, steps, ...(kept.length > 0 && { let: Object.fromEntries(kept) }) }
}

/**
 * The steps at these places, and those before them whose captures they need.
 * @param places from 0
 */
export function withSources (steps: readonly Step[], places: Iterable<number>): ReadonlySet<number> {
  const kept = new Set(places)
  for (let at = steps.length - 1; at >= 0; at--) {
    if (!kept.has(at)) continue
    for (const name of namesUsed(steps[at]!)) {
      const source = steps.findLastIndex((step, place) => place < at && step.capture?.[name] !== undefined)
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
    if (!dropped.has(at) && [...namesUsed(step)].some(name => captured.get(name) === false)) dropped.add(at)
    for (const name of Object.keys(step.capture ?? {})) if (!dropped.has(at) || !captured.has(name)) captured.set(name, !dropped.has(at))
  })
  return new Set([...steps.keys()].filter(at => !dropped.has(at)))
}
