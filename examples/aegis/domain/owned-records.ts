import type { Page } from '../types/page.ts'
import { failed, success, type Failure, type Result } from '../types/result.ts'
import type { Caller, Events, Trail } from './ports.ts'

/** What the server keeps with the fields of every record. */
export interface Kept {
  /** 24 lower-case hexadecimal digits. */
  readonly id: string
  /** 1 when new; counts up with each change. */
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** A record of one owner, as clients see it. */
export type Owned<Fields> = Readonly<Fields> & Kept

/** Where records are kept. Every call is for one owner, so that nobody reaches another's; an id that is malformed is one that does not exist. */
export interface OwnedStore<Fields> {
  /** Newest first. */
  list (ownerId: string, page: Page): Promise<ReadonlyArray<Owned<Fields>>>
  find (ownerId: string, id: string): Promise<Owned<Fields> | undefined>
  insert (ownerId: string, fields: Fields): Promise<Owned<Fields>>
  /** Changes a record that still has this version, and counts that up. Undefined when there is none. */
  update (ownerId: string, id: string, version: number, changes: Partial<Fields>): Promise<Owned<Fields> | undefined>
  /** False when there was none. */
  remove (ownerId: string, id: string): Promise<boolean>
}

/** What a client may add to a change: the version that it has seen. A record that has another by now is left alone. */
export interface Seen {
  readonly version?: number
}

/** The rules that all records of one owner share. */
export interface OwnedRecords<Fields, Draft, Changes> {
  list (caller: Caller, page: Page): Promise<ReadonlyArray<Owned<Fields>>>
  get (caller: Caller, id: string): Promise<Result<Owned<Fields>>>
  add (caller: Caller, draft: Draft): Promise<Result<Owned<Fields>>>
  change (caller: Caller, id: string, changes: Changes & Seen): Promise<Result<Owned<Fields>>>
  remove (caller: Caller, id: string): Promise<Result<undefined>>
}

/** What a change comes to. */
export interface Revision<Fields> {
  readonly fields: Partial<Fields>
  /** In the past tense, where `updated` says too little. */
  readonly action?: string
}

/** What one kind of record adds to the rules that all share. */
export interface RecordRules<Fields, Draft, Changes> {
  /** Begins the names of activities (`task.created`) and events (`task:created`). */
  readonly resource: string
  /** For people: "task", "vault item". */
  readonly noun: string
  readonly store: OwnedStore<Fields>
  readonly trail: Trail
  readonly events: Events
  /** Whether what happens to these records matters to security. */
  readonly audited?: boolean
  /** The fields of a new record. */
  create (caller: Caller, draft: Draft): Result<Fields> | Promise<Result<Fields>>
  /** What a change changes; asked anew when the record was changed meanwhile. */
  revise (caller: Caller, current: Owned<Fields>, changes: Omit<Changes, 'version'>): Result<Revision<Fields>> | Promise<Result<Revision<Fields>>>
  /** Why a change that is written cannot stay: what each of two changes allowed, both together may not. It is then taken back. */
  confirm? (caller: Caller, changed: Owned<Fields>): Promise<Result<undefined>>
  /** Why a record may not be removed. */
  release? (caller: Caller, id: string): Promise<Result<undefined>>
}

/** So often a change that somebody else's overtook is tried again. */
const attempts = 5

/** Records that belong to one user each: create, read, change, remove, each told to the trail once and then to open sockets. */
export function createOwnedRecords<Fields extends object, Draft, Changes extends object> (rules: RecordRules<Fields, Draft, Changes>): OwnedRecords<Fields, Draft, Changes> {
  const { resource, noun, store, trail, events, audited = false, create, revise, confirm, release } = rules
  const name = noun.toUpperCase().replaceAll(' ', '_')
  const missing = failed({ kind: 'missing', code: `${name}_NOT_FOUND`, message: `There is no such ${noun}` })
  const stale = failed({ kind: 'conflict', code: 'VERSION_STALE', message: `The ${noun} has been changed meanwhile: read it again`, field: 'version' })
  const unchanged = failed({ kind: 'unprocessable', code: 'NOTHING_TO_CHANGE', message: 'Name at least one field to change beside the version' })

  async function tell (caller: Caller, id: string, change: 'created' | 'updated' | 'deleted', payload: Readonly<Record<string, unknown>>, action: string = change): Promise<void> {
    await trail.activity({ userId: caller.userId, action: `${resource}.${action}`, resource, resourceId: id })
    if (audited) await trail.audit({ userId: caller.userId, event: `${resource}.${action}`, address: caller.address, requestId: caller.requestId, details: { id } })
    events.publish({ room: `user:${caller.userId}`, name: `${resource}:${change}`, payload: { id, ...payload } })
  }

  return {
    list: (caller, page) => store.list(caller.userId, page),

    async get (caller, id) {
      const found = await store.find(caller.userId, id)
      return found === undefined ? missing : success(found)
    },

    async add (caller, draft) {
      const fields = await create(caller, draft)
      if (!fields.ok) return fields
      const added = await store.insert(caller.userId, fields.value)
      await tell(caller, added.id, 'created', { version: added.version, updatedAt: added.updatedAt })
      return success(added)
    },

    async change (caller, id, { version, ...changes }) {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const current = await store.find(caller.userId, id)
        if (current === undefined) return missing
        if (version !== undefined && version !== current.version) return stale
        if (Object.keys(changes).length === 0) return unchanged
        const revision = await revise(caller, current, changes)
        if (!revision.ok) return revision
        const { fields, action } = revision.value
        const changed = await store.update(caller.userId, id, current.version, fields)
        if (changed === undefined) continue
        const confirmed = await confirm?.(caller, changed) ?? success(undefined)
        if (!confirmed.ok) {
          await store.update(caller.userId, id, changed.version, pick(current, Object.keys(fields) as (keyof Fields)[]))
          return confirmed
        }
        await tell(caller, id, 'updated', { version: changed.version, updatedAt: changed.updatedAt }, action)
        return success(changed)
      }
      return stale
    },

    async remove (caller, id) {
      if (release !== undefined) {
        if (await store.find(caller.userId, id) === undefined) return missing
        const free = await release(caller, id)
        if (!free.ok) return free
      }
      if (!await store.remove(caller.userId, id)) return missing
      await tell(caller, id, 'deleted', {})
      return success(undefined)
    }
  }
}

function pick<Fields extends object> (record: Fields, names: readonly (keyof Fields)[]): Partial<Fields> {
  return Object.fromEntries(names.map(name => [name, record[name]])) as Partial<Fields>
}

/** A refusal of what is well formed and makes no sense. */
export function unprocessable (code: string, message: string, field: string): { readonly ok: false, readonly failure: Failure } {
  return failed({ kind: 'unprocessable', code, message, field })
}
