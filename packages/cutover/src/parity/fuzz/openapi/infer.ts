import { mediaType } from '../../../message/headers.ts'
import type { Exchange } from '../../../message/exchange.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { endpointOf, type Api, type Operation, type Parameter } from './api.ts'
import type { JsonType, Schema } from './schema.ts'

/** A request as an inference sees it. */
interface Seen {
  readonly method: string
  readonly path: string
  readonly query: readonly string[]
  readonly mediaType: string
  /** Undefined for a body that is no JSON. */
  readonly json: unknown
  readonly secured: boolean
  readonly status: number | undefined
}

/** Finds out from exchanges, such as those of a recording, which operations there are, and what they take. */
export async function inferApi (exchanges: Iterable<Exchange> | AsyncIterable<Exchange>, source: string): Promise<Api> {
  const seen: Seen[] = []
  for await (const { request, response } of exchanges) {
    const [path = '', query = ''] = request.target.split('?', 2)
    seen.push({
      method: request.method,
      path: templateOf(path),
      query: [...new URLSearchParams(query).keys()],
      mediaType: mediaType(request.headers),
      json: jsonOf(request.body.toString('utf8')),
      secured: request.headers.some(([name]) => /^(authorization|cookie)$/i.test(name)),
      status: response.status
    })
  }
  return apiOf(seen, source)
}

/** Finds out from scenarios which operations there are. */
export function inferApiFromScenarios (scenarios: readonly Scenario[]): Api {
  const seen = scenarios.flatMap(scenario => scenario.steps).map((step): Seen => {
    const [method = '', target = ''] = step.request.split(' ', 2)
    const [path = '', query = ''] = target.split('?', 2)
    return {
      method,
      path: templateOf(path.replace(/\$\{([\w-]+)\}/g, '{$1}')),
      query: [...new URLSearchParams(query).keys()],
      mediaType: step.json === undefined ? '' : 'application/json',
      json: step.json,
      secured: Object.keys(step.headers ?? {}).some(name => /^(authorization|cookie)$/i.test(name)),
      status: step.expect?.status
    }
  })
  // What was expected to be refused tells of no operation.
  return apiOf(seen.filter(each => each.status === undefined || each.status < 400), 'the scenarios')
}

/** Puts `{name}` in the place of each segment that looks like an id: `/users/17/notes` is `/users/{userId}/notes`. */
export function templateOf (path: string): string {
  const segments = path.split('/')
  const names = new Set<string>()
  return segments.map((segment, index) => {
    if (!looksLikeId(segment)) return segment
    const before = /^[a-z][\w-]*$/i.test(segments[index - 1] ?? '') ? segments[index - 1]!.replace(/s$/, '') : ''
    let name = before === '' ? 'id' : `${before}Id`
    while (names.has(name)) name += '2'
    names.add(name)
    return `{${name}}`
  }).join('/')
}

function looksLikeId (segment: string): boolean {
  return /^\{.*\}$/.test(segment) || /^\d+$/.test(segment) || /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(segment) || /^(?=.*\d)[0-9a-z_-]{16,}$/i.test(segment)
}

function apiOf (seen: readonly Seen[], source: string): Api {
  const groups = new Map<string, Seen[]>()
  for (const each of seen) {
    if (!/^[A-Z]+$/.test(each.method) || !/^\/[\w\-./{}~]*$/.test(each.path)) continue
    const key = `${each.method} ${each.path.replace(/\{[^{}]+\}/g, '{}')}`
    groups.set(key, [...groups.get(key) ?? [], each])
  }
  return { source, operations: [...groups.values()].map(operationOfAll) }
}

function operationOfAll (all: readonly Seen[]): Operation {
  const { method, path } = all[0]!
  const text: Schema = { types: ['string'] }
  const parameters: Parameter[] = [
    ...[...path.matchAll(/\{([^{}]+)\}/g)].map(([, name]): Parameter => ({ name: name!, in: 'path', required: true, schema: text })),
    ...[...new Set(all.flatMap(each => each.query))].map((name): Parameter => ({ name, in: 'query', required: false, schema: text }))
  ]
  const bodies = all.filter(each => each.json !== undefined)
  const kept = bodies.filter(each => (each.status ?? 200) < 400)
  const schema = (kept.length > 0 ? kept : bodies).map(each => schemaOf(each.json)).reduce<Schema | undefined>((sum, one) => sum === undefined ? one : either(sum, one), undefined)
  return {
    endpoint: endpointOf(method, path),
    method,
    path,
    parameters,
    body: schema === undefined ? undefined : { required: bodies.length === all.length, contents: [{ mediaType: 'application/json', schema }] },
    responses: Object.fromEntries(all.filter(each => each.status !== undefined).map(each => [String(each.status), undefined])),
    secured: all.some(each => each.secured)
  }
}

/** The shape of a JSON value. */
export function schemaOf (value: unknown, depth = 0): Schema {
  const type = typeOf(value)
  if (depth > 20) return { types: [type] }
  if (Array.isArray(value)) {
    const items = value.slice(0, 20).map(each => schemaOf(each, depth + 1)).reduce<Schema | undefined>((sum, one) => sum === undefined ? one : either(sum, one), undefined)
    return { types: [type], ...(items !== undefined && { items }) }
  }
  if (typeof value === 'object' && value !== null) {
    const properties = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, schemaOf(each, depth + 1)]))
    return { types: [type], properties, required: Object.keys(properties) }
  }
  return value === null ? { types: [type] } : { types: [type], examples: [value] }
}

function either (one: Schema, other: Schema): Schema {
  const properties: Record<string, Schema> = { ...one.properties }
  for (const [name, schema] of Object.entries(other.properties ?? {})) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined
    properties[name] = known === undefined ? schema : either(known, schema)
  }
  const items = one.items === undefined ? other.items : other.items === undefined ? one.items : either(one.items, other.items)
  const examples = [...one.examples ?? [], ...other.examples ?? []].slice(0, 8)
  return {
    types: [...new Set([...one.types, ...other.types])],
    ...(Object.keys(properties).length > 0 && { properties, required: (one.required ?? []).filter(name => other.required?.includes(name)) }),
    ...(items !== undefined && { items }),
    ...(examples.length > 0 && { examples })
  }
}

/** The JSON Schema type of a value. */
export function typeOf (value: unknown): JsonType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value === 'string' || typeof value === 'boolean' ? typeof value as JsonType : 'object'
}

function jsonOf (text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
