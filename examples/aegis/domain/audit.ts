import type { AuditEntry } from './ports.ts'

/** A line of what mattered to the security of a user's account. */
export interface AuditRecord {
  readonly id: string
  /** `auth.login.succeeded` */
  readonly event: string
  readonly address: string
  readonly requestId: string
  readonly details: Readonly<Record<string, string | number | boolean>>
  readonly at: string
}

/** Which lines: `limit` at most, older than the line `before`, of events that begin with `event`, at or after `from`, before `to`. */
export interface AuditQuery {
  readonly event?: string
  readonly from?: Date
  readonly to?: Date
  readonly limit: number
  readonly before?: string
}

/** Where the audit is kept. It can only grow. */
export interface AuditStore {
  append (entry: AuditEntry, at: Date): Promise<void>
  /** Newest first. */
  list (ownerId: string, query: AuditQuery): Promise<readonly AuditRecord[]>
}

export interface Audit {
  list (ownerId: string, query: AuditQuery): Promise<readonly AuditRecord[]>
}

/** A user's own audit; it is written by the trail alone. */
export function createAudit ({ store }: { store: AuditStore }): Audit {
  return { list: (ownerId, query) => store.list(ownerId, query) }
}
