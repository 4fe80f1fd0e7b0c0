import { join } from 'node:path'
import { formatRoute } from '../config/route.ts'
import { readKeptJson } from '../config/kept-file.ts'
import type { Feature } from '../config/settings.ts'
import type { RedactionRules } from '../message/redaction/rules.ts'
import { hasFindings, type EndpointCoverage, type Finding, type ParityReport } from '../parity/finding.ts'
import { RouteTable } from '../switch/route-table.ts'
import { jsonReport, type JsonReportOptions } from './json-report.ts'

/** The commands of parity whose last report is kept. */
export type KeptCommand = 'verify' | 'fuzz' | 'replay'

/** What a run showed of one feature. */
export interface FeatureParity {
  readonly feature: string
  /** Cases that asked it anything and were compared to their end; null where it is not known which did. */
  readonly cases: number | null
  readonly requests: number
  /** Findings that nothing explains and that showed again. One that belongs to no feature alone counts for each. */
  readonly differences: number
  /** Findings that did not show again. */
  readonly unconfirmed: number
  /** Cases that asked it something and could not be run to their end. */
  readonly failed: number
  /** Its routes that nothing was asked of, a line for each method that the route names: `DELETE /api/vehicles/:id`. */
  readonly untested: readonly string[]
  readonly endpoints: readonly EndpointCoverage[]
}

/** The last report of a command, as it is kept in `<stateDir>/parity/<command>.json`. Holds no secrets. */
export interface KeptParity extends Omit<ParityReport, 'findings'> {
  readonly version: 1
  readonly command: KeptCommand
  /** When it ended, ISO 8601, UTC. */
  readonly at: string
  /** Whether nothing was found; says little without `complete`. */
  readonly same: boolean
  /** Whether it ran to its end, with every case compared. */
  readonly complete: boolean
  /** What it was narrowed to: `the scenarios sign-in`; everything when left out. */
  readonly scope?: string
  /** The version of the candidate, where the config names one. */
  readonly candidate?: string
  readonly features: readonly FeatureParity[]
  /** As in `--report FILE.json`; exchanges of the first ones only. */
  readonly findings: ReadonlyArray<Omit<Finding, 'exchanges'> & { readonly exchanges?: unknown, readonly curl?: unknown }>
  /** Findings beyond those. */
  readonly moreFindings: number
}

/** What a report does not know of itself. */
export interface KeptFacts extends JsonReportOptions {
  readonly features: readonly Feature[]
  readonly at: Date
  readonly complete: boolean
  readonly scope?: string | undefined
  readonly candidate?: string | undefined
  readonly redact?: RedactionRules
}

const mostFindings = 500
const mostExchanges = 50

/** Where the last report of a command is kept. */
export function keptParityFile (stateDir: string, command: KeptCommand): string {
  return join(stateDir, 'parity', `${command}.json`)
}

/** A report as it is kept. */
export function keptParity (report: ParityReport & { readonly command: KeptCommand }, facts: KeptFacts): KeptParity {
  const { features, at, complete, scope, candidate, ...rest } = facts
  const shown = report.findings.slice(0, mostFindings).map(({ exchanges, ...finding }, place) => ({ ...finding, ...(exchanges !== undefined && place < mostExchanges && { exchanges }) }))
  const clean = JSON.parse(jsonReport({ ...report, findings: shown }, rest)) as Omit<KeptParity, 'version'>
  return {
    ...clean,
    version: 1,
    at: at.toISOString(),
    same: !hasFindings(report),
    complete,
    ...(scope !== undefined && { scope }),
    ...(candidate !== undefined && { candidate }),
    features: featureParity(report, features),
    moreFindings: report.findings.length - shown.length
  }
}

/** What a report says of each feature: each endpoint belongs to the feature that the switch would take it for. */
export function featureParity (report: ParityReport, features: readonly Feature[]): readonly FeatureParity[] {
  const wanted = features.flatMap(feature => feature.routes.flatMap(route => (route.methods ?? [undefined]).map(method => ({
    feature: feature.name,
    text: formatRoute({ ...route, methods: method === undefined ? undefined : [method] }),
    route: { ...route, methods: method === undefined ? undefined : [method] }
  }))))
  const table = new RouteTable(wanted.map(each => [each.route, each] as const))
  const find = (endpoint: string): typeof wanted[number] | undefined => {
    const [, method, path] = /^([A-Z]+) (\/\S*)$/.exec(endpoint) ?? []
    return method === undefined ? undefined : table.find(method, path!.split('?', 1)[0]!.replace(/\$?\{[^}]*\}/g, 'x'))
  }
  const owner = (endpoint: string): string | undefined => find(endpoint)?.feature
  const ofCase = new Map(report.cases.map(({ name, endpoints }) => [name, endpoints && new Set(endpoints.map(owner))]))
  const knowsCases = report.cases.some(({ endpoints }) => endpoints !== undefined)
  const concerns = (finding: Finding, feature: string): boolean => {
    const own = owner(finding.endpoint)
    if (own !== undefined) return own === feature
    if (finding.kind !== 'state') return false
    // What is stored belongs to no route: to each that the case asked, or to all where that is not known.
    const steps = finding.shrunk && new Set(finding.shrunk.steps.map(({ request }) => owner(request)))
    return (ofCase.get(finding.case) ?? steps)?.has(feature) ?? true
  }
  const asked = new Set(report.coverage.filter(({ requests }) => requests > 0).map(({ endpoint }) => find(endpoint)))
  return features.map(({ name }) => {
    const endpoints = report.coverage.filter(({ endpoint }) => owner(endpoint) === name)
    const own = report.cases.filter(each => ofCase.get(each.name)?.has(name))
    const found = report.findings.filter(finding => concerns(finding, name))
    return {
      feature: name,
      cases: knowsCases ? own.filter(({ outcome }) => outcome === 'same' || outcome === 'different').length : null,
      requests: endpoints.reduce((sum, { requests }) => sum + requests, 0),
      differences: found.filter(({ confirmed }) => confirmed).length,
      unconfirmed: found.filter(({ confirmed }) => !confirmed).length,
      failed: own.filter(({ outcome }) => outcome === 'failed').length,
      untested: [...new Set([
        ...wanted.filter(each => each.feature === name && !asked.has(each)).map(({ text }) => text),
        ...report.untested.filter(endpoint => owner(endpoint) === name)
      ])],
      endpoints
    }
  })
}

/**
 * Reads the last report of a command.
 * @returns undefined when there is none; a line that says what is wrong with it, where it cannot be used
 */
export async function readKeptParity (stateDir: string, command: KeptCommand): Promise<KeptParity | { readonly problem: string } | undefined> {
  const kept = await readKeptJson(keptParityFile(stateDir, command))
  if (kept === undefined || 'problem' in kept) return kept
  const value = kept.value as Partial<KeptParity> | null
  const whole = value?.version === 1 && value.command === command && Number.isFinite(Date.parse(String(value.at))) && Array.isArray(value.features) && Array.isArray(value.findings) && Array.isArray(value.coverage) && Array.isArray(value.cases)
  return whole ? value as KeptParity : { problem: 'it is not a report of this version' }
}
