import type { VehicleStore } from '../domain/vehicles.ts'
import type { Vehicle } from '../types/vehicle.ts'
import type { ChangeFeed } from './change-feed.ts'

interface Entry {
  readonly list: Promise<readonly Vehicle[]>
  readonly expires: number
}

/**
 * Keeps the lists of the owners seen last in memory, in front of a store.
 *
 * A write through this store drops its owner's list before the write is answered, so that everybody reads their own
 * writes. A write elsewhere (another process, psql) is announced by the database and drops it within milliseconds.
 * While the announcements are not heard, nothing is kept. Limits: between another process's commit and its
 * announcement a list may be that much old; `maxAge` bounds it whatever happens.
 * @param options.maxOwners how many lists are kept, the least lately used goes first
 * @param options.maxAge in milliseconds
 */
export function cacheVehicleLists (store: VehicleStore, feed: ChangeFeed, { maxOwners = 1000, maxAge = 10_000, now = Date.now } = {}): VehicleStore {
  const entries = new Map<string, Entry>()
  feed.onChange(ownerId => entries.delete(ownerId))
  feed.onLost(() => entries.clear())

  function load (ownerId: string): Promise<readonly Vehicle[]> {
    const entry: Entry = { list: store.list(ownerId), expires: now() + maxAge }
    // Kept while it is still being read: requests at the same time share one query, and a change meanwhile drops it.
    entries.set(ownerId, entry)
    if (entries.size > maxOwners) entries.delete(entries.keys().next().value!)
    entry.list.catch(() => {
      if (entries.get(ownerId) === entry) entries.delete(ownerId)
    })
    return entry.list
  }

  async function write<Answer> (ownerId: string, change: Promise<Answer>): Promise<Answer> {
    try {
      return await change
    } finally {
      entries.delete(ownerId)
    }
  }

  return {
    list (ownerId) {
      if (!feed.heard()) return store.list(ownerId)
      const entry = entries.get(ownerId)
      if (entry === undefined || entry.expires <= now()) return load(ownerId)
      entries.delete(ownerId)
      entries.set(ownerId, entry)
      return entry.list
    },
    find: (ownerId, id) => store.find(ownerId, id),
    insert: (ownerId, draft) => write(ownerId, store.insert(ownerId, draft)),
    update: (ownerId, id, details) => write(ownerId, store.update(ownerId, id, details)),
    remove: (ownerId, id) => write(ownerId, store.remove(ownerId, id))
  }
}
