import type { Page } from '../types/page.ts'
import { failed, success, type Result } from '../types/result.ts'
import { isId } from './ids.ts'
import type { Caller } from './ports.ts'
import { createBlocks, type Blocks } from './social-blocks.ts'
import { changeRelation, type RelationWork } from './social-change.ts'
import type { RequestQuery, SocialParts } from './social-ports.ts'
import { isOpenRequestOf, knownOther, otherOf, pairOf, requested, unansweredPair, type Addressee, type Relation, type ShownUser } from './social-relation.ts'

export interface ConnectionRequest {
  readonly id: string
  readonly direction: 'incoming' | 'outgoing'
  readonly status: Relation['status']
  readonly user: ShownUser
  readonly createdAt: string
  readonly updatedAt: string
}

/** A user that the owner is connected with. */
export interface ConnectedUser {
  readonly id: string
  readonly user: ShownUser
  readonly since: string
}

export interface Social extends Blocks {
  /** Asks a user to connect. An address that nobody has, and one whose user has blocked the caller, answer as any other. */
  request (caller: Caller, addressee: Addressee): Promise<Result<ConnectionRequest>>
  listRequests (ownerId: string, query: RequestQuery): Promise<readonly ConnectionRequest[]>
  getRequest (ownerId: string, id: string): Promise<Result<ConnectionRequest>>
  answer (caller: Caller, id: string, status: 'accepted' | 'declined'): Promise<Result<ConnectionRequest>>
  withdraw (caller: Caller, id: string): Promise<Result<undefined>>
  listConnections (ownerId: string, query: Page): Promise<readonly ConnectedUser[]>
  disconnect (caller: Caller, userId: string): Promise<Result<undefined>>
  /** Those of the users that the owner is connected with. */
  connectedAmong (ownerId: string, userIds: readonly string[]): Promise<ReadonlySet<string>>
}

const noRequest = failed({ kind: 'missing', code: 'CONNECTION_REQUEST_NOT_FOUND', message: 'There is no such connection request' })
const noConnection = failed({ kind: 'missing', code: 'CONNECTION_NOT_FOUND', message: 'There is no such connection' })
const answered = failed({ kind: 'conflict', code: 'CONNECTION_REQUEST_ANSWERED', message: 'This connection request has been answered already' })

/** Who is connected with whom. */
export function createSocial (parts: SocialParts): Social {
  const { relations, blocks, directory, trail, events, now } = parts
  const change = async <Value>(work: RelationWork<Value>): Promise<Result<Value>> => await changeRelation(relations, now, work)

  /** A request that the owner sees: it concerns them, and they have not blocked who sent it. */
  async function findRequest (ownerId: string, id: string): Promise<Relation | undefined> {
    const relation = isId(id) ? await relations.find(ownerId, id) : undefined
    if (relation === undefined || relation.requesterId === ownerId) return relation
    return (await blocks.between(ownerId, relation.requesterId)).mine ? undefined : relation
  }

  async function showAll<Shown> (found: readonly Relation[], viewerId: string, show: (relation: Relation, user: ShownUser) => Shown): Promise<readonly Shown[]> {
    const known = found.map(relation => knownOther(relation, viewerId)).filter(id => id !== undefined)
    const emails = new Map(known.length === 0 ? [] : (await directory.findByIds(known)).map(({ id, email }) => [id, email]))
    return found.map(relation => {
      const id = knownOther(relation, viewerId)
      return show(relation, id === undefined ? asked(relation.addressee) : { id, email: emails.get(id) ?? null })
    })
  }

  async function showRequest (relation: Relation, viewerId: string): Promise<ConnectionRequest> {
    const [shown] = await showAll([relation], viewerId, asRequest(viewerId))
    return shown!
  }

  async function happened (caller: Caller, relation: Relation, what: string, { told = true } = {}): Promise<void> {
    const { userId, address, requestId } = caller
    const otherId = otherOf(relation, userId)
    await trail.activity({ userId, action: `connection.${what}`, resource: 'connection', resourceId: relation.id })
    if (what === 'accepted' || what === 'removed') await trail.audit({ userId, event: `social.connection.${what}`, address, requestId, details: { userId: otherId ?? '' } })
    for (const id of told && otherId !== undefined ? [userId, otherId] : [userId]) {
      events.publish({ room: `user:${id}`, name: `connection:${what}`, payload: { id: relation.id } })
    }
  }

  return {
    ...createBlocks(parts),

    async request (caller, given) {
      const { userId } = caller
      const addressee: Addressee = 'email' in given ? { email: given.email.toLowerCase() } : { userId: given.userId }
      const known = 'email' in addressee ? await directory.findByEmail(addressee.email) : (await directory.findByIds([addressee.userId]))[0]
      if (known?.id === userId) {
        return failed({ kind: 'unprocessable', code: 'CONNECTION_WITH_SELF', message: 'You cannot connect with yourself', field: Object.keys(addressee)[0]! })
      }
      // As many questions for an address that nobody has as for any other.
      const { mine, theirs } = await blocks.between(userId, known?.id ?? userId)
      if (mine) return failed({ kind: 'conflict', code: 'USER_BLOCKED', message: 'You have blocked this user' })
      const open = unansweredPair(userId, addressee)
      const pair = known === undefined ? open : pairOf(userId, known.id)
      const userIds = known === undefined ? [userId] : [userId, known.id].sort()
      return await change({
        async read () {
          const found = await relations.findPairs([...new Set([pair, open])])
          return found.find(relation => relation.pair === pair) ?? found[0]
        },
        // Another pair: nobody had the address when it was first asked.
        decide: relation => success(relation === undefined ? 'insert' : relation.pair === pair ? requested(relation, userId, addressee) : { pair, userIds }),
        insert: () => ({ pair, userIds, requesterId: userId, addressee, status: 'pending', createdAt: now(), updatedAt: now() }),
        async done (relation, changed) {
          if (changed) await happened(caller, relation, relation.status === 'accepted' ? 'accepted' : 'requested', { told: !theirs })
          return await showRequest(relation, userId)
        }
      })
    },

    async listRequests (ownerId, query) {
      return await showAll(await relations.listRequests(ownerId, query, await blocks.blockedBy(ownerId)), ownerId, asRequest(ownerId))
    },

    async getRequest (ownerId, id) {
      const relation = await findRequest(ownerId, id)
      return relation === undefined ? noRequest : success(await showRequest(relation, ownerId))
    },

    async answer (caller, id, status) {
      return await change({
        read: () => findRequest(caller.userId, id),
        decide (relation) {
          if (relation === undefined || relation.requesterId === caller.userId) return noRequest
          return relation.status === 'pending' ? success({ status }) : answered
        },
        async done (relation) {
          await happened(caller, relation, status)
          return await showRequest(relation, caller.userId)
        }
      })
    },

    async withdraw (caller, id) {
      return await change({
        read: () => findRequest(caller.userId, id),
        decide: relation => relation !== undefined && isOpenRequestOf(relation, caller.userId) ? success('remove') : noRequest,
        async done (relation) {
          const otherId = otherOf(relation, caller.userId)
          await happened(caller, relation, 'withdrawn', { told: otherId !== undefined && !(await blocks.between(caller.userId, otherId)).theirs })
          return undefined
        }
      })
    },

    async listConnections (ownerId, query) {
      return await showAll(await relations.listConnections(ownerId, query), ownerId, (relation, user) => ({ id: relation.id, user, since: relation.updatedAt.toISOString() }))
    },

    async disconnect (caller, userId) {
      return await change({
        read: async () => isId(userId) ? (await relations.findPairs([pairOf(caller.userId, userId)]))[0] : undefined,
        decide: relation => relation?.status === 'accepted' ? success('remove') : noConnection,
        async done (relation) {
          await happened(caller, relation, 'removed')
          return undefined
        }
      })
    },

    async connectedAmong (ownerId, userIds) {
      const found = await relations.findPairs(userIds.map(userId => pairOf(ownerId, userId)))
      return new Set(found.filter(({ status }) => status === 'accepted').map(relation => otherOf(relation, ownerId)!))
    }
  }
}

function asked (addressee: Addressee): ShownUser {
  return 'email' in addressee ? { id: null, email: addressee.email } : { id: addressee.userId, email: null }
}

const asRequest = (viewerId: string) => (relation: Relation, user: ShownUser): ConnectionRequest => ({
  id: relation.id,
  direction: relation.requesterId === viewerId ? 'outgoing' : 'incoming',
  status: relation.status,
  user,
  createdAt: relation.createdAt.toISOString(),
  updatedAt: relation.updatedAt.toISOString()
})
