import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import type { Detail } from './problems.ts'

// JSON has types, so nothing is converted; what is not asked for is refused, not removed.
const ajv = formats.default(new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }))

/** A part of a request broke its schema. */
export class RequestInvalid extends Error {
  override name = 'RequestInvalid'
  readonly details: readonly Detail[]

  constructor (details: readonly Detail[]) {
    const [first] = details
    super(`The request is not valid: ${first?.field ? `${first.field} ` : ''}${first?.message ?? ''}${details.length > 1 ? `, and ${details.length - 1} more` : ''}`)
    this.details = details
  }
}

/** Checks what `schema` says; every fault is told, in the order in which the schema finds them. */
export function compileCheck (schema: object): (data: unknown) => RequestInvalid | undefined {
  const check = ajv.compile(schema)
  return data => {
    if (check(data)) return undefined
    return new RequestInvalid((check.errors ?? []).map(({ instancePath, params, message = 'is wrong' }) => {
      const { missingProperty, additionalProperty } = params as { missingProperty?: string, additionalProperty?: string }
      const path = instancePath.split('/').slice(1).map(segment => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
      return { field: [...path, missingProperty ?? additionalProperty].filter(segment => segment !== undefined).join('.'), message }
    }))
  }
}
