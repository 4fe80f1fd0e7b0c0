import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'

const EnvironmentSchema = Type.Object({
  NODE_ENV: Type.Union([Type.Literal('development'), Type.Literal('production'), Type.Literal('test')], { default: 'development', expected: 'development, production or test' }),
  HOST: Type.String({ default: '127.0.0.1', minLength: 1, expected: 'an address to listen on' }),
  PORT: Type.Integer({ default: 3000, minimum: 0, maximum: 65535, expected: 'a port from 0 to 65535' }),
  BACKEND_FRAMEWORK: Type.Optional(Type.Union([Type.Literal('express'), Type.Literal('fastify')], { expected: 'express or fastify' })),
  DATABASE_URL: Type.Optional(Type.String({ pattern: '^postgres(ql)?://', expected: 'a URL that begins with postgres://' })),
  DATABASE_POOL: Type.Integer({ default: 10, minimum: 1, maximum: 200, expected: 'a number of connections from 1 to 200' }),
  SEED_DEMO_DATA: Type.Boolean({ default: true, expected: 'true or false' }),
  JWT_SECRET: Type.String({ default: 'only for development: anyone can read this secret', minLength: 32, expected: 'a secret of at least 32 characters' }),
  VPIC_URL: Type.Optional(Type.String({ pattern: '^https?://', expected: 'a URL that begins with http:// or https://' })),
  VPIC_TIMEOUT_MS: Type.Integer({ default: 2000, minimum: 1, maximum: 60_000, expected: 'milliseconds from 1 to 60000' }),
  VPIC_CACHE_HOURS: Type.Number({ default: 720, minimum: 0, expected: 'a number of hours' }),
  CORS_ORIGINS: Type.String({ default: 'http://localhost:5173', expected: 'origins, separated by commas' }),
  STATE_DIR: Type.String({ default: '.cutover', minLength: 1, expected: 'a folder for the journal of shares' }),
  LOG_LEVEL: Type.Union(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].map(level => Type.Literal(level)), { default: 'info', expected: 'trace, debug, info, warn, error, fatal or silent' })
})

/** The settings of the servers, checked, with defaults filled in. */
export type Environment = Readonly<Static<typeof EnvironmentSchema>>

/** A variable is missing or wrong; the message is one line that names each. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError'
}

/** What production must set for itself: no default is safe there. */
const requiredInProduction = ['DATABASE_URL', 'JWT_SECRET', 'VPIC_URL'] as const

/**
 * Reads the environment variables. Empty ones count as missing.
 * @throws EnvironmentError
 */
export function readEnvironment (variables: NodeJS.ProcessEnv): Environment {
  const given = Object.fromEntries(Object.keys(EnvironmentSchema.properties).map(name => [name, variables[name]]).filter(([, value]) => value !== undefined && value !== ''))
  const values = Value.Convert(EnvironmentSchema, Value.Default(EnvironmentSchema, { SEED_DEMO_DATA: given.NODE_ENV !== 'production' && given.DATABASE_URL === undefined, ...given }))
  const problems = given.NODE_ENV === 'production'
    ? requiredInProduction.filter(name => given[name] === undefined).map(name => `${name} is missing, set ${expectation(name)}`)
    : []
  const wrong = new Set(Value.Errors(EnvironmentSchema, values).map(error => error.instancePath.split('/')[1] ?? ''))
  for (const name of wrong) {
    const shown = name === 'JWT_SECRET' ? `${String(given[name]).length} characters` : JSON.stringify(given[name])
    problems.push(`${name} is ${shown}, should be ${expectation(name)}`)
  }
  if (problems.length > 0) throw new EnvironmentError(`environment: ${problems.join('; ')}`)
  return Object.freeze(values as Environment)
}

function expectation (name: string): string {
  const schema = EnvironmentSchema.properties[name as keyof typeof EnvironmentSchema.properties] as { expected?: string } | undefined
  return schema?.expected ?? 'set'
}
