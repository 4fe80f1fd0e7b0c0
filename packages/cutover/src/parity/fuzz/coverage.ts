import type { EndpointCoverage } from '../finding.ts'
import type { TrialResult } from '../trial/result.ts'
import type { Api, Operation } from './openapi/api.ts'
import type { Schema } from './openapi/schema.ts'

interface Cell {
  requests: number
  readonly statuses: Map<number, number>
  readonly given: Set<string>
}

/** Counts what was tried of each endpoint. */
export class Coverage {
  readonly #api: Api
  readonly #cells = new Map<string, Cell>()
  readonly #shapes = new Set<string>()

  constructor (api: Api) {
    this.#api = api
  }

  /**
   * Counts the answers of a trial.
   * @returns how many of them were of a kind (endpoint, status, shape of an error) not met before
   */
  add (result: TrialResult): number {
    let fresh = 0
    for (const { endpoint, exchanges } of result.steps) {
      const exchange = exchanges.legacy ?? exchanges.candidate
      if (exchange === undefined) continue
      const cell = this.#cell(endpoint)
      cell.requests++
      const { status } = exchange.response
      cell.statuses.set(status, (cell.statuses.get(status) ?? 0) + 1)
      const operation = this.#api.operations.find(each => each.endpoint === endpoint)
      if (operation !== undefined) for (const name of givenIn(operation, exchange.request.target, exchange.request.headers, exchange.request.body)) cell.given.add(name)
      const shape = `${endpoint} ${status} ${shapeOf(exchange.response.body)}`
      if (this.#shapes.size < 20_000 && !this.#shapes.has(shape)) {
        this.#shapes.add(shape)
        fresh++
      }
    }
    return fresh
  }

  /** By endpoint, those described first. */
  report (): readonly EndpointCoverage[] {
    const described = new Set(this.#api.operations.map(each => each.endpoint))
    const rows = this.#api.operations.filter(each => this.#cells.has(each.endpoint)).map(operation => {
      const cell = this.#cells.get(operation.endpoint)!
      const parameters = parametersOf(operation)
      const statuses = statusesOf(cell)
      const missing = Object.keys(operation.responses).filter(status => !Object.keys(statuses).some(met => isOf(met, status)))
      return {
        endpoint: operation.endpoint,
        requests: cell.requests,
        statuses,
        ...(missing.length > 0 && { missing }),
        ...(parameters.length > 0 && { parameters: { given: parameters.filter(each => cell.given.has(each)), never: parameters.filter(each => !cell.given.has(each)) } })
      }
    })
    const others = [...this.#cells].filter(([endpoint]) => !described.has(endpoint)).map(([endpoint, cell]) => ({ endpoint, requests: cell.requests, statuses: statusesOf(cell) }))
    return [...rows, ...others.sort((a, b) => a.endpoint < b.endpoint ? -1 : 1)]
  }

  /** What is described and was never asked. */
  untested (): readonly string[] {
    return this.#api.operations.map(each => each.endpoint).filter(endpoint => !this.#cells.has(endpoint))
  }

  #cell (endpoint: string): Cell {
    let cell = this.#cells.get(endpoint)
    if (cell === undefined) this.#cells.set(endpoint, cell = { requests: 0, statuses: new Map(), given: new Set() })
    return cell
  }
}

function statusesOf (cell: Cell): Record<string, number> {
  return Object.fromEntries([...cell.statuses].sort(([a], [b]) => a - b))
}

function isOf (met: string, described: string): boolean {
  return described === 'default' || met === described || (/^\dXX$/i.test(described) && met[0] === described[0])
}

/** Names of all that an operation takes: `query:page`, `body:/vin`. */
export function parametersOf (operation: Operation): string[] {
  const schema = operation.body?.contents[0]?.schema
  return [...operation.parameters.map(each => `${each.in}:${each.name}`), ...schema === undefined ? [] : membersOf(schema, '', 0)]
}

function membersOf (schema: Schema, path: string, depth: number): string[] {
  if (depth > 3) return []
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => [`body:${path}/${name}`, ...membersOf(member, `${path}/${name}`, depth + 1)])
  return [...new Set([...own, ...(schema.alternatives ?? []).flatMap(each => membersOf(each, path, depth + 1))])]
}

function givenIn (operation: Operation, target: string, headers: ReadonlyArray<readonly [string, string]>, body: Buffer): string[] {
  const query = new URLSearchParams(target.split('?')[1] ?? '')
  const names = operation.parameters.filter(each => each.in === 'path' || (each.in === 'query' && query.has(each.name)) || (each.in === 'header' && headers.some(([name]) => name.toLowerCase() === each.name.toLowerCase()))).map(each => `${each.in}:${each.name}`)
  const walk = (value: unknown, path: string, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 3) return
    for (const [name, each] of Object.entries(value).slice(0, 50)) {
      names.push(`body:${path}/${name}`)
      walk(each, `${path}/${name}`, depth + 1)
    }
  }
  if (body.length > 0 && body.length < 100_000) {
    try {
      walk(JSON.parse(body.toString('utf8')), '', 0)
    } catch { /* no JSON */ }
  }
  return names
}

/** What kind of answer a body is: its members' names, and the codes of an error. */
function shapeOf (body: Buffer): string {
  if (body.length === 0 || body.length > 20_000) return body.length === 0 ? '' : 'large'
  try {
    return shape(JSON.parse(body.toString('utf8')), 0)
  } catch {
    return 'text'
  }
}

function shape (value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null || depth > 4) return value === null ? 'null' : typeof value
  if (Array.isArray(value)) return `[${[...new Set(value.slice(0, 20).map(each => shape(each, depth + 1)))].join()}]`
  return `{${Object.entries(value).slice(0, 40).map(([name, each]) => `${name}:${/^(code|error|type|field)$/.test(name) && typeof each === 'string' && each.length < 60 ? each : shape(each, depth + 1)}`).join()}}`
}
