import type { FeatureView, Progress, RollbackStep } from '../dossier/dossier.ts'
import { gateLine } from '../dossier/gate-words.ts'
import type { DossierInputs } from '../dossier/inputs.ts'
import { makeDossier } from '../dossier/make-dossier.ts'

/** Something that must be so before a feature moves; null where nothing shows whether it is. */
export interface Prerequisite {
  readonly text: string
  readonly done: boolean | null
  /** What brings it about. */
  readonly command?: string
}

/** A feature in the order in which it moves. */
export interface PlannedFeature {
  /** From 1. */
  readonly place: number
  readonly feature: string
  readonly risk: 'low' | 'medium' | 'high'
  /** Why the risk is that. */
  readonly reason: string
  readonly routes: readonly string[]
  readonly env?: string
  readonly prerequisites: readonly Prerequisite[]
  readonly start: string
  readonly rollback: string
  readonly progress: Progress
}

/** The migration plan: what moves in which order, on what conditions, and how far it is. Plain data. */
export interface Plan {
  readonly version: 1
  readonly project: string
  readonly backends: DossierInputs['settings']['backends']
  readonly prerequisites: readonly Prerequisite[]
  /** In words. */
  readonly gates: readonly string[]
  readonly stages: DossierInputs['settings']['stages']
  readonly holdMs: number
  readonly minimumRequests: number
  readonly features: readonly PlannedFeature[]
  readonly rollback: readonly RollbackStep[]
  readonly retireAfterMs: number
}

/** Makes the plan from the configuration and what is kept. */
export function makePlan (inputs: DossierInputs): Plan {
  const { settings } = inputs
  const { features, rollback } = makeDossier(inputs)
  return {
    version: 1,
    project: settings.project,
    backends: settings.backends,
    prerequisites: [
      { text: 'Both backends run behind the switch', done: inputs.journal !== undefined || inputs.traffic !== undefined ? true : null, command: 'npx cutover up' },
      { text: 'Scenarios ask every route of every feature', done: inputs.parity.verify?.value === undefined ? null : features.every(({ parity }) => parity.untested.length === 0), command: 'npx cutover verify' },
      { text: 'Gates are configured', done: settings.gates.length > 0 },
      { text: 'Both backends were measured', done: inputs.bench.some(({ value }) => value !== undefined), command: 'npx cutover bench' }
    ],
    gates: settings.gates.map(gateLine),
    stages: settings.stages,
    holdMs: settings.holdMs,
    minimumRequests: settings.minimumRequests,
    features: features.map(planned),
    rollback,
    retireAfterMs: settings.plan.retireAfterMs
  }
}

function planned (view: FeatureView, place: number): PlannedFeature {
  const { feature, risk, riskReason, routes, env, progress } = view
  return {
    place: place + 1,
    feature,
    risk,
    reason: riskReason ?? 'the config says so',
    routes,
    ...(env !== undefined && { env }),
    prerequisites: prerequisitesOf(view),
    start: `npx cutover rollout start ${feature}`,
    rollback: `npx cutover rollback ${feature}`,
    progress
  }
}

function prerequisitesOf ({ risk, sticky, parity, progress: { implemented, parity: compared, bench } }: FeatureView): readonly Prerequisite[] {
  const known = (state: string, good: readonly string[], unknown: readonly string[]): boolean | null => good.includes(state) ? true : unknown.includes(state) ? null : false
  return [
    { text: 'The candidate answers on every route', done: known(implemented.state, ['yes'], ['unknown', 'partly']), command: 'npx cutover verify' },
    { text: 'No difference that nothing explains', done: known(compared.state, ['same', 'partly'], ['unknown']), command: 'npx cutover verify' },
    { text: parity.untested.length === 0 ? 'Every route is asked' : `Scenarios for ${parity.untested.join(', ')}`, done: parity.untested.length === 0 },
    { text: 'Its speed was measured, and the answers were the same', done: known(bench.state, ['faster', 'like legacy', 'slower'], ['unknown']), command: 'npx cutover bench' },
    ...(risk === 'high' ? [{ text: 'Users stay on one side (stickyBy)', done: sticky }] : [])
  ]
}
