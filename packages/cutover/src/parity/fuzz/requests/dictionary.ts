import type { Scenario, Step } from '../../scenario/scenario.ts'
import { operationOf } from '../openapi/match.ts'
import type { Api } from '../openapi/api.ts'

const mostValues = 24
const mostBodies = 24

/** What is known to be taken: values by name, and whole bodies and queries by endpoint. From scenarios and from answers. */
export class Dictionary {
  readonly #values = new Map<string, Set<unknown>>()
  readonly #bodies = new Map<string, unknown[]>()

  /** Learns from hand-written scenarios: what they expect to be taken first. */
  constructor (api: Api, scenarios: readonly Scenario[]) {
    const steps = scenarios.filter(scenario => scenario.given === undefined).flatMap(scenario => scenario.steps)
    const rank = (step: Step) => step.expect?.status !== undefined && step.expect.status < 300 ? 0 : step.capture !== undefined ? 1 : step.expect?.status === undefined ? 2 : 3
    for (const step of steps.toSorted((a, b) => rank(a) - rank(b))) {
      const [method = '', target = ''] = step.request.split(' ', 2)
      const operation = operationOf(api, method, target.split('?', 1)[0]!)
      const body = step.json ?? step.form
      if (operation === undefined || body === undefined || hasReference(body) || rank(step) === 3) continue
      this.addBody(operation.endpoint, body)
      this.learn(body)
    }
  }

  /** Values of a property or parameter, those learned first in front. */
  readonly known = (name: string): readonly unknown[] => [...this.#values.get(nameKey(name)) ?? []]

  /** Texts of a name; where none is known, texts of any name that answers show. */
  texts (name: string): readonly string[] {
    const own = this.known(name).filter(value => typeof value === 'string')
    return own.length > 0 ? own : [...this.#values.values()].flatMap(values => [...values].filter(value => typeof value === 'string' && value.length < 60).slice(0, 3) as string[])
  }

  /** Bodies of an operation, those most likely to be taken in front. */
  bodies (endpoint: string): readonly unknown[] {
    return this.#bodies.get(endpoint) ?? []
  }

  addBody (endpoint: string, body: unknown): void {
    const known = this.#bodies.get(endpoint) ?? []
    const text = JSON.stringify(body)
    if (known.length < mostBodies && !known.some(each => JSON.stringify(each) === text)) this.#bodies.set(endpoint, [...known, body])
  }

  /**
   * Remembers the values in a JSON value by their names.
   * @param twin what legacy's twin has in its place: what differs there is of one side only, and of no use as a literal
   */
  learn (json: unknown, twin: unknown = json, depth = 0): void {
    if (depth > 6 || typeof json !== 'object' || json === null || typeof twin !== 'object' || twin === null) return
    const there = (name: string): unknown => Object.hasOwn(twin, name) ? (twin as Record<string, unknown>)[name] : undefined
    if (Array.isArray(json)) {
      for (const [index, each] of json.slice(0, 10).entries()) this.learn(each, there(String(index)), depth + 1)
      return
    }
    for (const [name, value] of Object.entries(json)) {
      if (typeof value === 'object' && value !== null) this.learn(value, there(name), depth + 1)
      else if (value !== there(name)) continue
      else if (value !== null && String(value).length < 200) this.#add(name, value)
    }
  }

  #add (name: string, value: unknown): void {
    const key = nameKey(name)
    const known = this.#values.get(key) ?? new Set()
    if (known.size < mostValues) known.add(value)
    this.#values.set(key, known)
  }
}

function nameKey (name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

function hasReference (value: unknown): boolean {
  return /\$\{[\w-]+\}/.test(JSON.stringify(value))
}
