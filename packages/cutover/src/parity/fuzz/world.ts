import type { Exchange } from '../../message/exchange.ts'
import { headerValue, mediaType } from '../../message/headers.ts'
import type { Scenario, Step } from '../scenario/scenario.ts'
import type { Api, Operation } from './openapi/api.ts'
import type { Random } from './random.ts'
import { Dictionary } from './requests/dictionary.ts'
import { asText, encoded, locationPrefix, stepOf, type Draft } from './requests/draft.ts'
import { partsOf } from './values/parts.ts'
import { validValue } from './values/valid.ts'

/** Where the value of a path parameter comes from: a place in the answer of another operation. */
export interface Link {
  /** The name of the capture. */
  readonly name: string
  readonly producer: Operation
  /** A JSON pointer into its answer. */
  readonly pointer: string
}

export interface WorldOptions {
  readonly api: Api
  readonly scenarios: readonly Scenario[]
  readonly signIn: Scenario | undefined
  readonly credentials: Readonly<Record<string, string>>
  readonly random: Random
}

/** What is known of the backends: which requests are taken, and where ids come from. It learns from legacy's answers. */
export class World {
  readonly api: Api
  readonly credentials: Readonly<Record<string, string>>
  readonly dictionary: Dictionary
  readonly #random: Random
  readonly #signIn: Scenario | undefined
  readonly #bases = new Map<string, Draft[]>()
  readonly #answers = new Map<string, unknown>()
  readonly #tagged = new Set<string>()
  readonly #located = new Set<string>()

  constructor ({ api, scenarios, signIn, credentials, random }: WorldOptions) {
    this.api = api
    this.credentials = credentials
    this.dictionary = new Dictionary(api, signIn === undefined ? scenarios : [signIn, ...scenarios])
    this.#random = random
    this.#signIn = signIn
  }

  /** `let` of the scenario that signs in. */
  get values (): Scenario['let'] {
    return this.#signIn?.let
  }

  /** Requests of an operation that legacy took, in the order learned. */
  bases (operation: Operation): readonly Draft[] {
    return this.#bases.get(operation.endpoint) ?? []
  }

  /** Requests that might be taken. */
  candidates (operation: Operation, count: number): Draft[] {
    const bodies = this.dictionary.bodies(operation.endpoint)
    return Array.from({ length: operation.body === undefined && operation.parameters.every(each => each.in === 'path' && this.linkOf(operation, each.name) !== undefined) ? 1 : count }, (_, index) => {
      const draft = this.draft(operation, this.#random, bodies[index])
      // A list is asked for as a whole first: ids are taken from it.
      return index > 0 || operation.method !== 'GET' ? draft : { ...draft, query: draft.query.filter(([name]) => operation.parameters.some(each => each.required && encoded(each.name) === name)) }
    })
  }

  /** A request that fits the description. @param body instead of a made one */
  draft (operation: Operation, random: Random, body?: unknown): Draft {
    const known = this.dictionary.known
    const path: Record<string, string> = {}
    const query: Array<readonly [string, string]> = []
    const headers: Record<string, string> = operation.secured ? { ...this.credentials } : {}
    for (const { name, in: place, required, schema } of operation.parameters) {
      const link = place === 'path' ? this.linkOf(operation, name) : undefined
      if (link !== undefined) {
        path[name] = `\${${link.name}}`
        continue
      }
      if (!required && random.chance(0.5)) continue
      const text = asText(validValue(schema, random, { name, known }))
      if (place === 'path') path[name] = text === '' ? 'x' : encoded(text)
      else if (place === 'query') query.push([encoded(name), encoded(text)])
      else if (place === 'header' && !Object.hasOwn(headers, name.toLowerCase()) && /^[\x20-\x7e]*$/.test(text)) headers[name] = text
    }
    const content = operation.body?.contents.find(each => each.mediaType.includes('json')) ?? operation.body?.contents[0]
    if (content === undefined) return { operation, path, query, headers, body: undefined }
    const value = body ?? validValue(content.schema, random, { known })
    if (content.mediaType === 'application/x-www-form-urlencoded' && typeof value === 'object' && value !== null) {
      return { operation, path, query, headers, body: { form: Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asText(each)])) } }
    }
    if (content.mediaType === 'multipart/form-data') return { operation, path, query, headers, body: { multipart: partsOf(content.schema, value) } }
    if (!content.mediaType.includes('json')) return { operation, path, query, headers: { ...headers, 'content-type': content.mediaType }, body: { text: asText(value) } }
    return { operation, path, query, headers: content.mediaType === 'application/json' ? headers : { ...headers, 'content-type': content.mediaType }, body: { json: value } }
  }

  /**
   * Learns from what legacy answered to a request.
   * @param most drafts of the operation that are kept
   * @param twin what legacy's twin answered
   */
  learn (draft: Draft, exchange: Exchange, most: number, twin: Exchange = exchange): void {
    const { status } = exchange.response
    const { endpoint } = draft.operation
    if (status < 200 || status > 299) return
    const taken = this.#bases.get(endpoint) ?? []
    if (taken.length < most) this.#bases.set(endpoint, [...taken, draft])
    if (headerValue(exchange.response.headers, 'etag') !== undefined) this.#tagged.add(endpoint)
    // Of a Location no part can be captured, so it must be a path as it is.
    if (headerValue(exchange.response.headers, 'location')?.startsWith(`${draft.operation.path}/`) === true) this.#located.add(endpoint)
    const json = jsonOf(exchange)
    if (json === undefined) return
    // A list that was empty tells nothing of where ids are.
    const known = this.#answers.get(endpoint)
    if (known === undefined || JSON.stringify(known).length < JSON.stringify(json).length / 2) this.#answers.set(endpoint, json)
    const other = twin === exchange ? json : jsonOf(twin)
    this.dictionary.learn(json, other)
    this.#learnKeys(draft.operation, json, other)
  }

  /** What is `id` in `/items` is what others call `itemId`. */
  #learnKeys ({ path }: Operation, json: unknown, twin: unknown): void {
    const singular = singularOf(path.replace(/(\/\{[^{}]+\})+$/, ''))
    if (singular === '') return
    const listOf = (value: unknown): readonly unknown[] => Array.isArray(value) ? value : typeof value === 'object' && value !== null ? Object.values(value).find(Array.isArray) ?? [value] : []
    const keyOf = (row: unknown): object => typeof row === 'object' && row !== null && 'id' in row ? { [`${singular}Id`]: row.id } : {}
    const others = listOf(twin)
    for (const [index, row] of listOf(json).slice(0, 10).entries()) this.dictionary.learn(keyOf(row), keyOf(others[index]))
  }

  /** Whether its answers carry an entity tag. */
  isTagged (operation: Operation): boolean {
    return this.#tagged.has(operation.endpoint)
  }

  /**
   * Where the value of a path parameter comes from: what was answered below the same path, by the parameter's own name,
   * its kind's (`vehicleId`), as an id, or as the Location of what was made.
   */
  linkOf (operation: Operation, parameter: string): Link | undefined {
    return this.linksOf(operation, parameter)[0]
  }

  /** All places where its value comes from, the likeliest first. */
  linksOf (operation: Operation, parameter: string): readonly Link[] {
    const collection = operation.path.slice(0, operation.path.indexOf(`{${parameter}}`)).replace(/\/$/, '')
    const singular = singularOf(collection)
    const own = plain(parameter)
    const names = [own, plain(`${singular}${parameter}`)]
    if (/id$/i.test(parameter)) names.push(plain(`${singular}id`), 'id', 'uuid')
    if (own === 'id') names.push('slug', 'key', 'number', 'code')
    const rank = (producer: Operation) => producer.path !== collection ? 2 : producer.method === 'POST' ? 0 : 1
    const producers = this.api.operations
      .filter(each => this.bases(each).length > 0 && !each.path.includes(`{${parameter}}`))
      .filter(each => rank(each) < 2 || own !== 'id')
      .toSorted((a, b) => rank(a) - rank(b))
    const name = `${singular}${parameter.charAt(0).toUpperCase()}${parameter.slice(1)}`.replace(/[^\w-]/g, '')
    return producers.flatMap((producer): Link[] => {
      const wanted = rank(producer) < 2 ? names : names.filter(each => each !== 'id' && each !== 'uuid')
      const pointer = pointerOf(this.#answers.get(producer.endpoint), wanted)
      if (pointer !== undefined) return [{ name, producer, pointer }]
      return rank(producer) === 0 && this.#located.has(producer.endpoint) ? [{ name: `${locationPrefix}${name}`, producer, pointer: 'header:location' }] : []
    })
  }

  /** The steps that sign in. */
  get signIn (): readonly Step[] {
    return this.#signIn?.steps ?? []
  }

  /** The steps that requests need before them: signing in, and making what their paths name. */
  preamble (drafts: readonly Draft[]): Step[] {
    const made = new Map<string, Step>()
    for (const draft of drafts) this.#make(draft, made, 0)
    return [...this.signIn, ...made.values()]
  }

  /** The step that produces what a link names. */
  producing (link: Link): Step {
    return { ...stepOf(this.bases(link.producer)[0]!), capture: { [link.name]: link.pointer } }
  }

  #make (draft: Draft, made: Map<string, Step>, depth: number): void {
    if (depth > 4) return
    for (const { name } of draft.operation.parameters.filter(each => each.in === 'path')) {
      const link = this.linkOf(draft.operation, name)
      if (link === undefined || made.has(link.name) || draft.path[name]?.includes(`\${${link.name}}`) !== true) continue
      this.#make(this.bases(link.producer)[0]!, made, depth + 1)
      made.set(link.name, this.producing(link))
    }
  }
}

/** The JSON body of an answer. */
export function jsonOf ({ response }: Exchange): unknown {
  if (response.body.length === 0 || !/json/.test(mediaType(response.headers)) || headerValue(response.headers, 'content-encoding') !== undefined) return undefined
  try {
    return JSON.parse(response.body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** The place of the value that goes by the foremost of some names; in lists that of the first element. */
export function pointerOf (json: unknown, names: readonly string[]): string | undefined {
  const found: Array<{ pointer: string, rank: number, depth: number }> = []
  const walk = (value: unknown, pointer: string, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 6) return
    for (const [name, each] of Array.isArray(value) ? [['0', value[0]] as const] : Object.entries(value)) {
      const place = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
      const rank = names.indexOf(plain(name))
      if (rank >= 0 && ((typeof each === 'string' && each !== '') || typeof each === 'number')) found.push({ pointer: place, rank, depth })
      else walk(each, place, depth + 1)
    }
  }
  walk(json, '', 0)
  // Its own name tells more than any id that stands further up.
  return found.toSorted((a, b) => Number(a.rank > 0) - Number(b.rank > 0) || a.depth - b.depth || a.rank - b.rank)[0]?.pointer
}

/** What a path holds many of: `category` for `/shop/categories`. */
export function singularOf (collection: string): string {
  return (collection.split('/').at(-1) ?? '').replace(/ies$/, 'y').replace(/s$/, '').replace(/\W/g, '')
}

export function plain (name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
