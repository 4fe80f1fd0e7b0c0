import { Type, type Static } from 'typebox'
import { readVariables, serverVariables } from '@cutover-examples/runtime/environment'

const EnvironmentSchema = Type.Object({
  ...serverVariables,
  PORT: Type.Integer({ default: 3000, minimum: 0, maximum: 65535, expected: 'a port from 0 to 65535' }),
  BACKEND_FRAMEWORK: Type.Optional(Type.Union([Type.Literal('express'), Type.Literal('fastify')], { expected: 'express or fastify' })),
  MONGODB_URI: Type.Optional(Type.String({ pattern: '^mongodb(\\+srv)?://', expected: 'a URL that begins with mongodb://' })),
  REDIS_URL: Type.Optional(Type.String({ pattern: '^rediss?://', expected: 'a URL that begins with redis://' })),
  SEED_DEMO_DATA: Type.Boolean({ default: true, expected: 'true or false' }),
  SESSION_SECRET: Type.String({ default: 'only for development: anyone can read this secret', minLength: 32, expected: 'a secret of at least 32 characters' }),
  CSRF_SECRET: Type.String({ default: 'only for development: anyone can forge tokens with this', minLength: 32, expected: 'a secret of at least 32 characters' }),
  WEB_ORIGINS: Type.String({ default: 'http://localhost:3000', expected: 'origins of the web app, separated by commas' }),
  /** The domain that passkeys belong to. */
  WEBAUTHN_RP_ID: Type.String({ default: 'localhost', minLength: 1, expected: 'a domain' }),
  TRUSTED_PROXIES: Type.String({ default: 'loopback', expected: 'addresses and ranges of proxies, separated by commas' }),
  /** Of one note's content, in bytes. */
  CONTENT_LIMIT: Type.Integer({ default: 2 * 1024 ** 3, minimum: 1, expected: 'a number of bytes' }),
  REQUEST_TIMEOUT_MS: Type.Integer({ default: 30_000, minimum: 1, maximum: 600_000, expected: 'milliseconds from 1 to 600000' })
})

/** The settings of the servers, checked, with defaults filled in. */
export type Environment = Readonly<Static<typeof EnvironmentSchema>>

/**
 * Reads the environment variables. Empty ones count as missing.
 * @throws EnvironmentError
 */
export function readEnvironment (variables: NodeJS.ProcessEnv): Environment {
  return readVariables(EnvironmentSchema, variables, {
    requiredInProduction: ['MONGODB_URI', 'SESSION_SECRET', 'CSRF_SECRET', 'WEB_ORIGINS', 'WEBAUTHN_RP_ID'],
    secrets: ['SESSION_SECRET', 'CSRF_SECRET', 'MONGODB_URI', 'REDIS_URL'],
    defaults: given => ({ SEED_DEMO_DATA: given.NODE_ENV !== 'production' && given.MONGODB_URI === undefined })
  })
}
