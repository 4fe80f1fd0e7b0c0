import { Ajv, type ValidateFunction } from 'ajv'
import { fault } from '../errors.ts'
import { crossProblems } from './cross-check.ts'
import { isListener } from './define.ts'
import { processVariables, type Environment } from './environment.ts'
import { placeOf, problemLines } from './problem.ts'
import { ConfigSchema, type ResolvedConfig } from './schema.ts'

let compiled: ValidateFunction | undefined

/**
 * Checks a configuration and fills in its defaults, on a copy; applications in it are kept as they are.
 * @param input what the config file holds, or the options of createSwitch
 * @param source the file's name, or another name for where the input came from, for the message
 * @param env the process's variables override their places in the input: see {@link processVariables}
 * @throws CUT_CONFIG_INVALID with one line for each mistake
 */
export function validateConfig (input: unknown, source: string, env: Environment = {}): ResolvedConfig {
  const config = withShortForms(copied(input))
  const overridden = overlay(config, env)
  compiled ??= compile()
  const lines = compiled(config)
    ? crossProblems(config as ResolvedConfig)
    : problemLines(compiled.errors ?? [], place => overridden.get(place) ?? place)
  if (lines.length > 0) throw fault('CUT_CONFIG_INVALID', source, lines.map(line => `  ${line}`).join('\n'))
  return config as ResolvedConfig
}

function compile (): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, useDefaults: true, verbose: true, strictTypes: false })
  ajv.addVocabulary(['expected'])
  ajv.addKeyword({
    keyword: 'inCode',
    validate: (kind: unknown, value: unknown) => typeof value === 'function' || (kind === 'listener' && typeof value === 'object' && value !== null)
  })
  return ajv.compile(ConfigSchema)
}

/** A copy as deep as the plain data goes; what is undefined counts as left out. */
function copied (value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied)
  if (typeof value !== 'object' || value === null || isListener(value)) return value
  return Object.fromEntries(Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]) => [key, key === 'listener' ? inner : copied(inner)]))
}

function withShortForms (input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return input
  const config = input as Record<string, unknown>
  for (const name of ['legacy', 'candidate']) {
    if (isListener(config[name])) config[name] = { listener: config[name] }
  }
  return config
}

/** Puts the process's variables into their places, and says which place was set by which. */
function overlay (config: unknown, env: Environment): ReadonlyMap<string, string> {
  const overridden = new Map<string, string>()
  if (typeof config !== 'object' || config === null) return overridden
  for (const { name, path: [section, key], number } of processVariables) {
    const value = env[name]
    if (value === undefined || value === '') continue
    const parent = (config as Record<string, unknown>)[section] ?? {}
    if (typeof parent !== 'object' || parent === null) continue
    Object.assign(config, { [section]: { ...parent, [key]: number && /^\d+$/.test(value) ? Number(value) : value } })
    overridden.set(placeOf([section, key]), name)
  }
  return overridden
}
