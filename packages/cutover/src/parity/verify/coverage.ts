import { parseRoute } from '../../config/route.ts'
import type { EndpointCoverage } from '../finding.ts'
import type { Api, Operation } from '../fuzz/openapi/api.ts'
import { operationOf } from '../fuzz/openapi/match.ts'
import type { TrialResult } from '../trial/result.ts'

/** Counts what was asked and answered, and which known endpoints were not. */
export class Coverage {
  readonly #endpoints = new Map<string, Map<string, number>>()
  readonly #known: ReadonlyArray<{ readonly text: string, readonly methods: readonly string[] | undefined, readonly path: readonly string[] }>
  readonly #tested = new Set<string>()
  readonly #api: Api | undefined
  readonly #answered = new Map<Operation, Set<string>>()

  /**
   * @param known routes: `GET /health`, `/api/vehicles/*`
   * @param api what describes the candidate: requests to an operation count as its own
   */
  constructor (known: readonly string[], api?: Api) {
    this.#api = api
    this.#known = [...new Set(known)].flatMap(text => {
      const route = parseRoute(text)
      return typeof route === 'string' ? [] : [{ text, methods: route.methods, path: route.path.split('/') }]
    })
  }

  add (result: TrialResult): void {
    for (const { endpoint: asWritten, exchanges: { legacy, candidate } } of result.steps) {
      const request = (candidate ?? legacy)?.request
      const operation = request && this.#api && operationOf(this.#api, request.method, pathOf(request.target))
      const endpoint = operation?.endpoint ?? asWritten
      if (operation !== undefined && candidate !== undefined) this.#answer(operation, String(candidate.response.status))
      const statuses = this.#endpoints.get(endpoint) ?? new Map<string, number>()
      this.#endpoints.set(endpoint, statuses)
      const status = legacy === undefined ? 'none' : String(legacy.response.status)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      if (legacy !== undefined) this.#ask(legacy.request.method, pathOf(legacy.request.target))
    }
  }

  #answer (operation: Operation, status: string): void {
    const answered = this.#answered.get(operation) ?? new Set<string>()
    this.#answered.set(operation, answered.add(status))
  }

  #ask (method: string, path: string): void {
    const given = path.toLowerCase().replace(/(.)\/$/, '$1').split('/')
    for (const route of this.#known) {
      if (route.methods !== undefined && !route.methods.includes(method)) continue
      if (meets(route.path, given)) this.#tested.add(route.text)
    }
  }

  get endpoints (): readonly EndpointCoverage[] {
    const missing = new Map([...this.#answered].map(([operation, answered]) => [operation.endpoint, missingOf(operation, answered)]))
    return [...this.#endpoints].sort(([a], [b]) => a < b ? -1 : 1).map(([endpoint, statuses]) => ({
      endpoint,
      requests: [...statuses.values()].reduce((sum, count) => sum + count, 0),
      statuses: Object.fromEntries([...statuses].sort(([a], [b]) => a < b ? -1 : 1)),
      ...((missing.get(endpoint)?.length ?? 0) > 0 && { missing: missing.get(endpoint)! })
    }))
  }

  get untested (): readonly string[] {
    const described = (this.#api?.operations ?? []).filter(operation => !this.#answered.has(operation)).map(({ endpoint }) => endpoint)
    return [...new Set([...this.#known.map(({ text }) => text).filter(text => !this.#tested.has(text)), ...described])]
  }
}

function pathOf (target: string): string {
  return target.split('?', 1)[0]!
}

/** Statuses that an operation's description names and the candidate never answered. `5XX` and `default` name none. */
function missingOf ({ responses }: Operation, answered: ReadonlySet<string>): readonly string[] {
  return Object.keys(responses).filter(status => !/^(5XX|default)$/i.test(status) && ![...answered].some(met => met === status || (/^\dXX$/i.test(status) && met[0] === status[0])))
}

/** A wildcard at the end covers everything below. */
function meets (route: readonly string[], given: readonly string[]): boolean {
  const open = route.at(-1) === '*'
  if (open ? given.length < route.length - 1 : given.length !== route.length) return false
  return route.every((segment, index) => (open && index === route.length - 1) || (segment.startsWith(':') && given[index] !== '') || segment.toLowerCase() === given[index])
}
