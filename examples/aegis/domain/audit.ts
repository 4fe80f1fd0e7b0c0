import { pageOf, type Page, type PageTexts } from '../types/page.ts'
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

/** Which lines of the audit: of events that begin with `event`, at or after `from`, before `to`. */
export interface AuditQuery extends Page {
  readonly event?: string
  readonly from?: Date
  readonly to?: Date
}

/** The same as the query of a URL has it. */
export interface AuditTexts extends PageTexts {
  readonly event?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
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

export function auditQueryOf ({ event, from, to, ...page }: AuditTexts): AuditQuery {
  return { ...pageOf(page), ...event !== undefined && { event }, ...from !== undefined && { from: new Date(from) }, ...to !== undefined && { to: new Date(to) } }
}
