import type { Fault, Location } from './faults.ts'
import type { PythonValue } from './python-json.ts'
import type { Refusal } from './scalars.ts'

/** What a field gives back when it added faults. */
export const FAILED = Symbol('failed')

/** pydantic's `ModelField.validate`: gives the value, or adds to the faults and gives {@link FAILED}. */
export type Field = (value: PythonValue, loc: Location, faults: Fault[], values: Readonly<Record<string, unknown>>) => unknown

/** Adds a refusal as a fault. */
export function refuse (faults: Fault[], loc: Location, { msg, type, ctx }: Refusal): typeof FAILED {
  faults.push(ctx === undefined ? { loc, msg, type } : { loc, msg, type, ctx })
  return FAILED
}
