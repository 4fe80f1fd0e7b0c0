/** Why a rule said no. `kind` is what a face turns into a status; `code` is for programs, `message` for people. */
export interface Failure {
  readonly kind: 'unauthenticated' | 'missing' | 'conflict' | 'unprocessable' | 'limited' | 'upstream' | 'unavailable' | 'late'
  readonly code: string
  readonly message: string
  /** Seconds after which it is worth trying again. */
  readonly retryAfter?: number
}

/** What a rule answers: expected failures are values, only bugs and broken machinery throw. */
export type Result<Value> = { readonly ok: true, readonly value: Value } | { readonly ok: false, readonly failure: Failure }

export function success<Value> (value: Value): Result<Value> {
  return { ok: true, value }
}

export function failed (failure: Failure): { readonly ok: false, readonly failure: Failure } {
  return { ok: false, failure }
}
