import type { ComparisonConfig } from '../../config/comparison.ts'
import type { StateDump } from '../../state/state.ts'
import type { Aliases } from '../alias.ts'
import type { Difference } from '../compare/difference.ts'
import type { Tally } from '../compare/findings.ts'
import type { NoiseProfile } from '../noise.ts'

export interface CompareStatesOptions {
  /** What the answers of the same trial bound; what the databases show besides is not bound in it. */
  readonly aliases?: Aliases
  /** From {@link learnStateNoise}; without it nothing is noise. */
  readonly noise?: NoiseProfile
  /** Those with a path `/state/TABLE/…` and without routes apply. */
  readonly rules?: ComparisonConfig
}

/** What comparing two databases gave. */
export interface StateComparison {
  /** Pointers are `/TABLE/ROW/COLUMN`, ROW the index in legacy's dump; no more than the rules' limit. */
  readonly differences: readonly Difference[]
  /** How many there are, those not kept included. */
  readonly total: number
  readonly leftOut: readonly Tally[]
}

/** Compares what two databases hold, row by row, whatever keys and times each side made up. Pure. */
export function compareStates (legacy: StateDump, candidate: StateDump, options: CompareStatesOptions = {}): StateComparison {
  throw new Error(`not built yet ${legacy.tables.length} ${candidate.tables.length} ${Object.keys(options).length}`)
}

/**
 * Learns from the databases of legacy and its twin, after the same requests, what is noise; kept by table as `state TABLE`.
 * @param profile what is known so far; not changed
 */
export function learnStateNoise (profile: NoiseProfile, legacy: StateDump, twin: StateDump): NoiseProfile {
  throw new Error(`not built yet ${Object.keys(profile).length} ${legacy.tables.length} ${twin.tables.length}`)
}
