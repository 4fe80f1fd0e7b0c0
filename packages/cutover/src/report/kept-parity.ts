import { join } from 'node:path'
import { formatRoute } from '../config/route.ts'
import { readKeptJson } from '../config/kept-file.ts'
import type { Feature, Route } from '../config/settings.ts'
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
  /** Its routes as the config had them then, one for each method that a route names: `DELETE /api/vehicles/:id`. */
  readonly routes: readonly string[]
  /** Those of them that nothing was asked of, and endpoints of a description that were never asked. */
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
  const wanted = features.flatMap(feature => singleRoutes(feature).map(route => ({ feature: feature.name, text: formatRoute(route), route })))
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
    const routes = wanted.filter(each => each.feature === name)
    const own = report.cases.filter(each => ofCase.get(each.name)?.has(name))
    const found = report.findings.filter(finding => concerns(finding, name))
    return {
      feature: name,
      cases: knowsCases ? own.filter(({ outcome }) => outcome === 'same' || outcome === 'different').length : null,
      requests: endpoints.reduce((sum, { requests }) => sum + requests, 0),
      differences: found.filter(({ confirmed }) => confirmed).length,
      unconfirmed: found.filter(({ confirmed }) => !confirmed).length,
      failed: own.filter(({ outcome }) => outcome === 'failed').length,
      routes: routes.map(({ text }) => text),
      untested: [...new Set([
        ...routes.filter(each => !asked.has(each)).map(({ text }) => text),
        ...report.untested.filter(endpoint => owner(endpoint) === name)
      ])],
      endpoints
    }
  })
}

/** The routes of a feature, one for each method that they name. */
export function singleRoutes ({ routes }: Pick<Feature, 'routes'>): readonly Route[] {
  return routes.flatMap(route => (route.methods ?? [undefined]).map(method => ({ ...route, methods: method === undefined ? undefined : [method] })))
}

/**
 * Reads the last report of a command.
 * @returns undefined when there is none; a line that says what is wrong with it, where it cannot be used
 */
export async function readKeptParity (stateDir: string, command: KeptCommand): Promise<KeptParity | { readonly problem: string } | undefined> {
  const kept = await readKeptJson(keptParityFile(stateDir, command))
  if (kept === undefined || 'problem' in kept) return kept
  return parseKeptParity(kept.value, command) ?? { problem: 'it is not a report of this version' }
}

/** What a file holds, if it is a kept report of this version and command. */
export function parseKeptParity (value: unknown, command: KeptCommand): KeptParity | undefined {
  const kept = value as Partial<KeptParity> | null
  const lists = [kept?.features, kept?.findings, kept?.coverage, kept?.cases, kept?.notes]
  const whole = kept?.version === 1 && kept.command === command && Number.isFinite(Date.parse(String(kept.at))) && lists.every(Array.isArray) &&
    typeof kept.leftOut === 'object' && kept.leftOut !== null && Object.values(kept.leftOut).every(Array.isArray) && typeof kept.complete === 'boolean' &&
    kept.features!.every(each => typeof each?.feature === 'string' && [each.routes, each.untested, each.endpoints].every(Array.isArray) && [each.requests, each.differences, each.unconfirmed, each.failed].every(Number.isFinite))
  return whole ? kept as KeptParity : undefined
}
