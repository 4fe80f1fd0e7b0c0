import type { ComparisonConfig } from '../../../src/config/comparison.ts'
import type { Api } from '../../../src/parity/fuzz/openapi/api.ts'
import type { Finding, ParityReport } from '../../../src/parity/finding.ts'
import type { Verified } from './verified.ts'

/** What the scenarios of an example leave open. All lists are empty when nothing is. */
export interface Judged {
  /** Described operations, and routes of the config, that no scenario asks. */
  readonly endpoints: readonly string[]
  /** `GET /x: 409`, described and met by no scenario on both faces. */
  readonly statuses: readonly string[]
  /** Differences that nothing explains and that showed again. */
  readonly unexplained: readonly string[]
  /** Differences that did not show again: a race, perhaps. */
  readonly unconfirmed: readonly string[]
  /** Scenarios that were not run to their end, with the reason. */
  readonly notRun: readonly string[]
  /** Described, but naming no status that anybody could cause, with the reason. */
  readonly leftOut: readonly string[]
  /** What differs on purpose. */
  readonly intended: readonly Intended[]
  readonly scenarios: number
  readonly requests: number
  readonly operations: number
}

/** A reason for which something may differ. */
export interface Intended {
  readonly reason: string
  /** `GET|HEAD /docs: statuses 404 | 200`. */
  readonly what: readonly string[]
  /** How many differences it excused. */
  readonly met: number
}

/** Reads what `verify` said of an example. */
export function judge ({ report, api, rules }: Omit<Verified, 'faults'>): Judged {
  const described = new Set(api.operations.map(({ endpoint }) => endpoint))
  return {
    endpoints: report.untested,
    statuses: report.coverage.flatMap(({ endpoint, missing = [] }) => missing.map(status => `${endpoint}: ${status}`)),
    unexplained: report.findings.filter(({ confirmed }) => confirmed).map(lineOf),
    unconfirmed: report.findings.filter(({ confirmed }) => !confirmed).map(lineOf),
    notRun: report.cases.filter(({ outcome }) => outcome === 'failed' || outcome === 'skipped').map(({ name, outcome, note }) => `${name}: ${note ?? outcome}`),
    leftOut: leftOutOf(api, report),
    intended: intendedOf(rules, report),
    scenarios: report.cases.length,
    requests: report.coverage.reduce((sum, { requests }) => sum + requests, 0),
    operations: described.size
  }
}

function lineOf ({ endpoint, message, case: name, difference }: Finding): string {
  const values = difference === undefined ? '' : `: ${difference.legacy?.text ?? 'nothing'} | ${difference.candidate?.text ?? 'nothing'}`
  return `${endpoint}, ${message}${values} (${name})`
}

/** `5XX` and `default` name no status; which of theirs were met is said. */
function leftOutOf ({ operations }: Api, { coverage }: ParityReport): readonly string[] {
  const open = operations.filter(({ responses }) => Object.keys(responses).some(status => /^(5XX|default)$/i.test(status)))
  if (open.length === 0) return []
  const met = coverage.flatMap(({ endpoint, statuses }) => open.some(each => each.endpoint === endpoint) ? Object.keys(statuses).filter(status => status.startsWith('5')) : [])
  const kinds = [...new Set(met)].sort()
  return [`5XX and default, described for ${open.length} operations: they name no status, and no request causes a fault of the server's own; scenarios met ${kinds.length === 0 ? 'none' : kinds.join(', ')} of them`]
}

function intendedOf (rules: ComparisonConfig, { leftOut }: ParityReport): readonly Intended[] {
  const { json, limits, ...lists } = rules
  const reasons = new Map<string, string[]>()
  for (const [kind, list] of Object.entries(lists)) {
    for (const rule of list ?? []) {
      const what = 'legacy' in rule ? `${rule.legacy} | ${rule.candidate}` : 'path' in rule ? rule.path : rule.name
      reasons.set(rule.reason, [...reasons.get(rule.reason) ?? [], `${rule.routes?.join(', ') ?? 'every route'}: ${kind} ${what}`])
    }
  }
  const tallies = Object.values(leftOut).flat().filter(({ because }) => because === 'rule')
  return [...reasons].map(([reason, what]) => ({ reason, what, met: tallies.filter(each => each.reason === reason).reduce((sum, { count }) => sum + count, 0) }))
}
