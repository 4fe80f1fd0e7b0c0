import type { FastifyServerOptions } from 'fastify'
import { convert } from './convert.ts'
import type { JoiDetail } from './detail.ts'
import { joiDetails, type JoiOptions } from './details.ts'
import type { AjvError } from './messages.ts'

/** A validation error with Joi's message and details. */
export class JoiValidationError extends Error {
  override readonly name = 'ValidationError'
  readonly statusCode = 400
  readonly details: readonly JoiDetail[]

  constructor (details: readonly JoiDetail[]) {
    super(details.map(detail => detail.message).join('. '))
    this.details = details
  }
}

/**
 * The options that an Ajv needs for `joiDetails`. Joi counts UTF-16 units, so Ajv does too; `patternName` is the name that
 * Joi's `pattern(regexp, name)` gives, and the name `guid` stands for Joi's `guid()`.
 */
export const joiAjvOptions = { allErrors: true, verbose: true, coerceTypes: false, removeAdditional: false, useDefaults: true, unicode: false, keywords: ['patternName'] } as const

const kSchema = Symbol('expressCompat.schema')

interface Compiler {
  compile (schema: unknown): Validator
}

interface Validator {
  (data: unknown): unknown
  errors?: Array<AjvError> & { [kSchema]?: unknown } | null
}

/**
 * Options for the Fastify constructor under which a failed validation says what Joi would say:
 * `fastify({ ...expressOptions({ express: 5 }), ...joiMessages({ abortEarly: false }) })`.
 * Schemas are JSON Schema or TypeBox, validated by Fastify's own Ajv; values are converted as Joi converts them, and unknown
 * keys are errors where the schema forbids them. Error code and status are Fastify's: 400.
 */
export function joiMessages (options: JoiOptions = {}): Pick<FastifyServerOptions, 'ajv' | 'schemaErrorFormatter'> {
  return {
    ajv: {
      customOptions: { ...joiAjvOptions, keywords: [...joiAjvOptions.keywords] },
      onCreate: ajv => { rememberSchemas(ajv as unknown as Compiler, options.convert !== false) }
    },
    schemaErrorFormatter: errors => {
      const found = errors as unknown as AjvError[] & { [kSchema]?: unknown }
      return new JoiValidationError(joiDetails(found, found[kSchema], options))
    }
  }
}

/** The order of the keys is in the schema, which Fastify does not hand to the formatter. */
function rememberSchemas (ajv: Compiler, converting: boolean): void {
  const compile = ajv.compile.bind(ajv)
  ajv.compile = schema => {
    const validate = compile(schema)
    const remembering: Validator = data => {
      if (converting) convert(schema, data)
      const valid = validate(data)
      remembering.errors = validate.errors ?? null
      if (remembering.errors !== null) Object.defineProperty(remembering.errors, kSchema, { value: schema })
      return valid
    }
    return Object.assign(remembering, { schema })
  }
}
