import type { ComparisonConfig } from '../../config/comparison.ts'
import type { Plan } from '../compare/plan.ts'
import type { NoiseProfile } from '../noise.ts'
import { planFor, type Endpoint } from '../rules.ts'

const plansKept = 2000

/** Plans of comparison, made once for each endpoint and state of what was learned. */
export class Plans {
  readonly #rules: ComparisonConfig
  readonly #plans = new Map<string, Plan>()
  /** Whether rules may tell paths of one endpoint apart. */
  readonly #byPath: boolean

  constructor (rules: ComparisonConfig) {
    this.#rules = rules
    this.#byPath = Object.values(rules).some(section => Array.isArray(section) && section.some(rule => 'routes' in rule))
  }

  /** Rules and noise; without noise, any made up value may be bound to another. */
  of (endpoint: Endpoint, noise: NoiseProfile | undefined): Plan {
    const name = endpoint.name ?? `${endpoint.method} ${endpoint.path}`
    const learned = noise === undefined ? undefined : Object.hasOwn(noise, name) ? noise[name]!.entries : []
    const state = learned === undefined ? 'none' : learned.map(({ class: named, pattern, type, forms }) => `${named} ${type} ${pattern} ${forms.length}`).join('|')
    return this.#kept(`${this.#byPath ? endpoint.path : ''}\n${name}\n${state}`, () => planFor(this.#rules, endpoint, noise))
  }

  /** Rules only. */
  without (endpoint: Endpoint): Plan {
    return this.of(endpoint, undefined)
  }

  #kept (key: string, make: () => Plan): Plan {
    const known = this.#plans.get(key)
    if (known !== undefined) return known
    if (this.#plans.size >= plansKept) this.#plans.clear()
    const plan = make()
    this.#plans.set(key, plan)
    return plan
  }
}
