import type { FastifyServerOptions } from 'fastify'
import { joiMessages } from 'fastify-express-compat'

const { ajv, schemaErrorFormatter } = joiMessages({ abortEarly: false, convert: false })

/** Constructor options: every fault is told at once, in Joi's words and order; nothing is converted. */
export const joiValidation = {
  // Joi counts UTF-16 units; Ajv, told to do so too, would say each time that it should not.
  ajv: { ...ajv, customOptions: { ...ajv?.customOptions, logger: false } },
  schemaErrorFormatter
} as FastifyServerOptions
