import type { Operation, Parameter } from '../openapi/api.ts'
import type { Random } from '../random.ts'
import { asText, encoded, type Draft } from '../requests/draft.ts'
import { validValue } from '../values/valid.ts'
import type { World } from '../world.ts'

/** A list asked for with some of its parameters: filters by what was seen, small pages, each order. */
export function readDraft (world: World, operation: Operation, random: Random): Draft {
  const base: Draft = { operation, path: {}, query: [], headers: operation.secured ? { ...world.credentials } : {}, body: undefined }
  const parameters = operation.parameters.filter(each => each.in === 'query')
  const chosen = parameters.filter(each => each.required || random.chance(parameters.length > 3 ? 0.3 : 0.5))
  return { ...base, query: chosen.map(each => [encoded(each.name), encoded(asText(valueFor(world, each, random)))]) }
}

/** The next page of a list, by number, offset or the token that an answer gives; undefined where it has none. */
export function nextPage ({ operation, query, ...draft }: Draft, json: unknown): { readonly draft: Draft, readonly capture?: readonly [parameter: string, pointer: string] } | { readonly target: string } | undefined {
  const given = new Map(query)
  const numbered = operation.parameters.find(each => each.in === 'query' && /^(page|pagenumber|pageindex)$/i.test(each.name))
  const offset = operation.parameters.find(each => each.in === 'query' && /^(offset|skip|start|from)$/i.test(each.name))
  const size = [...given].find(([name]) => /^(size|limit|perpage|per_page|page_size|pagesize|take|count)$/i.test(name))?.[1]
  const token = tokenIn(json)
  if (token !== undefined) {
    const [pointer, value] = token
    // A link is a path with everything in it; of an absolute one that part is the same on all sides.
    if (/^(https?:\/\/[^/]+)?\/[\x21-\x7e]*$/.test(value)) return { target: value.replace(/^https?:\/\/[^/]+/, '') }
    const parameter = operation.parameters.find(each => each.in === 'query' && /cursor|token|after|next|start|marker|key/i.test(each.name))
    if (parameter !== undefined) return { draft: { ...draft, operation, query }, capture: [parameter.name, pointer] }
  }
  const put = (name: string, value: number): Draft => ({ ...draft, operation, query: [...query.filter(([each]) => each !== name), [name, String(value)]] })
  if (isEmptyList(json)) return undefined
  if (numbered !== undefined) return { draft: put(numbered.name, Number(given.get(numbered.name) ?? numbered.schema.minimum ?? 1) + 1) }
  if (offset !== undefined && size !== undefined) return { draft: put(offset.name, Number(given.get(offset.name) ?? 0) + Number(size)) }
  return undefined
}

/** A link to the next page in an answer's Link header (RFC 8288), without its origin. */
export function linkedNext (header: string | undefined): string | undefined {
  const [, target] = /<([^>]*)>[^,]*;\s*rel="?next"?/i.exec(header ?? '') ?? []
  const path = target?.replace(/^https?:\/\/[^/]+/, '')
  return path !== undefined && /^\/[\x21-\x7e]*$/.test(path) ? path : undefined
}

function tokenIn (json: unknown): readonly [pointer: string, value: string] | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  for (const [name, value] of Object.entries(json)) {
    if (typeof value === 'string' && value !== '' && /^(next|cursor|continuation|after|marker)|(next|nextpage|nexturl|nextlink|next_?cursor|page_?token)$/i.test(name)) return [`/${name}`, value]
    if (/^_?(links|page|paging|pagination|meta|page_?info)$/i.test(name)) {
      const inner = tokenIn(typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'object' && value.next !== null && 'href' in value.next ? { next: value.next.href } : value)
      if (inner !== undefined) return [`/${name}${inner[0]}`, inner[1]]
    }
  }
  return undefined
}

function isEmptyList (json: unknown): boolean {
  const list = Array.isArray(json) ? json : typeof json === 'object' && json !== null ? Object.values(json).find(Array.isArray) : undefined
  return list === undefined || list.length === 0
}

function valueFor (world: World, { name, schema }: Parameter, random: Random): unknown {
  if (schema.values !== undefined && schema.values.length > 0) return random.pick(schema.values)
  if (schema.types.includes('integer') || schema.types.includes('number')) {
    const least = schema.minimum ?? 1
    if (random.chance(0.7)) return Math.min(schema.maximum ?? Infinity, random.pick([least, least, least + 1, least + 2]))
  } else if (schema.types.includes('string') && schema.format === undefined && schema.pattern === undefined && random.chance(0.6)) {
    const known = world.dictionary.texts(name)
    if (known.length > 0) {
      const text = random.pick(known)
      return random.chance(0.5) ? text : text.slice(0, random.integer(1, 4))
    }
  }
  return validValue(schema, random, { name, known: world.dictionary.known })
}
