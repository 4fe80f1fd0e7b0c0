/** Why the candidate's failure went to legacy. */
export type FallbackCause = 'unreachable' | 'timeout' | 'broken' | 'status'

/** Counts and latencies of one feature on one backend. The switch holds one and records into it for every request. */
export interface Cell {
  /**
   * Counts one answer.
   * @param status HTTP status as the client (or, for a fallback, the switch) saw it; 0 when the client left first
   * @param milliseconds from the request's head to the last byte handed to the system
   */
  record (status: number, milliseconds: number): void
  /** Counts a request that this backend failed and legacy answered instead. */
  fellBack (cause: FallbackCause): void
}
