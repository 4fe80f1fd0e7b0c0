import { Type, type Static, type TObject, type TProperties, type TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** A variable is missing or wrong; the message is one line that names each. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError'
}

/** What every server of an example reads. */
export const serverVariables = {
  NODE_ENV: Type.Union([Type.Literal('development'), Type.Literal('production'), Type.Literal('test')], { default: 'development', expected: 'development, production or test' }),
  HOST: Type.String({ default: '127.0.0.1', minLength: 1, expected: 'an address to listen on' }),
  STATE_DIR: Type.String({ default: '.cutover', minLength: 1, expected: 'a folder for the journal of shares' }),
  LOG_LEVEL: Type.Union(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].map(level => Type.Literal(level)), { default: 'info', expected: 'trace, debug, info, warn, error, fatal or silent' })
} as const

export interface EnvironmentRules {
  /** What production must set for itself: no default is safe there. */
  readonly requiredInProduction: readonly string[]
  /** Variables whose value no message may show. */
  readonly secrets: readonly string[]
  /** Defaults that depend on what is given. */
  readonly defaults?: (given: Readonly<Record<string, string>>) => Readonly<Record<string, unknown>>
}

/**
 * Reads environment variables by a schema whose `expected` says what each should be. Empty ones count as missing.
 * @throws EnvironmentError
 */
export function readVariables<Properties extends TProperties> (schema: TObject<Properties>, variables: NodeJS.ProcessEnv, { requiredInProduction, secrets, defaults }: EnvironmentRules): Readonly<Static<TObject<Properties>>> {
  const given = Object.fromEntries(Object.keys(schema.properties).flatMap(name => {
    const value = variables[name]
    return value === undefined || value === '' ? [] : [[name, value]]
  }))
  const values = Value.Convert(schema, Value.Default(schema, { ...defaults?.(given), ...given }))
  const expectation = (name: string): string => (schema.properties[name] as { expected?: string } | undefined)?.expected ?? 'set'
  const problems = given.NODE_ENV === 'production'
    ? requiredInProduction.filter(name => given[name] === undefined).map(name => `${name} is missing, set ${expectation(name)}`)
    : []
  // One by one: a check of the whole stops after a few errors.
  const wrong = Object.entries<TSchema>(schema.properties).filter(([name, property]) => given[name] !== undefined && !Value.Check(property, (values as Record<string, unknown>)[name]))
  for (const [name] of wrong) {
    const shown = secrets.includes(name) ? `${String(given[name]).length} characters` : JSON.stringify(given[name])
    problems.push(`${name} is ${shown}, should be ${expectation(name)}`)
  }
  if (problems.length > 0) throw new EnvironmentError(`environment: ${problems.join('; ')}`)
  return Object.freeze(values as Static<TObject<Properties>>)
}
