import type { Step } from '../../scenario/scenario.ts'
import type { Operation } from '../openapi/api.ts'
import type { Schema } from '../openapi/schema.ts'
import type { Random } from '../random.ts'
import { stepOf, type Draft } from '../requests/draft.ts'
import { allows, validValue } from '../values/valid.ts'
import type { World } from '../world.ts'
import type { Cast, Thing } from './cast.ts'
import type { Kinds } from './kinds.ts'
import { quantityFor, valuesFor } from './quantities.ts'

/** A change that a session makes. */
export interface Action {
  readonly operation: Operation
  readonly step: Step
  readonly draft: Draft
  /** What it changes: of what its path names the last one, or that which holds it. */
  readonly subject: Thing | undefined
  /** Whether that is gone when it is taken. */
  readonly ends: boolean
  /** What else its path and body name. */
  readonly others: readonly Thing[]
}

export interface ActionsOptions {
  readonly world: World
  readonly kinds: Kinds
  readonly cast: Cast
  readonly tried: ReadonlyMap<string, number>
  readonly random: Random
  readonly isSick: (endpoint: string) => boolean
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** Chooses changes to make: mostly to the same things, those after each other that were tried least. */
export class Actions {
  /** The kinds that this session deals with. */
  readonly theme: readonly string[]
  readonly #options: ActionsOptions
  readonly #palette: readonly Operation[]
  readonly #sent = new Map<string, number[]>()
  #last: Action | undefined
  #refused = false

  constructor (options: ActionsOptions) {
    this.#options = options
    const { world, kinds, random, isSick } = options
    const changing = world.api.operations.filter(each => !safe.has(each.method) && !isSick(each.endpoint))
    const all = [...kinds.all.keys()]
    const first = all.length === 0 ? undefined : random.pick(all)
    const near = changing.filter(each => first !== undefined && kinds.touchedBy(each).includes(first)).flatMap(each => kinds.touchedBy(each))
    this.theme = first === undefined ? [] : [...new Set([first, ...near])].toSorted((a, b) => Number(this.#isMadeFrom(a, b)) - Number(this.#isMadeFrom(b, a)))
    const theme = new Set(this.theme)
    const own = changing.filter(each => kinds.touchedBy(each).some(kind => theme.has(kind)) && kinds.neededBy(each) !== undefined)
    const free = changing.filter(each => kinds.touchedBy(each).length === 0 && each.parameters.every(({ in: place }) => place !== 'path'))
    this.#palette = first === undefined || (free.length > 0 && random.chance(0.1)) ? [...own, ...free] : own
  }

  /** Makes a thing of a kind. */
  making (kind: string): Action | undefined {
    const operation = this.#options.kinds.all.get(kind)?.sources.find(({ producer }) => producer.method === 'POST')?.producer
    return operation === undefined || this.#options.isSick(operation.endpoint) ? undefined : this.#make(operation)
  }

  /**
   * What to do next; undefined when nothing can be done.
   * @param before the endpoint of the change before
   */
  choose (before: string): Action | undefined {
    const { random, tried } = this.#options
    const last = this.#last
    // The same again, until it is refused; then something else.
    if (last !== undefined && !this.#refused && random.chance(0.3)) {
      this.#refused = true
      return random.chance(0.6) ? last : this.#make(last.operation, last) ?? last
    }
    const possible = this.#palette.filter(each => this.#isPossible(each))
    if (possible.length === 0) return undefined
    const weights = possible.map(each => 1 / (1 + (tried.get(`${before} > ${each.endpoint}`) ?? 0)))
    let left = random.fraction() * weights.reduce((sum, each) => sum + each, 0)
    const operation = possible[weights.findIndex(weight => (left -= weight) < 0)] ?? possible.at(-1)!
    this.#refused = true
    return this.#make(operation)
  }

  /** Remembers that legacy took it. */
  taken (action: Action): void {
    this.#last = action
    this.#refused = false
  }

  #isMadeFrom (kind: string, other: string): boolean {
    const { kinds } = this.#options
    return kinds.all.get(kind)?.sources.some(({ producer }) => producer.method === 'POST' && kinds.neededBy(producer)?.some(([, needed]) => needed === other)) === true
  }

  #isPossible (operation: Operation): boolean {
    const { kinds, cast } = this.#options
    return kinds.neededBy(operation)?.every(([, kind]) => cast.of(kind).length > 0) === true
  }

  /** One of a kind: mostly the one dealt with, seldom one that is gone. */
  #oneOf (kind: string, like?: Action): Thing | undefined {
    const { cast, random } = this.#options
    const recent = like ?? this.#last
    const same = [recent?.subject, ...recent?.others ?? []].find(thing => thing?.kind === kind)
    if (same !== undefined && (!same.ended || random.chance(0.3)) && random.chance(0.75)) return same
    const all = cast.of(kind)
    const living = all.filter(thing => !thing.ended)
    return living.length > 0 && random.chance(0.9) ? random.pick(living) : all.length > 0 ? random.pick(all) : undefined
  }

  #make (operation: Operation, like?: Action): Action | undefined {
    const { world, kinds, random } = this.#options
    const path: Record<string, string> = {}
    const things: Thing[] = []
    for (const [parameter, kind] of kinds.neededBy(operation) ?? []) {
      const thing = this.#oneOf(kind, like)
      if (thing === undefined) return undefined
      things.push(thing)
      path[parameter] = `\${${thing.name}}`
    }
    const subject = this.#ownOf(operation, things) ?? things[0]
    const named = things.length
    const known = world.bases(operation)
    const base = known.length > 0 && random.chance(0.7) ? random.pick(known) : world.draft(operation, random)
    const schema = operation.body?.contents[0]?.schema
    const json = base.body !== undefined && 'json' in base.body && schema?.properties !== undefined ? this.#body(operation, schema, base.body.json, subject, like) : undefined
    const draft: Draft = { ...base, path: { ...base.path, ...path }, ...(json !== undefined && { body: { json } }), headers: { ...base.headers, ...this.#headers(operation, subject) } }
    const made = stepOf(draft)
    const step: Step = { ...made, ...(json !== undefined && { json: this.#referring(made.json, schema!, things) }), ...this.#conditional(made, operation, subject) }
    return { operation, step, draft, subject, ends: operation.method === 'DELETE' && named > 0 && subject === this.#ownOf(operation, things.slice(0, named)), others: things.filter(thing => thing !== subject) }
  }

  /** The thing that a path is the path of, and not only mentions. */
  #ownOf ({ endpoint, path }: Operation, things: readonly Thing[]): Thing | undefined {
    const last = things.at(-1)
    return last !== undefined && path.endsWith('}') && this.#options.kinds.all.get(last.kind)!.items.some(each => each.endpoint === endpoint) ? last : undefined
  }

  /** A body: one that was taken, its least form, or the one of a thing that was seen, with other numbers and words in it. */
  #body (operation: Operation, schema: Schema, base: unknown, subject: Thing | undefined, like: Action | undefined): unknown {
    const { random, cast, kinds } = this.#options
    const before = like?.draft.body !== undefined && 'json' in like.draft.body ? like.draft.body.json : undefined
    let body = (typeof (before ?? base) === 'object' ? { ...(before ?? base) as object } : {}) as Record<string, unknown>
    const required = new Set(schema.required)
    if (before === undefined && random.chance(0.3)) body = Object.fromEntries(Object.entries(body).filter(([name]) => required.has(name)))
    const shown = cast.all.filter(thing => thing.seen !== undefined && Object.keys(schema.properties!).some(name => name in thing.seen!))
    if (shown.length > 0 && random.chance(0.3)) {
      // What is gone may be made once more.
      const gone = shown.filter(thing => thing.ended)
      const { seen } = random.pick(gone.length > 0 ? gone : shown)
      for (const [name, member] of Object.entries(schema.properties!)) if (seen![name] !== undefined && allows(member, seen![name]) && random.chance(0.8)) body[name] = seen![name]
    }
    const references = new Set(kinds.referencesIn(schema).map(([name]) => name))
    for (const [name, member] of Object.entries(schema.properties!)) {
      if (references.has(name) || (!(name in body) && !random.chance(0.15))) continue
      if (member.types.includes('integer') && member.values === undefined) {
        const sent = this.#sent.get(name) ?? []
        if (random.chance(0.7)) body[name] = quantityFor(member, operation.endpoint, subject, sent, random)
        if (typeof body[name] === 'number') this.#sent.set(name, [...sent, body[name]].slice(-6))
      } else if (member.values !== undefined && random.chance(0.7)) body[name] = random.pick(member.values)
      else if (random.chance(0.15)) body[name] = validValue(member, random, { name, known: this.#options.world.dictionary.known })
    }
    return body
  }

  /** Puts ids of this session's things where a body names one. */
  #referring (json: unknown, schema: Schema, things: Thing[]): unknown {
    const { kinds, random } = this.#options
    const body = { ...json as Record<string, unknown> }
    for (const [name, kind] of kinds.referencesIn(schema)) {
      const thing = this.#oneOf(kind)
      if (thing === undefined || random.chance(0.05) || thing.name.startsWith('location-')) continue
      body[name] = `\${${thing.name}}`
      things.push(thing)
    }
    return body
  }

  /** Header parameters, mostly with values that the thing shows, or showed before. */
  #headers (operation: Operation, subject: Thing | undefined): Readonly<Record<string, string>> {
    const { random } = this.#options
    return Object.fromEntries(operation.parameters.filter(each => each.in === 'header').flatMap(({ name, schema }) => {
      const values = valuesFor(schema, subject)
      return values.length === 0 || random.chance(0.5) ? [] : [[name, random.pick(values)]]
    }))
  }

  /** A change that asks for an entity tag: the current one, or one of before (RFC 9110, 13.1.1). */
  #conditional (step: Step, operation: Operation, subject: Thing | undefined): Pick<Step, 'headers'> {
    const tags = subject?.validators.get('etag')
    const { random } = this.#options
    if (tags === undefined || operation.method === 'POST' || !random.chance(0.3)) return {}
    return { headers: { ...step.headers, 'if-match': `\${${random.pick(tags)}}` } }
  }
}
