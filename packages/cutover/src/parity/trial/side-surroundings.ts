import { importExport } from '../../backends/module.ts'
import { fault } from '../../errors.ts'
import type { Derivations } from '../scenario/derive.ts'

/** What the module of `parity.surroundings` makes: what every backend of a trial needs. */
export interface Surroundings {
  /** Added to the environment of every backend. */
  readonly env?: Readonly<Record<string, string>>
  readonly state?: {
    /** The database of which each backend gets a clone: postgres:// or mongodb://. Nobody may stay connected to it. */
    readonly url: string
    /** The collections of a MongoDB database, where its server cannot list them. */
    readonly collections?: readonly string[]
  }
  /** Computes values that scenarios derive, by the names that they use. A module that exports `derive` need not return it. */
  readonly derive?: Derivations
  /** Stops what was started; called once, when the backends have ended. */
  close? (): Promise<void> | void
}

/**
 * Imports a module and calls its default export.
 * @param path absolute
 * @throws CUT_MODULE_UNREADABLE, CUT_MODULE_EXPORT, CUT_SURROUNDINGS_FAILED
 */
export async function openSurroundings (path: string): Promise<Surroundings> {
  const open = await importExport(path, 'default', 'the surroundings')
  if (typeof open !== 'function') throw fault('CUT_SURROUNDINGS_FAILED', path, 'its default export is not a function')
  let made: unknown
  try {
    made = await (open as () => unknown)()
  } catch (error) {
    throw Object.assign(fault('CUT_SURROUNDINGS_FAILED', path, error instanceof Error ? error.message : String(error)), { cause: error })
  }
  const problem = problemOf(made)
  if (problem === undefined) {
    const { derive } = made as Surroundings
    return { ...made as Surroundings, close: async () => { await close(made) }, derive: { ...await exportedDerivations(path), ...derive } }
  }
  await close(made)
  throw fault('CUT_SURROUNDINGS_FAILED', path, `its default export returned ${problem}; it is to return { env, state: { url }, derive, close() }, each of them optional`)
}

/**
 * The functions that a module exports as `derive`, without starting what it starts; none where it exports none.
 * @throws CUT_MODULE_UNREADABLE, CUT_SURROUNDINGS_FAILED
 */
export async function exportedDerivations (path: string): Promise<Derivations> {
  const derive = await importExport(path, 'derive', 'the surroundings').catch((error: { code?: string }) => {
    if (error.code === 'CUT_MODULE_EXPORT') return undefined
    throw error
  })
  if (derive === undefined) return {}
  if (!isDerivations(derive)) throw fault('CUT_SURROUNDINGS_FAILED', path, 'its export `derive` is not an object of functions')
  return derive
}

function isDerivations (value: unknown): value is Derivations {
  return typeof value === 'object' && value !== null && Object.values(value).every(each => typeof each === 'function')
}

function problemOf (made: unknown): string | undefined {
  if (typeof made !== 'object' || made === null) return String(made)
  const { env, state, derive, close } = made as Readonly<Record<string, unknown>>
  if (env !== undefined && (typeof env !== 'object' || env === null)) return 'an env that is not an object'
  const odd = Object.entries(env ?? {}).find(([, value]) => typeof value !== 'string')
  if (odd !== undefined) return `an env whose ${odd[0]} is not a text`
  if (state !== undefined && typeof (state as { url?: unknown } | null)?.url !== 'string') return 'a state without a url'
  const { collections } = (state ?? {}) as { collections?: unknown }
  if (collections !== undefined && !(Array.isArray(collections) && collections.every(name => typeof name === 'string'))) return 'a state whose collections are not a list of names'
  if (derive !== undefined && !isDerivations(derive)) return 'a derive that is not an object of functions'
  return close === undefined || typeof close === 'function' ? undefined : 'a close that is not a function'
}

async function close (made: unknown): Promise<void> {
  const close = (made as { close?: unknown } | null | undefined)?.close
  if (typeof close === 'function') await close.call(made)
}
