import { headerValue } from '../../../message/headers.ts'
import type { Exchange } from '../../../message/exchange.ts'
import type { Step } from '../../scenario/scenario.ts'
import type { LiveAnswer } from '../../trial/run-trial.ts'
import type { Operation } from '../openapi/api.ts'
import type { Random } from '../random.ts'
import { stepOf, type Draft } from '../requests/draft.ts'
import { jsonOf, type World } from '../world.ts'
import { Actions, type Action } from './actions.ts'
import { Cast, see, type Thing } from './cast.ts'
import type { Kinds } from './kinds.ts'
import { linkedNext, nextPage, readDraft } from './reads.ts'

/** What all sessions of a run have tried: which change after which. */
export type Tried = Map<string, number>

export interface SessionOptions {
  readonly world: World
  readonly kinds: Kinds
  readonly tried: Tried
  readonly random: Random
  /** Whether an endpoint is not to be asked. */
  readonly isSick: (endpoint: string) => boolean
  /** Changes that it makes at most. */
  readonly changes: number
}

interface Intent {
  readonly step: Step
  /** Learned from where legacy takes it. */
  readonly draft?: Draft
  readonly then?: (answer: { readonly json: unknown, readonly exchange: Exchange, readonly lacking: ReadonlySet<string> }) => void
}

const mostSteps = 120
const mostPages = 3
const rowsKnown = 3
const conditions = [['etag', 'if-none-match'], ['last-modified', 'if-modified-since']] as const

/**
 * A client's session made up as it goes: it changes a few things that have to do with each other, mostly the same ones,
 * often in the same way again, and after each change reads what may show it. Each step is chosen in view of what legacy
 * answered to those before.
 */
export class Session {
  /** What was sent, as a scenario has it. */
  readonly steps: Step[] = []
  readonly #options: SessionOptions
  readonly #cast = new Cast()
  readonly #actions: Actions
  readonly #queue: Array<() => Intent | undefined> = []
  readonly #readable: readonly Operation[]
  #pending: Intent | undefined
  #changes: number
  #last: string = ''
  #isEnding = false

  constructor (options: SessionOptions) {
    this.#options = options
    const { world, kinds, random, isSick } = options
    this.#changes = options.changes
    this.#actions = new Actions({ ...options, cast: this.#cast })
    this.#readable = world.api.operations.filter(each => each.method === 'GET' && !isSick(each.endpoint))
    for (const kind of this.#actions.theme) {
      const known = kinds.all.get(kind)!
      const list = known.sources.find(({ producer }) => producer.method === 'GET')
      if (list !== undefined && (known.sources.length === 1 || random.chance(0.75))) this.#queue.push(() => this.#rows(kind, list.producer, list.pointer))
      else this.#queue.push(() => this.#change(this.#actions.making(kind)))
    }
  }

  /** The step that comes next; undefined at its end. */
  readonly next = (last: LiveAnswer | undefined): Step | undefined => {
    this.#take(last)
    while (this.steps.length < mostSteps) {
      if (this.#queue.length === 0 && !this.#plan()) return undefined
      const intent = this.#queue.shift()?.()
      if (intent === undefined) continue
      this.#pending = intent
      this.steps.push(intent.step)
      return intent.step
    }
    return undefined
  }

  #take (last: LiveAnswer | undefined): void {
    const intent = this.#pending
    if (intent === undefined || last === undefined) return
    this.#pending = undefined
    const lacking = new Set(last.lacking)
    if (lacking.size > 0) {
      const { capture = {}, ...step } = this.steps.pop()!
      const kept = Object.entries(capture).filter(([name]) => !lacking.has(name))
      this.steps.push({ ...step, ...(kept.length > 0 && { capture: Object.fromEntries(kept) }) })
    }
    if (last.exchange === undefined) return
    if (intent.draft !== undefined && !isTied(intent.draft)) this.#options.world.learn(intent.draft, last.exchange, intent.draft.operation.method === 'GET' ? 3 : 8, last.twin)
    if (last.exchange.response.status < 300) intent.then?.({ json: jsonOf(last.exchange), exchange: last.exchange, lacking })
  }

  /** Queues what comes next: a change and the reads behind it, or the reads at the end. */
  #plan (): boolean {
    if (this.#isEnding) return false
    if (this.#changes-- <= 0) {
      this.#isEnding = true
      for (const thing of this.#cast.all.slice(-4)) this.#queue.push(...this.#readsOf(thing))
      for (const operation of this.#lists()) this.#queue.push(() => this.#read(operation))
      return true
    }
    this.#queue.push(() => {
      const action = this.#actions.choose(this.#last)
      if (action === undefined) this.#changes = 0
      return this.#change(action)
    })
    return true
  }

  /** Captures ids of things that are there already. */
  #rows (kind: string, list: Operation, pointer: string): Intent | undefined {
    const made = stepOf(this.#options.world.bases(list)[0]!)
    const names = Array.from({ length: rowsKnown }, (_, row) => [row === 0 ? kind : `${kind}${row + 1}`, pointer.replace('/0', `/${row}`)] as const)
    return {
      step: { ...made, capture: Object.fromEntries(names) },
      then: ({ json, lacking }) => {
        for (const [name, place] of names) {
          if (lacking.has(name)) continue
          see(this.#cast.add(kind, name), valueAtPointer(json, place.split('/').slice(1, -1)))
        }
        if (this.#cast.of(kind).length === 0) this.#queue.unshift(() => this.#change(this.#actions.making(kind)))
      }
    }
  }

  #change (action: Action | undefined): Intent | undefined {
    if (action === undefined) return undefined
    const { operation, subject, draft } = action
    const { kinds, tried } = this.#options
    const key = `${this.#last} > ${operation.endpoint}`
    tried.set(key, (tried.get(key) ?? 0) + 1)
    this.#last = operation.endpoint
    const captures: Record<string, string> = {}
    const made = kinds.madeBy(operation).map(kind => {
      const name = this.#cast.nameFor(kind.name)
      captures[name] = kind.sources.find(({ producer }) => producer === operation)!.pointer
      return { kind: kind.name, name }
    })
    const things = new Set([...subject === undefined ? [] : [subject], ...action.others])
    this.#queue.push(...[...things].flatMap(thing => this.#readsOf(thing)), ...this.#someLists(operation))
    return {
      step: { ...action.step, ...(made.length > 0 && { capture: captures }) },
      draft,
      then: ({ json, lacking }) => {
        this.#actions.taken(action)
        for (const { kind, name } of made) if (!lacking.has(name)) see(this.#cast.add(kind, name), json)
        if (subject === undefined || made.length > 0) return
        if (action.ends) subject.ended = true
        else see(subject, json, operation.endpoint)
      }
    }
  }

  /** Asks for a thing by all that is asked with its id alone. */
  #readsOf (thing: Thing): ReadonlyArray<() => Intent | undefined> {
    const { kinds, random } = this.#options
    const asks = this.#readable.filter(each => {
      const needs = kinds.neededBy(each)
      return needs?.length === 1 && needs[0]![1] === thing.kind
    })
    return asks.slice(0, 3).map(operation => () => {
      const [parameter] = operation.parameters.filter(each => each.in === 'path')
      const base = readDraft(this.#options.world, operation, random)
      const draft: Draft = { ...base, path: { [parameter!.name]: `\${${thing.name}}` } }
      const capture = this.#options.world.isTagged(operation) ? { [`${thing.name}-tag${(thing.validators.get('etag')?.length ?? 0) + 1}`]: 'header:etag' } : undefined
      const condition = this.#condition(thing)
      const step = stepOf(draft)
      return {
        step: { ...step, ...(condition === undefined ? capture !== undefined && { capture } : { headers: { ...step.headers, ...condition } }) },
        draft,
        then: ({ json, lacking }) => {
          see(thing, json)
          for (const name of Object.keys(condition === undefined ? capture ?? {} : {})) if (!lacking.has(name)) thing.validators.set('etag', [...thing.validators.get('etag') ?? [], name])
        }
      }
    })
  }

  /** Now and then a read is conditional, with a validator that is current or one that is not. */
  #condition (thing: Thing): Readonly<Record<string, string>> | undefined {
    const { random } = this.#options
    for (const [given, asked] of conditions) {
      const known = thing.validators.get(given)
      if (known !== undefined && random.chance(0.4)) return { [asked]: `\${${random.pick(known)}}` }
    }
    return undefined
  }

  #lists (): readonly Operation[] {
    return this.#readable.filter(each => each.parameters.every(({ in: place }) => place !== 'path'))
  }

  /** A few lists after a change: those of its kinds, and sometimes another. */
  #someLists (changed: Operation): ReadonlyArray<() => Intent | undefined> {
    const { random } = this.#options
    const root = (path: string) => path.split('/').find(segment => segment !== '' && !/^(api|v\d+)$/i.test(segment))
    const near = this.#lists().filter(each => root(each.path) === root(changed.path))
    const far = this.#lists().filter(each => root(each.path) !== root(changed.path))
    const chosen = [...near.flatMap(each => each.parameters.length > 0 ? [each, each] : [each]), ...far.length > 0 && random.chance(0.5) ? [random.pick(far)] : []]
    return random.shuffled(chosen).slice(0, 4).map(each => () => this.#read(each))
  }

  #read (operation: Operation, draft: Draft = readDraft(this.#options.world, operation, this.#options.random), page = 1): Intent {
    return {
      step: stepOf(draft),
      draft,
      then: ({ json, exchange }) => {
        if (page >= mostPages) return
        const linked = linkedNext(headerValue(exchange.response.headers, 'link'))
        const after = linked === undefined ? nextPage(draft, json) : { target: linked }
        if (after === undefined) return
        if ('target' in after) {
          const { json: _, ...plainStep } = stepOf(draft)
          this.#queue.unshift(() => ({ ...this.#read(operation, draft, page + 1), step: { ...plainStep, request: `GET ${after.target}` } }))
        } else if (after.capture !== undefined) {
          const [parameter, pointer] = after.capture
          const name = `page${this.steps.length}`
          // The token is captured by the step that was just answered, which thus is asked once more.
          const turned = { ...draft, query: [...draft.query.filter(([each]) => each !== parameter), [parameter, `\${${name}}`] as const] }
          this.#queue.unshift(() => ({ step: { ...stepOf(draft), capture: { [name]: pointer } }, then: ({ lacking }) => { if (!lacking.has(name)) this.#queue.unshift(() => this.#read(operation, turned, page + 1)) } }))
        } else if (this.#options.random.chance(0.4)) {
          const turned = after.draft
          this.#queue.unshift(() => this.#read(operation, turned, page + 1))
        }
      }
    }
  }
}

/** Whether a draft holds names that only its session knows. */
function isTied ({ path, query, body }: Draft): boolean {
  return /\$\{[\w-]*\d\}/.test(JSON.stringify([path, query])) || (body !== undefined && 'json' in body && /\$\{/.test(JSON.stringify(body.json)))
}

function valueAtPointer (json: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined, json)
}
