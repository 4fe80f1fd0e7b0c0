import type { Page } from '../types/page.ts'
import { failed, success, type Result } from '../types/result.ts'
import { isId } from './ids.ts'
import type { Caller } from './ports.ts'
import { changeRelation } from './social-change.ts'
import type { BlockRow, SocialParts } from './social-ports.ts'
import { knownOther, outlivesBlock, pairOf, type ShownUser } from './social-relation.ts'

export interface BlockedUser {
  readonly id: string
  readonly user: ShownUser
  readonly since: string
}

export interface Blocks {
  listBlocks (ownerId: string, query: Page): Promise<readonly BlockedUser[]>
  /** Ends a connection and hides requests; who is blocked is not told. Only users that the caller knows can be blocked, so that no one can try ids. */
  block (caller: Caller, userId: string): Promise<Result<{ readonly block: BlockedUser, readonly created: boolean }>>
  getBlock (ownerId: string, userId: string): Promise<Result<BlockedUser>>
  unblock (caller: Caller, userId: string): Promise<Result<undefined>>
}

const noUser = failed({ kind: 'missing', code: 'USER_NOT_FOUND', message: 'There is no such user among those that you are connected with or were asked by', field: 'userId' })
const noBlock = failed({ kind: 'missing', code: 'BLOCK_NOT_FOUND', message: 'There is no such block' })

/** Who wants to hear nothing of whom. */
export function createBlocks ({ relations, blocks, directory, trail, events, now }: SocialParts): Blocks {
  async function show (rows: readonly BlockRow[]): Promise<readonly BlockedUser[]> {
    const emails = new Map(rows.length === 0 ? [] : (await directory.findByIds(rows.map(({ userId }) => userId))).map(({ id, email }) => [id, email]))
    return rows.map(({ id, userId, at }) => ({ id, user: { id: userId, email: emails.get(userId) ?? null }, since: at.toISOString() }))
  }

  async function happened ({ userId: ownerId, address, requestId }: Caller, userId: string, what: 'blocked' | 'unblocked'): Promise<void> {
    await trail.activity({ userId: ownerId, action: `user.${what}`, resource: 'user', resourceId: userId })
    await trail.audit({ userId: ownerId, event: `social.user.${what}`, address, requestId, details: { userId } })
    events.publish({ room: `user:${ownerId}`, name: `user:${what}`, payload: { id: userId } })
  }

  /** Ends what there is between the two, and tells the other one what a removed connection or a withdrawn request would. */
  async function part (ownerId: string, userId: string): Promise<void> {
    await changeRelation(relations, now, {
      read: async () => (await relations.findPairs([pairOf(ownerId, userId)]))[0],
      decide: relation => relation === undefined || outlivesBlock(relation, ownerId) ? success(undefined) : success('remove'),
      async done (relation, removed) {
        if (removed) events.publish({ room: `user:${userId}`, name: relation.status === 'accepted' ? 'connection:removed' : 'connection:withdrawn', payload: { id: relation.id } })
      }
    })
  }

  return {
    listBlocks: async (ownerId, query) => await show(await blocks.list(ownerId, query)),

    async getBlock (ownerId, userId) {
      const block = isId(userId) ? await blocks.find(ownerId, userId) : undefined
      return block === undefined ? noBlock : success((await show([block]))[0]!)
    },

    async block (caller, userId) {
      const { userId: ownerId } = caller
      if (!isId(userId)) return noUser
      const known = await blocks.find(ownerId, userId)
      if (known !== undefined) return success({ block: (await show([known]))[0]!, created: false })
      const [relation] = await relations.findPairs([pairOf(ownerId, userId)])
      if (relation === undefined || knownOther(relation, ownerId) === undefined) return noUser
      const created = await blocks.insert(ownerId, userId, now())
      await part(ownerId, userId)
      if (created) await happened(caller, userId, 'blocked')
      return success({ block: (await show([(await blocks.find(ownerId, userId))!]))[0]!, created })
    },

    async unblock (caller, userId) {
      if (!isId(userId) || !await blocks.remove(caller.userId, userId)) return noBlock
      await happened(caller, userId, 'unblocked')
      return success(undefined)
    }
  }
}
