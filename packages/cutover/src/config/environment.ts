import { fault, type CutoverError } from '../errors.ts'
import type { Feature } from './settings.ts'
import type { BasisPoints } from './target.ts'
import { parseShare } from './units.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** The process's own variables, each with the place in the configuration that it overrides. */
export const processVariables = [
  { name: 'CUTOVER_HOST', path: ['listen', 'host'], number: false, meaning: 'The address to listen on.' },
  { name: 'CUTOVER_PORT', path: ['listen', 'port'], number: true, meaning: 'The port to listen on.' },
  { name: 'CUTOVER_ADMIN_TOKEN', path: ['admin', 'token'], number: false, meaning: 'The bearer token of the admin listener, at least 16 characters.' },
  { name: 'CUTOVER_FORCE_SECRET', path: ['force', 'secret'], number: false, meaning: 'The secret with which a tester forces a backend, at least 16 characters.' }
] as const

const wholeShares = new Map<string, BasisPoints>([
  ['legacy', 0], ['express', 0], ['false', 0],
  ['candidate', 10_000], ['fastify', 10_000], ['true', 10_000]
])

/**
 * Reads a share as a person may write it in a variable or a flag: a backend, the name of its framework, true, false or a
 * percentage.
 * @returns undefined for anything else
 */
export function shareFromText (text: string): BasisPoints | undefined {
  return wholeShares.get(text.trim().toLowerCase()) ?? parseShare(text)
}

/**
 * The share that the environment sets for a feature: `legacy`, `express` and `false` are 0 %,
 * `candidate`, `fastify` and `true` are 100 %, and `25%` or `25` is itself; case does not matter.
 * @returns undefined when the feature names no variable, or it is unset or empty
 * @throws CUT_ENV_INVALID for any other value
 */
export function shareFromEnvironment (feature: Pick<Feature, 'env'>, env: Environment): BasisPoints | undefined {
  if (feature.env === undefined) return undefined
  const value = env[feature.env]?.trim() ?? ''
  if (value === '') return undefined
  const share = shareFromText(value)
  if (share === undefined) throw fault('CUT_ENV_INVALID', feature.env, value)
  return share
}

/** One feature whose variable was edited: the share it asks for, or what is wrong with its value. */
export type EditedShare =
  | { readonly feature: string, readonly variable: string, readonly share: BasisPoints }
  | { readonly feature: string, readonly variable: string, readonly problem: CutoverError }

/** The features that an edit of the environment moves: those whose variable has another value now, and is not empty. */
export function editedShares (features: readonly Feature[], before: Environment, after: Environment): readonly EditedShare[] {
  return features.flatMap((feature): EditedShare[] => {
    const variable = feature.env
    if (variable === undefined || before[variable]?.trim() === after[variable]?.trim()) return []
    try {
      const share = shareFromEnvironment(feature, after)
      return share === undefined ? [] : [{ feature: feature.name, variable, share }]
    } catch (error) {
      return [{ feature: feature.name, variable, problem: error as CutoverError }]
    }
  })
}
