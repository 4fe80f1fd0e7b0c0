import { startMongo, type EmbeddedMongo } from '@cutover-examples/runtime/mongodb'
import mongoose, { Types, type Connection } from 'mongoose'
import { createBlockRepository, prepareBlocks } from '../data/block-repository.ts'
import { createConnectionRepository, prepareConnections } from '../data/connection-repository.ts'
import { createMentionRepository, prepareMentions } from '../data/mention-repository.ts'
import { createUserDirectory } from '../data/user-directory.ts'
import { createMentions, type Mentions } from '../domain/mentions.ts'
import type { Caller, RealtimeEvent } from '../domain/ports.ts'
import type { RelationStore } from '../domain/social-ports.ts'
import { createSocial, type Social } from '../domain/social.ts'

export interface Person extends Caller {
  readonly email: string
}

/** The rules of connections, blocks and mentions on a database, with what they wrote and told. */
export interface SocialWorld {
  readonly connection: Connection
  readonly social: Social
  readonly mentions: Mentions
  readonly relations: RelationStore
  /** `activity connection.requested`, `audit social.user.blocked`; with a count of what there was before, of all users. */
  readonly trail: { readonly kind: 'activity' | 'audit', readonly userId: string | undefined, readonly name: string }[]
  readonly told: RealtimeEvent[]
  /** Who may read which note: `USER NOTE`. */
  readonly readers: Set<string>
  person (name: string): Promise<Person>
  close (): Promise<void>
}

export async function openSocialWorld (): Promise<SocialWorld> {
  const given = process.env['MONGODB_URI']
  const database: EmbeddedMongo | undefined = given === undefined ? await startMongo('aegis') : undefined
  const connection = await mongoose.createConnection(given ?? database!.url, { dbName: `social_${new Types.ObjectId().toHexString()}` }).asPromise()
  await Promise.all([prepareConnections(connection), prepareBlocks(connection), prepareMentions(connection)])
  const trail: SocialWorld['trail'] = []
  const told: RealtimeEvent[] = []
  const readers = new Set<string>()
  const relations = createConnectionRepository(connection)
  const parts = {
    trail: {
      activity: async ({ userId, action }: { userId: string, action: string }) => { trail.push({ kind: 'activity', userId, name: action }) },
      audit: async ({ userId, event }: { userId?: string, event: string }) => { trail.push({ kind: 'audit', userId, name: event }) }
    },
    events: { publish: (event: RealtimeEvent) => { told.push(event) } },
    now: () => new Date()
  }
  const social = createSocial({ relations, blocks: createBlockRepository(connection), directory: createUserDirectory(connection), ...parts })
  const mentions = createMentions({ store: createMentionRepository(connection), mayRead: async (userId, noteId) => readers.has(`${userId} ${noteId}`), connectedAmong: social.connectedAmong, ...parts })
  return {
    connection,
    social,
    mentions,
    relations,
    trail,
    told,
    readers,
    async person (name) {
      const _id = new Types.ObjectId()
      const email = `${name}-${_id.toHexString()}@example.com`
      await connection.collection('users').insertOne({ _id, email })
      return { userId: _id.toHexString(), email, requestId: 'r', address: '127.0.0.1' }
    },
    async close () {
      if (database === undefined) await connection.dropDatabase()
      await connection.close()
      await database?.stop()
    }
  }
}
