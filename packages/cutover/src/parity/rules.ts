import { Ajv, type ValidateFunction } from 'ajv'
import { ComparisonSchema, type ComparisonConfig } from '../config/comparison.ts'
import { comparisonProblems } from '../config/comparison-check.ts'
import { problemLines } from '../config/problem.ts'
import { parseRoute } from '../config/route.ts'
import { fault } from '../errors.ts'
import { unescapeKey } from './compare/pointer.ts'
import { defaultJson, defaultLimits, makePlan, type Effect, type Plan, type Provision } from './compare/plan.ts'
import { noiseProvisions, type NoiseProfile } from './noise.ts'

/** What a request asked for, by which rules are chosen. */
export interface Endpoint {
  readonly method: string
  /** The path without query. */
  readonly path: string
  /** The name under which noise is kept, such as `GET /api/vehicles/:id`. */
  readonly name?: string
}

let compiled: ValidateFunction | undefined

/**
 * Checks rules of comparison.
 * @param source where they came from, for the message
 * @throws CUT_CONFIG_INVALID with one line for each mistake
 */
export function validateRules (input: unknown, source: string): ComparisonConfig {
  compiled ??= new Ajv({ allErrors: true, verbose: true, strictTypes: false, keywords: ['expected'] }).compile(ComparisonSchema)
  const lines = compiled(input) ? comparisonProblems(input as ComparisonConfig) : problemLines(compiled.errors ?? [], place => place)
  if (lines.length > 0) throw fault('CUT_CONFIG_INVALID', source, lines.map(line => `  ${line}`).join('\n'))
  return input as ComparisonConfig
}

/**
 * The plan by which answers of an endpoint are compared. Make it once for an endpoint and keep it.
 * @param rules checked by {@link validateRules}
 * @param noise what was learned; without it nothing is noise
 */
export function planFor (rules: ComparisonConfig, endpoint: Endpoint, noise?: NoiseProfile): Plan {
  const applies = (rule: { readonly routes?: readonly string[] | undefined }) => rule.routes === undefined || rule.routes.some(route => isFor(route, endpoint))
  const provisions: Provision[] = []
  const add = (pattern: string, reason: string, effect: Effect) => provisions.push({ pattern, because: 'rule', reason, effect })
  for (const rule of rules.ignore?.filter(applies) ?? []) add(lowerHeader(rule.path), rule.reason, { type: 'ignore', kinds: rule.kinds })
  for (const rule of rules.tolerance?.filter(applies) ?? []) add(rule.path, rule.reason, { type: 'tolerance', absolute: rule.absolute ?? 0, relative: rule.relative ?? 0 })
  for (const rule of rules.unordered?.filter(applies) ?? []) add(rule.path, rule.reason, { type: 'unordered' })
  for (const rule of rules.keyed?.filter(applies) ?? []) add(rule.path, rule.reason, { type: 'keyed', by: rule.by.startsWith('/') ? rule.by.slice(1).split('/').map(unescapeKey) : [rule.by] })
  for (const rule of rules.headers?.filter(applies) ?? []) add(`/headers/${rule.name.toLowerCase().replaceAll('~', '~0').replaceAll('*', '~2')}`, rule.reason, { type: 'header', as: rule.compare })
  const learned = noise === undefined ? [] : noiseProvisions(noise, endpoint.name ?? `${endpoint.method} ${endpoint.path}`)
  return makePlan([...provisions, ...learned], {
    json: { ...defaultJson, ...rules.json },
    statuses: rules.statuses?.filter(applies) ?? [],
    limits: { ...defaultLimits, ...rules.limits },
    learned: noise !== undefined
  })
}

/** Headers are compared by lower-case name. */
function lowerHeader (path: string): string {
  const [, root, name, ...rest] = path.split('/')
  return name !== undefined && (root === 'headers' || root === 'trailers') ? ['', root, name.toLowerCase(), ...rest].join('/') : path
}

function isFor (text: string, endpoint: Endpoint): boolean {
  const route = parseRoute(text)
  if (typeof route === 'string') return false
  if (route.methods !== undefined && !route.methods.includes(endpoint.method)) return false
  const wanted = route.path.split('/')
  const given = endpoint.path.split('/')
  const open = wanted.at(-1) === '*'
  if (open ? given.length < wanted.length : given.length !== wanted.length) return false
  return wanted.every((segment, index) => (open && index === wanted.length - 1) || (segment.startsWith(':') && given[index] !== '') || segment === given[index])
}
