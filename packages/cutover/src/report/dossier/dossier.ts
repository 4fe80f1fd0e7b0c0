import type { BenchResult, Comparison, RouteResult } from '../../bench/result.ts'
import type { GateResult, RolloutEvent } from '../../config/control.ts'
import type { BasisPoints } from '../../config/target.ts'
import type { RolloutSample } from '../../rollout/sample.ts'
import type { FeatureParity, KeptCommand, KeptParity } from '../kept-parity.ts'
import type { DossierSettings } from './inputs.ts'

/** May legacy's traffic be the candidate's for good? `not yet` is what missing data gives; `no` needs a fact against it. */
export type Decision = 'go' | 'not yet' | 'no'

/** One thing that the decision rests on. */
export interface Reason {
  readonly decision: Decision
  readonly text: string
  /** An id of {@link Dossier.sources}, where the figures in the text come from one. */
  readonly source?: string
  /** The part of the report that shows the samples: an id in its HTML. */
  readonly anchor?: string
  /** The command that would change it, as it can be run. */
  readonly next?: string
  /** What has to be so before that command helps: `on a quieter machine`. */
  readonly nextWhen?: string
}

/** A file that figures come from. */
export interface Source {
  readonly id: string
  /** Relative to the report, with `/`. */
  readonly file: string
  readonly bytes: number
  readonly sha256: string
  readonly about: string
  readonly problem?: string
}

/** What one command of parity says of a feature. */
export interface ParityRun {
  readonly command: KeptCommand
  /** `missing`: never run, or the file cannot be read; `nothing`: it asked the feature nothing; `stale`: of another version of the candidate. */
  readonly state: 'same' | 'different' | 'incomplete' | 'nothing' | 'stale' | 'missing'
  /** Why it is not `same`, and what a reader must know. */
  readonly note?: string
  readonly source?: string
  readonly at?: string
  readonly complete?: boolean
  readonly scope?: string
  readonly candidate?: string
  readonly figures?: FeatureParity
  /** First ones; the file has the rest. */
  readonly findings: ReadonlyArray<Pick<KeptParity['findings'][number], 'cause' | 'endpoint' | 'message' | 'kind' | 'case' | 'occurrences' | 'confirmed'>>
}

/** What was left out of a comparison on purpose, or because legacy differs from itself there. */
export interface LeftOut {
  readonly because: string
  readonly reason: string
  readonly count: number
  readonly endpoints: readonly string[]
}

export interface ParityView {
  readonly runs: readonly ParityRun[]
  /** Routes that no run asked. */
  readonly untested: readonly string[]
  readonly leftOut: readonly LeftOut[]
  readonly notes: readonly string[]
}

/** Requests a second: a mean with its 95 % interval over blocks, which one block alone does not give. */
export interface RateView {
  readonly backend: string
  readonly blocks: number
  readonly value: number
  readonly low: number | null
  readonly high: number | null
}

/** A point of a percentile curve: the part of the requests (0 to 1) at or under so many milliseconds. */
export type CurvePoint = readonly [part: number, milliseconds: number]

/** One route at one number of connections, with its samples. */
export interface RouteSpeed {
  /** Its id in the report. */
  readonly id: string
  readonly result: RouteResult
  readonly candidate: Comparison | undefined
  readonly rates: readonly RateView[]
  readonly curves: ReadonlyArray<{ readonly backend: string, readonly requests: number, readonly points: readonly CurvePoint[] }>
}

/** `undefined` where the feature was not measured. */
export interface SpeedView {
  readonly bench: Pick<BenchResult, 'id' | 'at' | 'seconds' | 'baseline' | 'notes' | 'environment'>
  readonly source: string
  readonly routes: readonly RouteSpeed[]
}

export interface SharePoint {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly share: BasisPoints
  readonly rollback: boolean
  readonly who: string
  readonly why: string
}

export type Outcome = 'under way' | 'paused' | 'completed' | 'failed' | 'aborted'

/** One rollout of a feature. */
export interface RolloutView {
  readonly id: string
  readonly rollout: string
  readonly version?: string
  readonly outcome: Outcome
  readonly startedAt: string
  readonly endedAt?: string
  readonly stages: readonly BasisPoints[]
  readonly events: readonly RolloutEvent[]
  /** Requests that the candidate had, over all stages; null where no evidence was kept. */
  readonly requests: number | null
  /** What the gates said last. */
  readonly gates: ReadonlyArray<Omit<GateResult, 'reason'> & { readonly reason?: string }>
  /** Evidence over time, thinned out evenly. */
  readonly samples: readonly RolloutSample[]
  /** How many the file has. */
  readonly sampleCount: number
  readonly source?: string
}

/** A rollback, and what led to it. */
export interface Incident {
  /** Its id in the report. */
  readonly id: string
  readonly at: string
  readonly feature: string
  /** `gate`: a rollout's; `hand`: a person's or a program's. */
  readonly kind: 'gate' | 'hand'
  readonly gate?: string
  /** Share before it. */
  readonly from: BasisPoints | null
  readonly who: string
  readonly why: string
  /** Requests of the candidate that the verdict rests on; null where it is not known. */
  readonly requests: number | null
  readonly result?: GateResult
  readonly rollout?: string
}

/** How far a feature is, each step from evidence. */
export interface Progress {
  readonly implemented: { readonly state: 'yes' | 'partly' | 'no' | 'unknown', readonly text: string }
  readonly parity: { readonly state: 'same' | 'different' | 'partly' | 'unknown', readonly text: string }
  readonly bench: { readonly state: 'faster' | 'like legacy' | 'slower' | 'different' | 'unknown', readonly text: string }
  readonly share: { readonly share: BasisPoints | null, readonly text: string }
  readonly retired: { readonly state: 'may go' | 'not yet' | 'unknown', readonly text: string }
}

export interface FeatureView {
  /** Its id in the report. */
  readonly id: string
  readonly feature: string
  readonly risk: 'low' | 'medium' | 'high'
  readonly riskReason?: string
  readonly routes: readonly string[]
  readonly env?: string
  readonly fallback: boolean
  readonly sticky: boolean
  /** As the journal left it; null where there is none. */
  readonly share: BasisPoints | null
  readonly rolledBack: boolean
  readonly decision: Decision
  /** Those against it first. */
  readonly reasons: readonly Reason[]
  readonly parity: ParityView
  readonly speed: SpeedView | undefined
  /** Newest first. */
  readonly rollouts: readonly RolloutView[]
  readonly shares: readonly SharePoint[]
  readonly progress: Progress
}

export interface Risk {
  readonly feature?: string
  readonly text: string
  readonly anchor?: string
}

/** A step of rolling back: what for, and the exact command. */
export interface RollbackStep {
  readonly text: string
  readonly command?: string
}

/** The whole report as data: what HTML, Markdown and JSON are written from. */
export interface Dossier {
  readonly version: 1
  readonly id: string
  /** ISO 8601, UTC. */
  readonly at: string
  readonly project: string
  readonly decision: Decision
  /** One line. */
  readonly summary: string
  readonly reasons: readonly Reason[]
  /** In the order in which they move. */
  readonly features: readonly FeatureView[]
  /** Newest first. */
  readonly incidents: readonly Incident[]
  /** Resident memory and start-up, over those of legacy, from the newest bench. */
  readonly overall: { readonly source: string, readonly baseline: string, readonly backends: BenchResult['backends'], readonly rows: BenchResult['overall'] } | undefined
  readonly risks: readonly Risk[]
  readonly rollback: readonly RollbackStep[]
  readonly environment: ReadonlyArray<{ readonly name: string, readonly value: string }>
  readonly sources: readonly Source[]
  /** What is missing or could not be read. */
  readonly missing: readonly string[]
  readonly settings: Pick<DossierSettings, 'stages' | 'holdMs' | 'minimumRequests' | 'alpha' | 'confidence' | 'version' | 'backends'>
  /** In words. */
  readonly gates: readonly string[]
}
