import type { Part, Step } from '../../scenario/scenario.ts'
import { literal } from '../../scenario/fill.ts'
import type { Operation } from '../openapi/api.ts'

/** A request in the making. Texts are as they are sent; `${name}` in `path` and `headers` stands for captured values. */
export interface Draft {
  readonly operation: Operation
  /** Another method than the operation's. */
  readonly method?: string
  /** Values of the path's parameters as written into it, percent-encoded. */
  readonly path: Readonly<Record<string, string>>
  /** Names and values as written, percent-encoded. */
  readonly query: ReadonlyArray<readonly [name: string, value: string]>
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: DraftBody | undefined
  /** Changes the finished target. */
  readonly target?: (target: string) => string
}

/** `json` is a value in which `${name}` stands for itself. */
export type DraftBody = { readonly json: unknown } | { readonly form: Readonly<Record<string, string>> } | { readonly text: string } | { readonly base64: string } | { readonly multipart: readonly Part[] }

/** Names of captured Locations begin with it: such a value is a whole path, not a part of one. */
export const locationPrefix = 'location-'

/** The request as a step of a scenario. */
export function stepOf (draft: Draft, about?: string): Step {
  const { operation, headers, body } = draft
  const path = operation.path.replace(/\{([^{}]+)\}/g, (whole, name: string) => Object.hasOwn(draft.path, name) ? draft.path[name]! : encodeURIComponent(whole))
    .replace(/^.*(?=\$\{location-)/, '')
  const target = draft.query.length > 0 ? `${path}?${draft.query.map(([name, value]) => value === '' && name.includes('=') ? name : `${name}=${value}`).join('&')}` : path
  const method = draft.method ?? operation.method
  return {
    ...(about !== undefined && { about }),
    request: `${method} ${draft.target === undefined ? target : draft.target(target)}`,
    endpoint: method === operation.method ? operation.endpoint : `${method} ${operation.endpoint.split(' ')[1]!}`,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(body !== undefined && bodyOf(body))
  }
}

function bodyOf (body: DraftBody): Partial<Step> {
  if ('json' in body) return { json: literalJson(body.json) }
  if ('form' in body) return { form: Object.fromEntries(Object.entries(body.form).map(([name, value]) => [literal(name), literal(value)])) }
  if ('multipart' in body) return { multipart: body.multipart.map(part => ({ ...part, name: literal(part.name), ...(part.value !== undefined && { value: literal(part.value) }), ...(part.filename !== undefined && { filename: literal(part.filename) }) })) }
  return 'text' in body ? { text: literal(body.text) } : body
}

/** A JSON value in which no text stands for a captured one. */
export function literalJson (value: unknown): unknown {
  if (typeof value === 'string') return literal(value)
  if (Array.isArray(value)) return value.map(literalJson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, literalJson(each)]))
}

/** Percent-encodes a text for a path or query; a lone surrogate as the bytes that stand for it in CESU-8. */
export function encoded (text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    return [...Buffer.from(text, 'utf8')].map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
  }
}

/** A value as a query or path writes it. */
export function asText (value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}
