import type { Draft } from './draft.ts'

/** A request with what is tried by it. */
export interface Probe {
  readonly draft: Draft
  /** Such as `body:/year beyond maximum`. */
  readonly label: string
  /** Whether the description lets one expect that it is taken. */
  readonly fits: boolean
  /** Probes of a lower tier are sent first: 0 for bounds and types, 1 for what is rarer. */
  readonly tier: 0 | 1
}
