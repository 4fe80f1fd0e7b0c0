import type { JoiDetail } from './detail.ts'
import { inJoiOrder } from './order.ts'
import { messageOf, type AjvError } from './messages.ts'

/** Options of `joiDetails` and `joiMessages`. */
export interface JoiOptions {
  /** Joi's own `abortEarly`: only the first fault. Default: `true`, as in Joi. */
  readonly abortEarly?: boolean
  /** Joi's own `convert`: text becomes a number or a boolean where the schema wants one. Default: `true`, as in Joi. */
  readonly convert?: boolean
}

/**
 * What Joi would say about these Ajv errors, in Joi's order.
 * The errors come from an Ajv with `allErrors` and `verbose`; `schema` is the JSON Schema that was compiled.
 */
export function joiDetails (errors: readonly AjvError[], schema: unknown, options: JoiOptions = {}): JoiDetail[] {
  const details = inJoiOrder(errors, schema).flatMap(error => messageOf(error)).filter(isFirstOfItsKind)
  return options.abortEarly === false ? details : details.slice(0, 1)
}

function isFirstOfItsKind (detail: JoiDetail, index: number, all: readonly JoiDetail[]): boolean {
  return all.findIndex(other => other.message === detail.message && other.path.join('\0') === detail.path.join('\0')) === index
}
