import { Buffer } from 'node:buffer'
import type { Part, Scenario, Step } from '../scenario/scenario.ts'
import { minimizeJson } from './json.ts'
import { minimizeList, type Shows } from './list.ts'
import { endpointOf, namesIn } from './references.ts'
import { requestLine, writeRequestLine } from './request-line.ts'
import { minimizeText } from './text.ts'

/**
 * The smallest form of one step with which the scenario still shows.
 * @param at its place, from 0
 */
export async function minimizeStep (scenario: Scenario, at: number, shows: Shows<Scenario>): Promise<Scenario> {
  const put = (step: Step): Scenario => ({ ...scenario, steps: scenario.steps.map((each, place) => place === at ? step : each) })
  const showsStep = (step: Step): Promise<boolean> => shows(put(step))
  let step = scenario.steps[at]!
  for (const minimize of [barest, calm, plainBody, fewHeaders, fewParameters, plainPath, plainHeaders]) step = await minimize(step, showsStep)
  return put(step)
}

type Minimize = (step: Step, shows: Shows<Step>) => Promise<Step>

/** Nothing but the method and the path, asked first: often nothing else is needed. */
const barest: Minimize = async (step, shows) => {
  const { request, capture, derive } = step
  const given = { ...(derive && { derive }), ...(capture && { capture }) }
  const bare = { request: request.split('?', 1)[0]!, endpoint: endpointOf(step), ...given }
  const plain = step.endpoint === undefined ? { request: bare.request, ...given } : bare
  return !same(plain, step) && await shows(plain) ? plain : step
}

/** Once, without comment and expectation. */
const calm: Minimize = async (step, shows) => {
  let kept = step
  for (const key of ['about', 'expect', 'times'] as const) {
    const without = omit(kept, key)
    if (kept[key] !== undefined && (key === 'about' || await shows(without))) kept = without
  }
  if (kept.times !== undefined && kept.times > 2) {
    const { times } = kept
    for (const fewer of [2, 3, 5, Math.ceil(times / 4), Math.ceil(times / 2)]) {
      if (fewer < times && await shows({ ...kept, times: fewer })) return { ...kept, times: fewer }
    }
  }
  return kept
}

const fewHeaders: Minimize = async (step, shows) => {
  if (step.headers === undefined) return step
  const all = Object.entries(step.headers).flatMap(([name, value]) => [value].flat().map(one => [name, one] as const))
  const withOnly = (some: typeof all): Step => {
    const headers: Record<string, string | string[]> = {}
    for (const [name, value] of some) headers[name] = Object.hasOwn(headers, name) ? [headers[name]!, value].flat() : value
    return some.length === 0 ? omit(step, 'headers') : { ...step, headers }
  }
  return withOnly([...await minimizeList(all, some => shows(withOnly([...some])))])
}

const fewParameters: Minimize = async (step, shows) => {
  const line = requestLine(step.request)
  if (line.query.length === 0) return step
  const withQuery = (query: readonly string[]): Step => ({ ...step, request: writeRequestLine({ ...line, query }) })
  let query = await minimizeList(line.query, some => shows(withQuery(some)))
  for (const [at, pair] of query.entries()) {
    const equals = pair.indexOf('=')
    if (equals < 0) continue
    const others = query
    const pairWith = (value: string): readonly string[] => others.with(at, pair.slice(0, equals + 1) + value)
    query = pairWith(await minimizeValue(pair.slice(equals + 1), value => shows(withQuery(pairWith(value)))))
  }
  return withQuery(query)
}

const plainHeaders: Minimize = async (step, shows) => {
  let kept = step
  for (const [name, value] of Object.entries(step.headers ?? {})) {
    if (typeof value !== 'string' || namesIn(value).size > 0) continue
    const base = kept
    const withValue = (smaller: string): Step => ({ ...base, headers: { ...base.headers, [name]: smaller } })
    kept = withValue(await minimizeValue(value, smaller => smaller.trim() === smaller ? shows(withValue(smaller)) : Promise.resolve(false)))
  }
  return kept
}

/** Segments that look like values; the endpoint keeps its name. */
const plainPath: Minimize = async (step, shows) => {
  const line = requestLine(step.request)
  const names = requestLine(endpointOf(step)).path.split('/')
  let segments: readonly string[] = line.path.split('/')
  const withSegments = (some: readonly string[]): Step => ({ ...step, endpoint: endpointOf(step), request: writeRequestLine({ ...line, path: some.join('/') }) })
  for (const [at, segment] of segments.entries()) {
    const isValue = step.endpoint === undefined ? /[\d%]/.test(segment) && segment.length > 2 : segment !== names[at]
    if (!isValue || segment === '' || namesIn(segment).size > 0) continue
    const others = segments
    const put = (value: string): readonly string[] => others.with(at, value)
    segments = put(await minimizeValue(segment, value => value === '' ? Promise.resolve(false) : shows(withSegments(put(value)))))
  }
  return same(segments, line.path.split('/')) ? step : withSegments(segments)
}

const plainBody: Minimize = async (step, shows) => {
  for (const key of ['json', 'form', 'text', 'base64', 'multipart'] as const) {
    if (step[key] === undefined) continue
    const without = omit(step, key)
    if (await shows(without)) return without
  }
  if (step.json !== undefined) return { ...step, json: await minimizeJson(step.json, json => shows({ ...step, json })) }
  if (step.text !== undefined) return { ...step, text: await minimizeText(step.text, text => shows({ ...step, text })) }
  if (step.base64 !== undefined) return { ...step, base64: await minimizeBytes(step.base64, base64 => shows({ ...step, base64 })) }
  if (step.multipart !== undefined) return await plainParts(step, step.multipart, shows)
  return step.form === undefined ? step : await plainForm(step, shows)
}

const plainForm: Minimize = async (step, shows) => {
  const withFields = (fields: ReadonlyArray<readonly [string, string]>): Step => ({ ...step, form: Object.fromEntries(fields) })
  let fields = await minimizeList(Object.entries(step.form ?? {}), some => shows(withFields(some)))
  for (const [at, [name, value]] of fields.entries()) {
    const others = fields
    const put = (smaller: string): typeof fields => others.with(at, [name, smaller])
    fields = put(await minimizeValue(value, smaller => shows(withFields(put(smaller)))))
  }
  return withFields(fields)
}

async function plainParts (step: Step, parts: readonly Part[], shows: Shows<Step>): Promise<Step> {
  const withParts = (multipart: readonly Part[]): Step => ({ ...step, multipart })
  let kept = await minimizeList(parts, some => shows(withParts(some)))
  for (const [at, part] of kept.entries()) {
    const put = (smaller: Part): readonly Part[] => kept.with(at, smaller)
    let plain = part
    for (const key of ['type', 'filename'] as const) {
      const without = omit(plain, key) as Part
      if (plain[key] !== undefined && await shows(withParts(put(without)))) plain = without
    }
    const { value, base64 } = plain
    if (value !== undefined) plain = { ...plain, value: await minimizeText(value, smaller => shows(withParts(put({ ...plain, value: smaller })))) }
    else if (base64 !== undefined) plain = { ...plain, base64: await minimizeBytes(base64, smaller => shows(withParts(put({ ...plain, base64: smaller })))) }
    kept = put(plain)
  }
  return withParts(kept)
}

async function minimizeBytes (base64: string, shows: Shows<string>): Promise<string> {
  // One character for each byte, so that the same cuts serve.
  const coded = (text: string): string => Buffer.from(text, 'latin1').toString('base64')
  const text = Buffer.from(base64, 'base64').toString('latin1')
  const smaller = await minimizeText(text, some => shows(coded(some)))
  return smaller === text ? base64 : coded(smaller)
}

/** Digits towards 0, other texts towards nothing. */
async function minimizeValue (value: string, shows: Shows<string>): Promise<string> {
  return await minimizeText(value, shows, /^-?\d+$/.test(value) ? ['', '0', '1', '2'] : ['', 'a', '1'])
}

function omit<T extends object, K extends keyof T> (value: T, key: K): Omit<T, K> {
  const { [key]: _gone, ...rest } = value
  return rest
}

function same (a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
