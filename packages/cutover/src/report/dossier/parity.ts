import type { FeatureParity, KeptCommand, KeptParity } from '../kept-parity.ts'
import type { LeftOut, ParityRun, ParityView } from './dossier.ts'
import type { DossierInputs } from './inputs.ts'

const commands: readonly KeptCommand[] = ['verify', 'fuzz', 'replay']
const mostFindings = 50
const mostEndpoints = 12

/**
 * What every run of parity says of a feature. What is missing is in it as missing.
 * @param routes one for each method that they name
 */
export function parityOf (feature: string, routes: readonly string[], { parity, settings }: Pick<DossierInputs, 'parity' | 'settings'>): ParityView {
  const runs = commands.map(command => runOf(command, feature, parity[command], settings.version))
  const asking = runs.filter(({ state, figures }) => figures !== undefined && state !== 'stale')
  return {
    runs,
    untested: untestedByAll(routes, asking.map(({ figures }) => figures!)),
    leftOut: leftOutOf(feature, commands.flatMap(command => parity[command]?.value ?? [])),
    notes: [...new Set(runs.flatMap(({ command, figures }) => figures === undefined || figures.requests === 0 ? [] : parity[command]!.value!.notes.map(note => `${command}: ${note}`)))]
  }
}

function runOf (command: KeptCommand, feature: string, kept: DossierInputs['parity'][KeptCommand], version: string | undefined): ParityRun {
  if (kept === undefined) return { command, state: 'missing', note: 'never run', findings: [] }
  const { value } = kept
  if (value === undefined) return { command, state: 'missing', note: `cannot be read: ${kept.problem ?? 'unknown'}`, source: command, findings: [] }
  const figures = value.features.find(each => each.feature === feature)
  const { state, note } = stateOf(value, figures, version)
  const causes = figures === undefined ? [] : findingsOf(value, figures)
  return {
    command,
    state,
    ...(note !== undefined && { note }),
    source: command,
    at: value.at,
    complete: value.complete,
    ...(value.scope !== undefined && { scope: value.scope }),
    ...(value.candidate !== undefined && { candidate: value.candidate }),
    ...(figures !== undefined && { figures }),
    findings: causes.slice(0, mostFindings)
  }
}

function stateOf ({ complete, candidate, cases }: KeptParity, figures: FeatureParity | undefined, version: string | undefined): Pick<ParityRun, 'state' | 'note'> {
  if (figures === undefined) return { state: 'nothing', note: 'the feature was not in the configuration then' }
  if (version !== undefined && candidate !== version) return { state: 'stale', note: `of ${candidate === undefined ? 'a candidate without a version' : `version ${candidate}`}, and the candidate is ${version}` }
  if (figures.differences > 0) return { state: 'different' }
  if (figures.requests === 0 || figures.cases === 0) return { state: 'nothing', note: 'it asked this feature nothing' }
  if (figures.failed > 0) return { state: 'incomplete', note: `${figures.failed} of its cases could not be run to the end` }
  const [failed, skipped] = ['failed', 'skipped'].map(wanted => cases.filter(({ outcome }) => outcome === wanted).length) as [number, number]
  if (!complete && (failed === 0 || skipped > 0 || figures.cases === null)) return { state: 'incomplete', note: failed > 0 ? `${failed} cases could not be run to the end` : 'the run was cut short' }
  return { state: 'same' }
}

/** The findings that count for a feature, by its endpoints; those of what is stored have none. */
function findingsOf ({ findings }: KeptParity, { endpoints, differences, unconfirmed }: FeatureParity): ParityRun['findings'] {
  if (differences + unconfirmed === 0) return []
  const own = new Set(endpoints.map(({ endpoint }) => endpoint))
  return findings.filter(({ endpoint, kind }) => own.has(endpoint) || kind === 'state')
    .map(({ cause, endpoint, message, kind, case: name, occurrences, confirmed }) => ({ cause, endpoint, message, kind, case: name, occurrences, confirmed }))
}

/** What no run asked: a route that a run did not know of yet was not asked by it. */
function untestedByAll (routes: readonly string[], figures: readonly FeatureParity[]): readonly string[] {
  const described = figures.flatMap(({ routes: known, untested }) => untested.filter(endpoint => !known.includes(endpoint)))
  return [
    ...routes.filter(route => !figures.some(({ routes: known, untested }) => known.includes(route) && !untested.includes(route))),
    ...new Set(described.filter(endpoint => !figures.some(({ endpoints }) => endpoints.some(each => each.endpoint === endpoint && each.requests > 0))))
  ]
}

function leftOutOf (feature: string, reports: readonly KeptParity[]): readonly LeftOut[] {
  const groups = new Map<string, { because: string, reason: string, count: number, endpoints: Set<string> }>()
  for (const { features, leftOut } of reports) {
    const own = new Set(features.find(each => each.feature === feature)?.endpoints.map(({ endpoint }) => endpoint))
    for (const [endpoint, tallies] of Object.entries(leftOut)) {
      if (!own.has(endpoint)) continue
      for (const { because, reason, count } of tallies) {
        const key = `${because} ${reason}`
        const group = groups.get(key) ?? { because, reason, count: 0, endpoints: new Set<string>() }
        group.count += count
        group.endpoints.add(endpoint)
        groups.set(key, group)
      }
    }
  }
  return [...groups.values()]
    .toSorted((a, b) => a.because === b.because ? b.count - a.count : a.because < b.because ? -1 : 1)
    .map(group => ({ ...group, endpoints: [...group.endpoints].slice(0, mostEndpoints) }))
}
