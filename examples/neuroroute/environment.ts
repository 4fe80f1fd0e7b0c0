import { Type, type Static } from 'typebox'
import { readVariables, serverVariables } from '@cutover-examples/runtime/environment'

const port = (usual: number) => Type.Integer({ default: usual, minimum: 0, maximum: 65535, expected: 'a port from 0 to 65535' })
const milliseconds = (usual: number) => Type.Integer({ default: usual, minimum: 1, maximum: 600_000, expected: 'milliseconds from 1 to 600000' })
const url = () => Type.Optional(Type.String({ pattern: '^https?://', expected: 'a URL that begins with http:// or https://' }))
const key = () => Type.Optional(Type.String({ minLength: 1, expected: 'the key of the provider' }))

const EnvironmentSchema = Type.Object({
  ...serverVariables,
  FASTIFY_PORT: port(3001),
  DATABASE_URL: Type.Optional(Type.String({ pattern: '^postgres(ql)?://', expected: 'a URL that begins with postgres://' })),
  DATABASE_POOL: Type.Integer({ default: 10, minimum: 1, maximum: 200, expected: 'a number of connections from 1 to 200' }),
  REDIS_URL: Type.Optional(Type.String({ pattern: '^rediss?://', expected: 'a URL that begins with redis://' })),
  CACHE_ENTRIES: Type.Integer({ default: 1000, minimum: 1, maximum: 1_000_000, expected: 'a number of answers that memory may hold' }),
  SEED_DEMO_DATA: Type.Boolean({ default: true, expected: 'true or false' }),
  OPENAI_BASE_URL: url(),
  OPENAI_API_KEY: key(),
  ANTHROPIC_BASE_URL: url(),
  ANTHROPIC_API_KEY: key(),
  OPENAI_CONCURRENCY: Type.Integer({ default: 64, minimum: 1, maximum: 10_000, expected: 'how many requests may be open at once' }),
  ANTHROPIC_CONCURRENCY: Type.Integer({ default: 64, minimum: 1, maximum: 10_000, expected: 'how many requests may be open at once' }),
  // How long a request waits for its turn at a provider that is at its limit.
  PROVIDER_QUEUE_MS: milliseconds(1000),
  // How long one attempt may take: to the last byte of a plain answer, to each next byte of a streamed one.
  PROVIDER_TIMEOUT_MS: milliseconds(10_000),
  // A Retry-After up to this is waited for; a longer one sends the request to the next model.
  RETRY_AFTER_MS: milliseconds(1000),
  // How many failures in a row pause a model, and for how long; no Retry-After pauses it longer.
  HEALTH_FAILURES: Type.Integer({ default: 3, minimum: 1, maximum: 1_000_000_000, expected: 'a number of failures' }),
  HEALTH_PAUSE_MS: milliseconds(10_000)
})

/** The settings of the Fastify server, checked, with defaults filled in. legacy/settings.py reads the same names. */
export type Environment = Readonly<Static<typeof EnvironmentSchema>>

/**
 * Reads the environment variables of the server. Empty ones count as missing.
 * @throws EnvironmentError
 */
export function readEnvironment (variables: NodeJS.ProcessEnv): Environment {
  return readVariables(EnvironmentSchema, variables, {
    requiredInProduction: ['DATABASE_URL', 'OPENAI_BASE_URL', 'OPENAI_API_KEY', 'ANTHROPIC_BASE_URL', 'ANTHROPIC_API_KEY'],
    secrets: ['DATABASE_URL', 'REDIS_URL', 'OPENAI_API_KEY', 'ANTHROPIC_API_KEY'],
    defaults: given => ({ SEED_DEMO_DATA: given.NODE_ENV !== 'production' && given.DATABASE_URL === undefined })
  })
}
