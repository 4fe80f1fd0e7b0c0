import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { compileRules, type CompiledRules, type RedactionRules } from '../../message/redaction/rules.ts'
import type { Scenario, Step } from '../scenario/scenario.ts'
import { Borrowing } from './borrowing.ts'
import { cleanBody } from './clean-body.ts'
import { endpointOf, namesGiven, namesUsed } from './references.ts'
import { requestLine, writeRequestLine } from './request-line.ts'
import { secretsIn } from './secrets.ts'

/** A scenario that may be kept in a repository. */
export interface CleanScenario {
  readonly scenario: Scenario
  /** Where something was taken out: `step 2, header authorization`. */
  readonly redacted: readonly string[]
}

/** A generated or shrunk value is shorter, and a secret of fewer characters is none. */
const SHORTEST_SECRET = 8

const REFERENCE = /\$\{[\w-]+\}/g

/**
 * A scenario without credentials. A secret that a hand-written scenario holds, such as the password of the sign-in, is
 * borrowed from there (`let: { password: { from: session, at: /steps/0/json/password } }`), so that it still does what it
 * did. Other literal values of secret headers (`authorization`, `cookie`, …), query parameters, fields and members are
 * replaced by `redacted`, with the scheme or the cookie's name kept. What is captured stays `${name}`.
 * @param sources hand-written scenarios of the folder that it will be kept in
 */
export function cleanScenario (scenario: Scenario, rules?: RedactionRules, sources: readonly Scenario[] = []): CleanScenario {
  const compiled = compileRules(rules)
  const taken = new Set([...Object.keys(scenario.let ?? {}), ...scenario.steps.flatMap(step => [...namesUsed(step), ...namesGiven(step)])])
  const borrowing = new Borrowing(secretsIn(sources, compiled), name => taken.has(name))
  const redacted: string[] = []
  const steps = scenario.steps.map((step, at): Step => {
    const say = (what: string): void => { redacted.push(`step ${at + 1}, ${what}`) }
    const known = { ...step, request: borrowing.clean(step.request, false, () => say('request')) }
    return { ...cleanQuery(known, compiled.isSecretParameter, say), ...cleanHeaders(step, compiled.isSecretHeader, borrowing, say), ...cleanBody(step, compiled, borrowing, say) }
  })
  const values = Object.entries(scenario.let ?? {}).map(([name, value]) => [name, cleanValue(name, value, compiled, borrowing, () => redacted.push(`let, ${name}`))] as const)
  if (redacted.length === 0 && borrowing.lent.size === 0 && same(values, Object.entries(scenario.let ?? {}))) return { scenario, redacted }
  const all = Object.fromEntries([...values, ...borrowing.lent])
  return { scenario: { ...scenario, ...(Object.keys(all).length > 0 && { let: all }), steps }, redacted }
}

type Value = NonNullable<Scenario['let']>[string]

function cleanValue (name: string, value: Value, rules: CompiledRules, borrowing: Borrowing, say: () => void): Value {
  if (typeof value !== 'string') return 'from' in value ? { from: value.from, at: value.at } : value
  // Of a text that is borrowed as a whole the name can stay; in `let` itself no name is put in.
  const lender = borrowing.lenderOf(value)
  return lender ?? borrowing.cleanAlone(value, rules.isSecretName(name), say)
}

function same (a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function cleanHeaders ({ headers }: Step, isSecret: (name: string) => boolean, borrowing: Borrowing, say: (what: string) => void): Pick<Step, 'headers'> {
  if (headers === undefined) return {}
  const clean = Object.entries(headers).map(([name, value]) => {
    const known = [value].flat().map(one => borrowing.clean(one, false, () => say(`header ${name.toLowerCase()}`)))
    const cleaned = isSecret(name) ? known.map(one => cleanCredentials(name, one)) : known
    if (cleaned.some((one, at) => one !== known[at])) say(`header ${name.toLowerCase()}`)
    return [name, typeof value === 'string' ? cleaned[0]! : cleaned] as const
  })
  return { headers: Object.fromEntries(clean) }
}

function cleanCredentials (name: string, value: string): string {
  if (/cookie/i.test(name)) {
    return value.split(/(;\s*)/).map(pair => {
      const equals = pair.indexOf('=')
      return equals < 0 ? secretOut(pair) : pair.slice(0, equals + 1) + secretOut(pair.slice(equals + 1))
    }).join('')
  }
  const [, scheme = '', credentials = ''] = /^([A-Za-z][\w-]*\s+)?([\s\S]*)$/.exec(value) ?? []
  return scheme + secretOut(credentials)
}

function secretOut (value: string): string {
  return value.replace(REFERENCE, '').trim().length < SHORTEST_SECRET ? value : 'redacted'
}

function cleanQuery (step: Step, isSecret: (name: string) => boolean, say: (what: string) => void): Step {
  const line = requestLine(step.request)
  const query = line.query.map(pair => {
    const equals = pair.indexOf('=')
    const name = pair.slice(0, Math.max(equals, 0))
    if (equals < 0 || !isSecret(name) || secretOut(pair.slice(equals + 1)) === pair.slice(equals + 1)) return pair
    say(`query parameter ${name}`)
    return `${name}=redacted`
  })
  return query.every((pair, at) => pair === line.query[at]) ? step : { ...step, request: writeRequestLine({ ...line, query }) }
}

/**
 * The name under which a find is kept: its endpoint and its cause, the same from run to run. Letters, digits and `-`.
 * @param endpoint with its method: `GET /api/vehicles/${id}`
 */
export function foundName (endpoint: string, cause: string): string {
  const words = endpointOf({ request: endpoint }).toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '')
  const known = /^[\w-]{1,40}$/.test(cause) ? cause : createHash('sha256').update(Buffer.from(cause)).digest('hex').slice(0, 12)
  return `${words.slice(0, 60).replace(/-+$/, '') || 'found'}-${known}`
}
