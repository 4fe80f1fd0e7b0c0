import type { ApiKey } from '../types/keys.ts'
import type { Settings } from '../types/settings.ts'

/** What a process decides by. */
export interface Snapshot {
  readonly settings: Settings
  /** How often the answers of a model, and of `*`, were forgotten; 0 for one that is not named. */
  readonly generations: ReadonlyMap<string, number>
  /** Begins the key of every cached answer. */
  readonly cachePrefix: string
}

export interface Snapshots {
  /** At once while the feed is followed, else from the database; rejects when that is away. */
  current (): Snapshot | Promise<Snapshot>
  /** The key with this hash, unless it is revoked: at once when it is known and the feed is followed, else from the database. */
  findKey (keyHash: string): ApiKey | undefined | Promise<ApiKey | undefined>
  /** Somebody changed a table. Rejects when the change cannot be read: the feed is then to begin anew. */
  heard (table: string): Promise<void>
  /** This process changed a table: resolves when it decides by that. */
  wrote (table: 'settings' | 'cache_generations' | 'api_keys'): Promise<void>
  /** The feed begins, or begins again: what was not heard is read. */
  found (): Promise<void>
  /** The feed is lost: nothing is known any more. */
  lost (): void
}

/**
 * Keeps what a process knows of settings and keys, as long as it hears of changes.
 * @param options.load reads the settings and the generations
 * @param options.findKey as the key store's
 * @param options.forget called when they changed: whatever was made of them is to be forgotten
 * @param options.mostKeys how many keys are known at most
 */
export function createSnapshots ({ load, findKey, forget, mostKeys = 10_000 }: {
  readonly load: () => Promise<Pick<Snapshot, 'settings' | 'generations'>>
  readonly findKey: (keyHash: string) => Promise<ApiKey | undefined>
  readonly forget: () => void
  readonly mostKeys?: number
}): Snapshots {
  const keys = new Map<string, ApiKey>()
  let last: Snapshot | undefined
  // Whether the last is what the database has, as far as was heard.
  let sure = false
  let following = false
  let reading: Promise<Snapshot> | undefined
  // Counts what makes a key that is being looked up old news.
  let keyChanges = 0

  function forgetKeys (): void {
    keyChanges++
    keys.clear()
  }

  async function read (): Promise<Snapshot> {
    const { settings, generations } = await load()
    return { settings, generations, cachePrefix: `nr:cache:${settings.generation}:${generations.get('*') ?? 0}:` }
  }

  async function take (before: Promise<unknown> | undefined, always: boolean): Promise<Snapshot> {
    await before?.catch(() => {})
    sure = false
    const next = await read()
    if (always || last === undefined || !isSame(last, next)) {
      last = next
      forget()
    }
    sure = true
    return last
  }

  /** One after the other, so that what was read last is what was asked for last. */
  function reload (always: boolean): Promise<Snapshot> {
    const mine = take(reading, always).finally(() => {
      if (reading === mine) reading = undefined
    })
    reading = mine
    return mine
  }

  async function lookUp (keyHash: string): Promise<ApiKey | undefined> {
    const changes = keyChanges
    const key = await findKey(keyHash)
    if (key === undefined || !following || changes !== keyChanges) return key
    if (keys.size >= mostKeys) keys.delete(keys.keys().next().value!)
    keys.set(keyHash, key)
    return key
  }

  return {
    current () {
      if (!following) return read()
      if (reading === undefined && sure) return last!
      return reading ?? reload(true)
    },
    findKey (keyHash) {
      return keys.get(keyHash) ?? lookUp(keyHash)
    },
    async heard (table) {
      if (table === 'api_keys') forgetKeys()
      // This process's own changes are heard too, when it knows them already.
      else await reload(false)
    },
    async wrote (table) {
      if (table === 'api_keys') forgetKeys()
      else await reload(true)
    },
    async found () {
      forgetKeys()
      following = true
      await reload(true)
    },
    lost () {
      following = false
      forgetKeys()
      forget()
    }
  }
}

function isSame (a: Snapshot, b: Snapshot): boolean {
  return JSON.stringify([a.settings, [...a.generations]]) === JSON.stringify([b.settings, [...b.generations]])
}
