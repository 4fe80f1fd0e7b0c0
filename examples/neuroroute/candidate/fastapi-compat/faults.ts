/** Where a value was: `body`, `query`, `path` or `header`, then names and indexes. */
export type Location = ReadonlyArray<string | number>

/** One entry of the `detail` of a 422. `ctx` is there where pydantic gives it. */
export interface Fault {
  readonly loc: Location
  readonly msg: string
  readonly type: string
  readonly ctx?: Readonly<Record<string, unknown>>
}

/** fastapi.HTTPException: ends the request with this status and `{"detail": …}`. */
export class HttpException extends Error {
  override readonly name = 'HttpException'
  readonly status: number
  readonly detail: unknown
  readonly headers: Readonly<Record<string, string>>

  /**
   * @param detail any value with JSON; Python's whole floats by {@link pythonFloat}. Left out: the status' phrase
   * @param headers sent with the answer, names in any case
   */
  constructor (status: number, detail?: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(`HTTP ${status}`)
    this.status = status
    this.detail = detail
    this.headers = headers
  }
}

/** fastapi.exceptions.RequestValidationError: a 422 with these faults. */
export class RequestValidationError extends Error {
  override readonly name = 'RequestValidationError'
  readonly faults: readonly Fault[]

  constructor (faults: readonly Fault[]) {
    super('the request is not valid')
    this.faults = faults
  }
}

/** What a validator throws, as Python's `raise ValueError(message)`: type `value_error`. Other errors are answered with 500. */
export class ValueError extends Error {
  override readonly name = 'ValueError'
}

/** As {@link ValueError}, for `raise TypeError(message)`: type `type_error`. */
export class TypeFault extends Error {
  override readonly name = 'TypeFault'
}

/** As {@link ValueError}, for a failed `assert`: type `assertion_error`. */
export class AssertionFault extends Error {
  override readonly name = 'AssertionFault'
}

/** The fault of something that a validator threw; anything else is thrown on. */
export function faultOf (error: unknown, loc: Location): Fault {
  if (error instanceof ValueError) return { loc, msg: error.message, type: 'value_error' }
  if (error instanceof TypeFault) return { loc, msg: error.message, type: 'type_error' }
  if (error instanceof AssertionFault) return { loc, msg: error.message, type: 'assertion_error' }
  throw error
}
