import type { JournalEntry } from '../../config/control.ts'
import type { GateSettings, PlanSettings } from '../../config/rollout-settings.ts'
import type { Feature } from '../../config/settings.ts'
import type { BasisPoints } from '../../config/target.ts'
import type { BenchResult } from '../../bench/result.ts'
import type { RolloutSample } from '../../rollout/sample.ts'
import type { KeptCommand, KeptParity } from '../kept-parity.ts'
import type { Traffic } from '../traffic.ts'

/** A file of the state folder, read. */
export interface KeptSource<T> {
  /** Relative to the state folder, with `/`. */
  readonly file: string
  readonly bytes: number
  /** Hexadecimal, of the whole file as it was read. */
  readonly sha256: string
  /** Undefined where it cannot be used. */
  readonly value?: T
  /** What is wrong with it, or with a part of it. */
  readonly problem?: string
}

/** What the configuration says, as far as reports tell it. Holds no secrets. */
export interface DossierSettings {
  readonly project: string
  readonly features: readonly Feature[]
  readonly stages: readonly BasisPoints[]
  readonly holdMs: number
  readonly minimumRequests: number
  readonly alpha: number
  readonly confidence: number
  readonly order: readonly string[]
  readonly gates: readonly GateSettings[]
  /** Of the candidate. */
  readonly version: string | undefined
  readonly plan: PlanSettings
  readonly breaker: boolean
  /** The variables of features are read from it and watched; its name alone. */
  readonly envFile: string | undefined
  /** For a person: the module, the command line or the URL of each backend, without credentials. */
  readonly backends: { readonly legacy: string, readonly candidate: string }
}

/** All that a dossier is made from. Plain data. */
export interface DossierInputs {
  readonly id: string
  readonly at: Date
  readonly settings: DossierSettings
  readonly parity: Readonly<Partial<Record<KeptCommand, KeptSource<KeptParity>>>>
  /** Newest first. */
  readonly bench: ReadonlyArray<KeptSource<BenchResult>>
  readonly journal: KeptSource<readonly JournalEntry[]> | undefined
  /** Evidence by the id of its rollout. */
  readonly samples: Readonly<Record<string, KeptSource<readonly RolloutSample[]>>>
  readonly traffic: KeptSource<Traffic> | undefined
  /** Where the report is written. */
  readonly environment: { readonly cutover: string, readonly node: string, readonly cpu: string, readonly cores: number, readonly platform: string }
}
