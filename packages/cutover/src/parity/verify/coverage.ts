import { parseRoute } from '../../config/route.ts'
import type { EndpointCoverage } from '../finding.ts'
import type { TrialResult } from '../trial/result.ts'

/** Counts what was asked and answered, and which known endpoints were not. */
export class Coverage {
  readonly #endpoints = new Map<string, Map<string, number>>()
  readonly #known: ReadonlyArray<{ readonly text: string, readonly methods: readonly string[] | undefined, readonly path: readonly string[] }>
  readonly #tested = new Set<string>()

  /** @param known routes: `GET /health`, `/api/vehicles/*` */
  constructor (known: readonly string[]) {
    this.#known = [...new Set(known)].flatMap(text => {
      const route = parseRoute(text)
      return typeof route === 'string' ? [] : [{ text, methods: route.methods, path: route.path.split('/') }]
    })
  }

  add (result: TrialResult): void {
    for (const { endpoint, exchanges: { legacy } } of result.steps) {
      const statuses = this.#endpoints.get(endpoint) ?? new Map<string, number>()
      this.#endpoints.set(endpoint, statuses)
      const status = legacy === undefined ? 'none' : String(legacy.response.status)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      if (legacy !== undefined) this.#ask(legacy.request.method, legacy.request.target.split('?', 1)[0]!)
    }
  }

  #ask (method: string, path: string): void {
    const given = path.toLowerCase().replace(/(.)\/$/, '$1').split('/')
    for (const route of this.#known) {
      if (route.methods !== undefined && !route.methods.includes(method)) continue
      if (meets(route.path, given)) this.#tested.add(route.text)
    }
  }

  get endpoints (): readonly EndpointCoverage[] {
    return [...this.#endpoints].sort(([a], [b]) => a < b ? -1 : 1).map(([endpoint, statuses]) => ({
      endpoint,
      requests: [...statuses.values()].reduce((sum, count) => sum + count, 0),
      statuses: Object.fromEntries([...statuses].sort(([a], [b]) => a < b ? -1 : 1))
    }))
  }

  get untested (): readonly string[] {
    return this.#known.map(({ text }) => text).filter(text => !this.#tested.has(text))
  }
}

/** A wildcard at the end covers everything below. */
function meets (route: readonly string[], given: readonly string[]): boolean {
  const open = route.at(-1) === '*'
  if (open ? given.length < route.length - 1 : given.length !== route.length) return false
  return route.every((segment, index) => (open && index === route.length - 1) || (segment.startsWith(':') && given[index] !== '') || segment.toLowerCase() === given[index])
}
