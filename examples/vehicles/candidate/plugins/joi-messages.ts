import { Ajv } from 'ajv'
import type { FastifySchemaValidationError } from 'fastify'
import { joiAjvOptions, joiDetails, type AjvError } from 'fastify-express-compat/joi'

/** One fault of a request, in Joi's words. */
export interface Detail {
  readonly field: string
  readonly message: string
}

/** A part of a request broke its schema. */
export class ValidationFailure extends Error {
  readonly statusCode = 400
  readonly code = 'VALIDATION_FAILED'
  readonly details: readonly Detail[]
  /** Set by Fastify: body, params, … */
  declare validationContext: string
  declare validation: FastifySchemaValidationError[]

  constructor (details: readonly Detail[]) {
    super('The request is not valid')
    this.details = details
  }
}

/** Checks what `schema` says with Ajv, and tells every fault as Joi would, in Joi's order. Nothing is converted or removed. */
export function compileValidator (schema: unknown): (data: unknown) => { value: unknown } | { error: ValidationFailure } {
  const ajv = new Ajv({ ...joiAjvOptions, keywords: [...joiAjvOptions.keywords], strict: true, allowUnionTypes: true, logger: false } as object)
  const check = ajv.compile(schema as object)
  return data => {
    if (check(data)) return { value: data }
    const details = joiDetails((check.errors ?? []) as unknown as AjvError[], schema, { abortEarly: false })
    return { error: new ValidationFailure(details.map(({ path, message }) => ({ field: path.join('.'), message }))) }
  }
}
