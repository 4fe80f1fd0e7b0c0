import type { JournalEntry } from '../../config/control.ts'
import { formatRoute } from '../../config/route.ts'
import type { Feature } from '../../config/settings.ts'
import { singleRoutes } from '../kept-parity.ts'
import { counted } from '../visible.ts'
import type { Decision, Dossier, FeatureView, Reason, Source } from './dossier.ts'
import { lastingText, timeText } from './figures.ts'
import { gateLine } from './gate-words.ts'
import { incidentsOf, rolloutHistory, shareHistory } from './history.ts'
import type { DossierInputs, KeptSource } from './inputs.ts'
import { judge, strictest } from './judge.ts'
import { parityOf } from './parity.ts'
import { progressOf } from './progress.ts'
import { risksOf, rollbackOf } from './risks.ts'
import { speedOf } from './speed.ts'

/** Makes the report from what is kept. What is missing is said to be missing, and never counts as good. */
export function makeDossier (inputs: DossierInputs): Dossier {
  const { settings, id, at, bench } = inputs
  const sources = sourcesOf(inputs)
  const features = inOrder(settings).map(feature => featureView(feature, inputs, sources))
  const missing = missingOf(inputs, sources)
  const decision = strictest(features.map(feature => feature.decision))
  const newest = bench[0]?.value
  return {
    version: 1,
    id,
    at: at.toISOString(),
    project: settings.project,
    decision,
    summary: summaryOf(decision, features),
    reasons: features.flatMap(feature => feature.reasons.filter(reason => reason.decision === decision).map((reason): Reason => ({ ...reason, text: `${feature.feature}: ${reason.text}` }))),
    features,
    incidents: incidentsOf(entriesOf(inputs), inputs.samples),
    overall: newest === undefined ? undefined : { source: `bench-${newest.id}`, baseline: newest.baseline, backends: newest.backends, rows: newest.overall },
    risks: risksOf(features, inputs),
    rollback: rollbackOf(settings),
    environment: environmentOf(inputs),
    sources,
    missing,
    settings: { stages: settings.stages, holdMs: settings.holdMs, minimumRequests: settings.minimumRequests, alpha: settings.alpha, confidence: settings.confidence, version: settings.version, backends: settings.backends },
    gates: settings.gates.map(gateLine)
  }
}

function inOrder ({ features, order }: DossierInputs['settings']): readonly Feature[] {
  return features.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
}

function entriesOf ({ journal }: DossierInputs): readonly JournalEntry[] {
  return journal?.value ?? []
}

function featureView (feature: Feature, inputs: DossierInputs, sources: readonly Source[]): FeatureView {
  const { name, risk, riskReason, env, fallback, stickyBy } = feature
  const routes = singleRoutes(feature).map(formatRoute)
  const entries = entriesOf(inputs)
  const shares = shareHistory(entries, name)
  const known = inputs.journal?.value !== undefined
  const evidence = {
    feature: name,
    id: `feature-${name}`,
    routes,
    parity: parityOf(name, routes, inputs),
    speed: speedOf(name, inputs),
    rollouts: rolloutHistory(entries, name, inputs.samples, rollout => sources.find(({ id }) => id === `rollout-${rollout}`)?.id),
    share: known ? shares.at(-1)?.share ?? 0 : null,
    rolledBack: shares.at(-1)?.rollback ?? false,
    shares
  }
  return {
    ...evidence,
    risk,
    ...(riskReason !== undefined && { riskReason }),
    ...(env !== undefined && { env }),
    fallback,
    sticky: stickyBy !== undefined,
    ...judge(evidence, inputs.settings),
    progress: progressOf(evidence, inputs)
  }
}

function summaryOf (decision: Decision, features: readonly FeatureView[]): string {
  const named = (wanted: Decision): string => features.filter(each => each.decision === wanted).map(({ feature }) => feature).join(', ')
  if (features.length === 0) return 'The configuration lists no feature: there is nothing to judge.'
  switch (decision) {
    case 'go': return features.length === 1 ? `${features[0]!.feature} is wholly on the candidate, on evidence.` : `All ${features.length} features are wholly on the candidate, on evidence.`
    case 'no': return `Something speaks against ${named('no')}.`
    case 'not yet': return `Nothing speaks against it, but evidence is missing for ${named('not yet')}.`
  }
}

/** Every file that a figure comes from, under the name that figures use. */
function sourcesOf ({ parity, bench, journal, samples, traffic }: DossierInputs): readonly Source[] {
  const source = (id: string, kept: KeptSource<unknown>, about: string): Source => ({
    id, file: kept.file, bytes: kept.bytes, sha256: kept.sha256, about, ...(kept.problem !== undefined && { problem: kept.problem })
  })
  return [
    ...Object.entries(parity).map(([command, kept]) => source(command, kept, `the last cutover ${command}${kept.value === undefined ? '' : `, ${timeText(kept.value.at)}`}`)),
    ...bench.map(kept => source(`bench-${kept.value?.id ?? kept.file}`, kept, `a cutover bench${kept.value === undefined ? '' : `, ${timeText(kept.value.at)}`}`)),
    ...(journal === undefined ? [] : [source('journal', journal, 'every share change, verdict and rollback')]),
    ...Object.entries(samples).map(([rollout, kept]) => source(`rollout-${rollout}`, kept, `evidence of the rollout ${rollout} over time`)),
    ...(traffic === undefined ? [] : [source('traffic', traffic, 'when each backend had its last request of each feature')])
  ]
}

function missingOf ({ parity, bench, journal, traffic }: DossierInputs, sources: readonly Source[]): readonly string[] {
  return [
    ...(['verify', 'fuzz', 'replay'] as const).filter(command => parity[command] === undefined).map(command => `cutover ${command} was never run, or its report was not kept.`),
    ...(bench.length === 0 ? ['cutover bench was never run: nothing is known of speed.'] : []),
    ...(journal === undefined ? ['There is no journal: no share was ever changed, or it was removed. Shares are unknown.'] : []),
    ...(traffic === undefined ? ['The switch has kept no record of traffic: it is not known whether legacy is still used.'] : []),
    ...sources.filter(({ problem }) => problem !== undefined).map(({ file, problem }) => `${file}: ${problem}`)
  ]
}

function environmentOf ({ settings, environment, bench }: DossierInputs): Dossier['environment'] {
  const measured = bench[0]?.value
  const rows = [
    ['legacy', settings.backends.legacy],
    ['candidate', settings.backends.candidate],
    ['version of the candidate', settings.version ?? 'not named (rollout.version)'],
    ...(measured?.backends ?? []).map(({ name, framework }) => [`framework of ${name}, when measured`, framework ?? 'unknown']),
    ...(measured === undefined ? [] : [['measured on', `${measured.environment.cpu}, ${counted(measured.environment.cores, 'core')}, ${measured.environment.platform}, Node ${measured.environment.node}, load by ${measured.environment.generator}, cutover ${measured.environment.cutover}, ${lastingText(measured.seconds * 1000)}`]]),
    ['this report', `cutover ${environment.cutover}, Node ${environment.node}, ${environment.cpu}, ${counted(environment.cores, 'core')}, ${environment.platform}`]
  ]
  return rows.map(([name, value]) => ({ name: name!, value: value! }))
}
