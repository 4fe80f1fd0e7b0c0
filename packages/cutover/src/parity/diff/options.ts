import type { ComparisonConfig } from '../../config/comparison.ts'
import type { Route } from '../../config/settings.ts'
import type { Note } from '../../message/note.ts'

/** How two recordings are compared. */
export interface DiffOptions {
  readonly rules?: ComparisonConfig
  /** Names of endpoints: a path that meets one of these routes is counted under it. */
  readonly routes?: readonly Route[]
  readonly signal?: AbortSignal
  /** Told how many exchanges were read and paired. */
  onProgress? (progress: { readonly read: number, readonly compared: number, readonly all: number, readonly findings: number }): void
  /** Told of what could not be read. */
  onNote? (note: Note): void
}
