import type { Owned, OwnedStore } from '../domain/owned-records.ts'
import type { ActivityEntry, AuditEntry, Caller, RealtimeEvent } from '../domain/ports.ts'

const at = '2026-01-01T00:00:00.000Z'

/** An id in the form of ObjectIds. */
export function idOf (number: number): string {
  return number.toString(16).padStart(24, '0')
}

export function caller (userId: string): Caller {
  return { userId, requestId: 'request-1', address: '192.0.2.1' }
}

export interface MemoryStore<Fields> extends OwnedStore<Fields> {
  readonly all: Map<string, { readonly ownerId: string, readonly record: Owned<Fields> }>
}

/** Records in memory, with the contract of the real store. */
export function memoryStore<Fields extends object> (): MemoryStore<Fields> {
  const all: MemoryStore<Fields>['all'] = new Map()
  let last = 0
  const own = (ownerId: string, id: string): Owned<Fields> | undefined => {
    const kept = all.get(id)
    return kept?.ownerId === ownerId ? kept.record : undefined
  }
  return {
    all,
    async list (ownerId, { limit, before = 'g' }) {
      return [...all.values()].filter(kept => kept.ownerId === ownerId && kept.record.id < before).map(kept => kept.record).reverse().slice(0, limit)
    },
    async find (ownerId, id) {
      return own(ownerId, id)
    },
    async insert (ownerId, fields) {
      const record = { ...fields, id: idOf(++last), version: 1, createdAt: at, updatedAt: at }
      all.set(record.id, { ownerId, record })
      return record
    },
    async update (ownerId, id, version, changes) {
      const current = own(ownerId, id)
      if (current?.version !== version) return undefined
      const record = { ...current, ...changes, version: version + 1 }
      all.set(id, { ownerId, record })
      return record
    },
    async remove (ownerId, id) {
      return own(ownerId, id) !== undefined && all.delete(id)
    }
  }
}

/** Trail and events that keep what they are told. */
export function memoryTrail () {
  const activity: ActivityEntry[] = []
  const audit: AuditEntry[] = []
  const published: RealtimeEvent[] = []
  return {
    activity,
    audit,
    published,
    trail: {
      activity: async (entry: ActivityEntry) => { activity.push(entry) },
      audit: async (entry: AuditEntry) => { audit.push(entry) }
    },
    events: { publish: (event: RealtimeEvent) => { published.push(event) } }
  }
}
