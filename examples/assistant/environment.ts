import { Type, type Static } from 'typebox'
import { EnvironmentError, readVariables, serverVariables } from '@cutover-examples/runtime/environment'

const port = (usual: number) => Type.Integer({ default: usual, minimum: 0, maximum: 65535, expected: 'a port from 0 to 65535' })
const flag = (usual: boolean) => Type.Boolean({ default: usual, expected: 'true or false' })
const requests = (usual: number) => Type.Integer({ default: usual, minimum: 1, expected: 'a number of requests' })

const EnvironmentSchema = Type.Object({
  ...serverVariables,
  EXPRESS_PORT: port(5001),
  FASTIFY_PORT: port(3001),
  // Behind the router, both servers must have the same database.
  BEHIND_ROUTER: flag(false),
  DATABASE_URL: Type.Optional(Type.String({ pattern: '^postgres(ql)?://', expected: 'a URL that begins with postgres://' })),
  DATABASE_POOL: Type.Integer({ default: 10, minimum: 1, maximum: 200, expected: 'a number of connections from 1 to 200' }),
  REDIS_URL: Type.Optional(Type.String({ pattern: '^rediss?://', expected: 'a URL that begins with redis://' })),
  SEED_DEMO_DATA: flag(true),
  JWT_SECRET: Type.String({ default: 'only for development: anyone can read this secret', minLength: 32, expected: 'a secret of at least 32 characters' }),
  OPENAI_BASE_URL: Type.Optional(Type.String({ pattern: '^https?://', expected: 'a URL that begins with http:// or https://' })),
  OPENAI_API_KEY: Type.Optional(Type.String({ minLength: 1, expected: 'the key of the AI service' })),
  AI_MODELS: Type.String({ default: 'gpt-4o-mini,gpt-4o', pattern: '[^\\s,]', expected: 'names of models, separated by commas, the usual one first' }),
  AI_TIMEOUT_MS: Type.Integer({ default: 30_000, minimum: 1, maximum: 600_000, expected: 'milliseconds from 1 to 600000' }),
  AI_REQUESTS_PER_MINUTE: requests(10),
  AUTH_REQUESTS_PER_MINUTE: requests(30),
  REQUESTS_PER_MINUTE: requests(1000),
  CORS_ORIGINS: Type.String({ default: 'http://localhost:5173', expected: 'origins, separated by commas' }),
  TRUSTED_PROXIES: Type.String({ default: 'loopback', expected: 'addresses and ranges of proxies, separated by commas' })
})

/** The settings of the servers, checked, with defaults filled in. */
export type Environment = Readonly<Static<typeof EnvironmentSchema>>

/**
 * Reads the environment variables of a server. Empty ones count as missing.
 * @throws EnvironmentError
 */
export function readEnvironment (variables: NodeJS.ProcessEnv): Environment {
  const environment = readVariables(EnvironmentSchema, variables, {
    requiredInProduction: ['DATABASE_URL', 'JWT_SECRET', 'OPENAI_BASE_URL', 'OPENAI_API_KEY'],
    secrets: ['DATABASE_URL', 'REDIS_URL', 'JWT_SECRET', 'OPENAI_API_KEY'],
    defaults: given => ({ SEED_DEMO_DATA: given.NODE_ENV !== 'production' && given.DATABASE_URL === undefined })
  })
  if (environment.BEHIND_ROUTER && environment.DATABASE_URL === undefined) {
    throw new EnvironmentError('environment: DATABASE_URL is missing, set a URL that begins with postgres://: behind the router both servers need the same database (node start.ts starts one)')
  }
  return environment
}

const RouterSchema = Type.Object({
  PORT: port(3000),
  EXPRESS_PORT: port(5001),
  FASTIFY_PORT: port(3001),
  EXPRESS_URL: Type.Optional(Type.String({ minLength: 1, expected: 'where the Express server is, when it runs elsewhere' })),
  FASTIFY_URL: Type.Optional(Type.String({ minLength: 1, expected: 'where the Fastify server is, when it runs elsewhere' })),
  FASTIFY_ROLLBACK_ON_ERROR: flag(true),
  FASTIFY_DEBUG_MODE: flag(false),
  HOST: serverVariables.HOST,
  STATE_DIR: serverVariables.STATE_DIR,
  // FASTIFY_TRAFFIC_PERCENTAGE is the features' own: the switch reads it, and tells what is wrong with it.
  ROUTER_TRUSTED_PROXIES: Type.String({ default: '', expected: 'addresses and ranges of proxies, separated by commas' })
})

/** The settings of the router. */
export type RouterEnvironment = Readonly<Static<typeof RouterSchema>>

/**
 * Reads the environment variables of the router. Empty ones count as missing.
 * @throws EnvironmentError
 */
export function readRouterEnvironment (variables: NodeJS.ProcessEnv): RouterEnvironment {
  return readVariables(RouterSchema, variables, { requiredInProduction: [], secrets: [] })
}
