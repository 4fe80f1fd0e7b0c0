/** Why a rule said no. `kind` is what a face turns into a status; `code` is for programs, `message` for people. */
export interface Failure {
  readonly kind: 'unauthenticated' | 'forbidden' | 'missing' | 'conflict' | 'unprocessable' | 'too-large' | 'precondition' | 'range' | 'unavailable'
  readonly code: string
  readonly message: string
  /** The input at fault, where one is. */
  readonly field?: string
}

/** What a rule answers: expected failures are values, only bugs and broken machinery throw. */
export type Result<Value> = { readonly ok: true, readonly value: Value } | { readonly ok: false, readonly failure: Failure }

export function success<Value> (value: Value): Result<Value> {
  return { ok: true, value }
}

export function failed (failure: Failure): { readonly ok: false, readonly failure: Failure } {
  return { ok: false, failure }
}

/** The same answer with what becomes of its value. */
export function mapped<From, To> (result: Result<From>, change: (value: From) => To): Result<To> {
  return result.ok ? success(change(result.value)) : result
}
