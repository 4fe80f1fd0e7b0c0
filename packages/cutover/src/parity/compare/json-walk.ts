import type { Findings } from './findings.ts'
import type { Hashes } from './hash.ts'
import type { JsonPair } from './json-pair.ts'

/** The state of one comparison of two JSON texts. */
export interface JsonWalk {
  readonly pair: JsonPair
  readonly findings: Findings
  readonly hashesA: Hashes
  readonly hashesB: Hashes
  /** Cells of alignment tables that may still be filled. */
  cells: number
}
