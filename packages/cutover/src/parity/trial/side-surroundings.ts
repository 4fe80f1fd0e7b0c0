import { importExport } from '../../backends/module.ts'
import { fault } from '../../errors.ts'

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
  if (problem === undefined) return made as Surroundings
  await close(made)
  throw fault('CUT_SURROUNDINGS_FAILED', path, `its default export returned ${problem}; it is to return { env, state: { url }, close() }, each of them optional`)
}

function problemOf (made: unknown): string | undefined {
  if (typeof made !== 'object' || made === null) return String(made)
  const { env, state, close } = made as Readonly<Record<string, unknown>>
  if (env !== undefined && (typeof env !== 'object' || env === null)) return 'an env that is not an object'
  const odd = Object.entries(env ?? {}).find(([, value]) => typeof value !== 'string')
  if (odd !== undefined) return `an env whose ${odd[0]} is not a text`
  if (state !== undefined && typeof (state as { url?: unknown } | null)?.url !== 'string') return 'a state without a url'
  const { collections } = (state ?? {}) as { collections?: unknown }
  if (collections !== undefined && !(Array.isArray(collections) && collections.every(name => typeof name === 'string'))) return 'a state whose collections are not a list of names'
  return close === undefined || typeof close === 'function' ? undefined : 'a close that is not a function'
}

async function close (made: unknown): Promise<void> {
  const close = (made as { close?: unknown } | null | undefined)?.close
  if (typeof close === 'function') await close.call(made)
}
