/** Whom a request was addressed to, as its sender wrote it. */
export type Addressee = { readonly userId: string } | { readonly email: string }

/** What stands between two users: one for each pair, whoever asked. */
export interface Relation {
  readonly id: string
  /** Unique. Of a request that no user can answer, the sender and what the sender wrote. */
  readonly pair: string
  /** One, when nobody has the address. */
  readonly userIds: readonly string[]
  readonly requesterId: string
  readonly addressee: Addressee
  readonly status: 'pending' | 'accepted' | 'declined'
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Counts the changes, so that two at once are not mixed. */
  readonly revision: number
}

/** What a step changes. */
export type Change = Partial<Pick<Relation, 'pair' | 'userIds' | 'requesterId' | 'addressee' | 'status'>>

/** A user that a relation shows; `null` is what the viewer does not know. */
export interface ShownUser {
  readonly id: string | null
  readonly email: string | null
}

/** The key of two users, in whichever order. */
export function pairOf (one: string, other: string): string {
  return [one, other].sort().join(':')
}

/** The key of a request to an address that nobody has. */
export function unansweredPair (requesterId: string, addressee: Addressee): string {
  return `${requesterId}?${'email' in addressee ? addressee.email : addressee.userId}`
}

/** The other one; undefined when nobody has the address. */
export function otherOf ({ userIds }: Relation, userId: string): string | undefined {
  return userIds.find(id => id !== userId)
}

export function isOpenRequestOf ({ status, requesterId }: Relation, userId: string): boolean {
  return status === 'pending' && requesterId === userId
}

/** The one that the user knows this relation to be with. Who asked knows no more than the address that was asked, until it is accepted. */
export function knownOther (relation: Relation, userId: string): string | undefined {
  return relation.status === 'accepted' || relation.requesterId !== userId ? otherOf(relation, userId) : undefined
}

/** A request by the user: undefined when there is nothing left to ask. Who asks the one that asked them has accepted. */
export function requested (relation: Relation, userId: string, addressee: Addressee): Change | undefined {
  if (relation.status === 'accepted' || isOpenRequestOf(relation, userId)) return undefined
  if (relation.status === 'pending') return { status: 'accepted' }
  return { status: 'pending', requesterId: userId, addressee }
}

/** Whether it outlives a block by the user: the other one's request does, since who is blocked must not see a difference. */
export function outlivesBlock (relation: Relation, userId: string): boolean {
  return relation.status !== 'accepted' && relation.requesterId !== userId
}
