import { fault } from '../errors.ts'
import type { StateSource } from './state.ts'

/** The kinds of databases that can be cloned. */
export type StateKind = 'postgres' | 'mongodb'

export interface OpenStateOptions {
  /** MongoDB: names of collections, where the server cannot list them. */
  readonly collections?: readonly string[] | undefined
  /** Whether clones can be stopped; true when left out. Without, nothing stands between a backend and the server. */
  readonly stoppable?: boolean | undefined
}

/** The kind of a database by the scheme of its URL; undefined for one that no adapter knows. */
export function stateKind (url: string): StateKind | undefined {
  if (/^postgres(?:ql)?:\/\//.test(url)) return 'postgres'
  return /^mongodb(?:\+srv)?:\/\//.test(url) ? 'mongodb' : undefined
}

/** The environment variable in which a backend usually finds such a database. */
export function usualVariable (url: string): string {
  return stateKind(url) === 'mongodb' ? 'MONGODB_URI' : 'DATABASE_URL'
}

/**
 * Opens a database as a source of clones, with the adapter for its URL.
 * @throws CUT_STATE_UNAVAILABLE, CUT_STATE_COLLECTIONS, CUT_PACKAGE_MISSING
 */
export async function openState (url: string, options: OpenStateOptions = {}): Promise<StateSource> {
  switch (stateKind(url)) {
    case 'postgres': {
      const { openPostgres } = await import('./postgres/open.ts')
      return await openPostgres(url)
    }
    case 'mongodb': {
      const { openMongo } = await import('./mongodb/open.ts')
      return await openMongo(url, { collections: options.collections ?? [], relay: options.stoppable ?? true })
    }
    default: throw fault('CUT_STATE_UNAVAILABLE', '"?"', 'its URL is of no kind that can be cloned. Give one that begins with postgres:// or mongodb://.')
  }
}
