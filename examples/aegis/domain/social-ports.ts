import type { Events, Trail } from './ports.ts'
import type { Page } from '../types/page.ts'
import type { Relation } from './social-relation.ts'

export interface RequestQuery extends Page {
  readonly direction?: 'incoming' | 'outgoing'
}

/** Where relations are kept. */
export interface RelationStore {
  find (ownerId: string, id: string): Promise<Relation | undefined>
  /** Those of the keys that there are. */
  findPairs (pairs: readonly string[]): Promise<readonly Relation[]>
  /** Undefined when the pair has one already. */
  insert (relation: Omit<Relation, 'id' | 'revision'>): Promise<Relation | undefined>
  /** Undefined when it is not at this revision any more, or another one has its pair. */
  update (relation: Relation): Promise<Relation | undefined>
  /** False when it is not at this revision any more. */
  remove (relation: Relation): Promise<boolean>
  /** Open requests, but for those from the hidden users. */
  listRequests (ownerId: string, query: RequestQuery, hidden: readonly string[]): Promise<readonly Relation[]>
  listConnections (ownerId: string, query: Page): Promise<readonly Relation[]>
}

/** A block of one user by another. */
export interface BlockRow {
  readonly id: string
  readonly userId: string
  readonly at: Date
}

/** Where blocks are kept. */
export interface BlockStore {
  /** False when there is one. */
  insert (ownerId: string, userId: string, at: Date): Promise<boolean>
  /** False when there was none. */
  remove (ownerId: string, userId: string): Promise<boolean>
  find (ownerId: string, userId: string): Promise<BlockRow | undefined>
  list (ownerId: string, query: Page): Promise<readonly BlockRow[]>
  /** All whom the owner has blocked. */
  blockedBy (ownerId: string): Promise<readonly string[]>
  /** Whether each has blocked the other. */
  between (ownerId: string, userId: string): Promise<{ readonly mine: boolean, readonly theirs: boolean }>
}

export interface ListedUser {
  readonly id: string
  readonly email: string
}

/** Who has an address, and which address a user has. */
export interface UserDirectory {
  /** The address is in lower case. */
  findByEmail (email: string): Promise<ListedUser | undefined>
  /** Those that there are. */
  findByIds (ids: readonly string[]): Promise<readonly ListedUser[]>
}

/** What the rules of connections and blocks are made from. */
export interface SocialParts {
  readonly relations: RelationStore
  readonly blocks: BlockStore
  readonly directory: UserDirectory
  readonly trail: Trail
  readonly events: Events
  readonly now: () => Date
}
