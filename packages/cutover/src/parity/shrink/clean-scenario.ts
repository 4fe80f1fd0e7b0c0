import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { compileRules, type RedactionRules } from '../../message/redaction/rules.ts'
import type { Scenario, Step } from '../scenario/scenario.ts'
import { endpointOf } from './references.ts'
import { requestLine, writeRequestLine } from './request-line.ts'

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
 * A scenario without credentials: literal values of secret headers (`authorization`, `cookie`, …) and of secret query
 * parameters are replaced by `redacted`, with the scheme or the cookie's name kept. What is captured stays `${name}`, and
 * so do bodies: a sign-in needs its password, which comes from a hand-written scenario or is redacted in a recording.
 */
export function cleanScenario (scenario: Scenario, rules?: RedactionRules): CleanScenario {
  const { isSecretHeader, isSecretParameter } = compileRules(rules)
  const redacted: string[] = []
  const steps = scenario.steps.map((step, at): Step => {
    const say = (what: string): void => { redacted.push(`step ${at + 1}, ${what}`) }
    return { ...cleanQuery(step, isSecretParameter, say), ...cleanHeaders(step, isSecretHeader, say) }
  })
  return redacted.length === 0 ? { scenario, redacted } : { scenario: { ...scenario, steps }, redacted }
}

function cleanHeaders ({ headers }: Step, isSecret: (name: string) => boolean, say: (what: string) => void): Pick<Step, 'headers'> {
  if (headers === undefined) return {}
  const clean = Object.entries(headers).map(([name, value]) => {
    if (!isSecret(name)) return [name, value] as const
    const cleaned = [value].flat().map(one => cleanCredentials(name, one))
    if (cleaned.some((one, at) => one !== [value].flat()[at])) say(`header ${name.toLowerCase()}`)
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
