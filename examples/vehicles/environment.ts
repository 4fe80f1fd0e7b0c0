import { Type, type Static } from 'typebox'
import { readVariables, serverVariables } from '@cutover-examples/runtime/environment'

const EnvironmentSchema = Type.Object({
  ...serverVariables,
  PORT: Type.Integer({ default: 3000, minimum: 0, maximum: 65535, expected: 'a port from 0 to 65535' }),
  BACKEND_FRAMEWORK: Type.Optional(Type.Union([Type.Literal('express'), Type.Literal('fastify')], { expected: 'express or fastify' })),
  DATABASE_URL: Type.Optional(Type.String({ pattern: '^postgres(ql)?://', expected: 'a URL that begins with postgres://' })),
  DATABASE_POOL: Type.Integer({ default: 10, minimum: 1, maximum: 200, expected: 'a number of connections from 1 to 200' }),
  SEED_DEMO_DATA: Type.Boolean({ default: true, expected: 'true or false' }),
  JWT_SECRET: Type.String({ default: 'only for development: anyone can read this secret', minLength: 32, expected: 'a secret of at least 32 characters' }),
  VPIC_URL: Type.Optional(Type.String({ pattern: '^https?://', expected: 'a URL that begins with http:// or https://' })),
  VPIC_TIMEOUT_MS: Type.Integer({ default: 2000, minimum: 1, maximum: 60_000, expected: 'milliseconds from 1 to 60000' }),
  VPIC_CACHE_HOURS: Type.Number({ default: 720, minimum: 0, expected: 'a number of hours' }),
  CORS_ORIGINS: Type.String({ default: 'http://localhost:5173', expected: 'origins, separated by commas' })
})

/** The settings of the servers, checked, with defaults filled in. */
export type Environment = Readonly<Static<typeof EnvironmentSchema>>

/**
 * Reads the environment variables. Empty ones count as missing.
 * @throws EnvironmentError
 */
export function readEnvironment (variables: NodeJS.ProcessEnv): Environment {
  return readVariables(EnvironmentSchema, variables, {
    requiredInProduction: ['DATABASE_URL', 'JWT_SECRET', 'VPIC_URL'],
    secrets: ['JWT_SECRET'],
    defaults: given => ({ SEED_DEMO_DATA: given.NODE_ENV !== 'production' && given.DATABASE_URL === undefined })
  })
}
