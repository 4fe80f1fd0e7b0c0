import { Type, type Static } from 'typebox'
import { readVariables, serverVariables } from '@cutover-examples/runtime/environment'

const EnvironmentSchema = Type.Object({
  ...serverVariables,
  /** Of the router. */
  PORT: Type.Integer({ default: 3000, minimum: 0, maximum: 65535, expected: 'a port from 0 to 65535' }),
  EXPRESS_PORT: Type.Integer({ default: 5001, minimum: 0, maximum: 65535, expected: 'a port from 0 to 65535' }),
  FASTIFY_PORT: Type.Integer({ default: 3001, minimum: 0, maximum: 65535, expected: 'a port from 0 to 65535' }),
  FASTIFY_TRAFFIC_PERCENTAGE: Type.Number({ default: 0, minimum: 0, maximum: 100, expected: 'a percentage from 0 to 100' }),
  FASTIFY_ROLLBACK_ON_ERROR: Type.Boolean({ default: true, expected: 'true or false' }),
  FASTIFY_DEBUG_MODE: Type.Boolean({ default: false, expected: 'true or false' }),
  DATABASE_URL: Type.Optional(Type.String({ pattern: '^postgres(ql)?://', expected: 'a URL that begins with postgres://' })),
  DATABASE_POOL: Type.Integer({ default: 10, minimum: 1, maximum: 200, expected: 'a number of connections from 1 to 200' }),
  REDIS_URL: Type.Optional(Type.String({ pattern: '^rediss?://', expected: 'a URL that begins with redis://' })),
  SEED_DEMO_DATA: Type.Boolean({ default: true, expected: 'true or false' }),
  JWT_SECRET: Type.String({ default: 'only for development: anyone can read this secret', minLength: 32, expected: 'a secret of at least 32 characters' }),
  OPENAI_BASE_URL: Type.Optional(Type.String({ pattern: '^https?://', expected: 'a URL that begins with http:// or https://' })),
  OPENAI_API_KEY: Type.Optional(Type.String({ minLength: 1, expected: 'the key of the AI service' })),
  AI_TIMEOUT_MS: Type.Integer({ default: 30_000, minimum: 1, maximum: 600_000, expected: 'milliseconds from 1 to 600000' }),
  AI_REQUESTS_PER_MINUTE: Type.Integer({ default: 10, minimum: 1, expected: 'a number of requests' }),
  REQUESTS_PER_MINUTE: Type.Integer({ default: 1000, minimum: 1, expected: 'a number of requests' }),
  CORS_ORIGINS: Type.String({ default: 'http://localhost:5173', expected: 'origins, separated by commas' }),
  TRUSTED_PROXIES: Type.String({ default: 'loopback', expected: 'addresses and ranges of proxies, separated by commas' })
})

/** The settings of the servers, checked, with defaults filled in. */
export type Environment = Readonly<Static<typeof EnvironmentSchema>>

/**
 * Reads the environment variables. Empty ones count as missing.
 * @throws EnvironmentError
 */
export function readEnvironment (variables: NodeJS.ProcessEnv): Environment {
  return readVariables(EnvironmentSchema, variables, {
    requiredInProduction: ['DATABASE_URL', 'JWT_SECRET', 'OPENAI_BASE_URL', 'OPENAI_API_KEY'],
    secrets: ['DATABASE_URL', 'REDIS_URL', 'JWT_SECRET', 'OPENAI_API_KEY'],
    defaults: given => ({ SEED_DEMO_DATA: given.NODE_ENV !== 'production' && given.DATABASE_URL === undefined })
  })
}
