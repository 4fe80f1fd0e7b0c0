import { Type, type Static } from 'typebox'
import { TIME_FORM } from '../domain/times.ts'
import { base64, closed, Limit, nullable, ObjectId } from './schemas.ts'

const Time = Type.String({ minLength: 1, pattern: TIME_FORM.source, patternName: 'time', description: 'ISO 8601 with milliseconds, in UTC.' })
const choice = <const Values extends readonly string[]>(values: Values) => Type.Unsafe<Values[number]>({ type: 'string', enum: [...values] })
const page = { limit: Type.Optional(Limit), before: Type.Optional(ObjectId) }

export const Addressee = Type.Object({
  email: Type.Optional(Type.String({ minLength: 1, maxLength: 254, pattern: '^[^\\s@\\p{Cc}]+@[^\\s@\\p{Cc}]+$', patternName: 'e-mail' })),
  userId: Type.Optional(ObjectId)
}, { ...closed, minProperties: 1, maxProperties: 1, description: 'One of the two.' })
export const RequestPage = Type.Object({ ...page, direction: Type.Optional(choice(['incoming', 'outgoing'])) }, closed)
export const RequestAnswer = Type.Object({ status: choice(['accepted', 'declined']) }, closed)
export const UserId = Type.Object({ userId: Type.String() })
export const NewBlock = Type.Object({ userId: ObjectId }, closed)

const ShownUser = Type.Object({ id: nullable<string>('string'), email: nullable<string>('string') }, { description: 'Null is what you do not know of this user.' })
export const ConnectionRequest = Type.Object({
  id: Type.String(),
  direction: choice(['incoming', 'outgoing']),
  status: choice(['pending', 'accepted', 'declined']),
  user: ShownUser,
  createdAt: Type.String(),
  updatedAt: Type.String()
})
export const ConnectionRequests = Type.Object({ requests: Type.Unsafe<readonly Static<typeof ConnectionRequest>[]>(Type.Array(ConnectionRequest)) })
export const OtherUser = Type.Object({ id: Type.String(), user: ShownUser, since: Type.String() })
const OtherUsers = Type.Unsafe<readonly Static<typeof OtherUser>[]>(Type.Array(OtherUser))
export const Connections = Type.Object({ connections: OtherUsers })
export const Blocks = Type.Object({ blocks: OtherUsers })

export const NewMentions = Type.Object({
  noteId: ObjectId,
  userIds: Type.Array(ObjectId, { minItems: 1, maxItems: 20, uniqueItems: true }),
  encryptedContext: base64(4096)
}, closed)
export const MentionPage = Type.Object({ ...page, unread: Type.Optional(choice(['true', 'false'])) }, closed)
export const MentionChanges = Type.Object({ read: Type.Optional(Type.Boolean()) }, { ...closed, minProperties: 1 })
export const Mention = Type.Object({
  id: Type.String(),
  noteId: Type.String(),
  authorId: Type.String(),
  encryptedContext: Type.String(),
  read: Type.Boolean(),
  createdAt: Type.String()
})
export const Mentions = Type.Object({ mentions: Type.Unsafe<readonly Static<typeof Mention>[]>(Type.Array(Mention)) })
const SentMention = Type.Object({ id: Type.String(), userId: Type.String() })
export const SentMentions = Type.Object({ mentions: Type.Unsafe<readonly Static<typeof SentMention>[]>(Type.Array(SentMention)) })

export const ActivityPage = Type.Object({ ...page, resource: Type.Optional(Type.String({ minLength: 1, maxLength: 32, pattern: '^[a-z][a-z-]*$', patternName: 'resource' })) }, closed)
const Activity = Type.Object({ id: Type.String(), action: Type.String(), resource: Type.String(), resourceId: nullable<string>('string'), at: Type.String() })
export const ActivityList = Type.Object({ activity: Type.Unsafe<readonly Static<typeof Activity>[]>(Type.Array(Activity)) })

export const AuditPage = Type.Object({
  ...page,
  event: Type.Optional(Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-z][a-z.-]*$', patternName: 'event', description: 'How the events begin.' })),
  from: Type.Optional(Time),
  to: Type.Optional(Time)
}, closed)
const AuditRecord = Type.Object({
  id: Type.String(),
  event: Type.String(),
  address: Type.String(),
  requestId: Type.String(),
  details: Type.Unsafe<Readonly<Record<string, string | number | boolean>>>({ type: 'object', additionalProperties: true }),
  at: Type.String()
})
export const AuditList = Type.Object({ audit: Type.Unsafe<readonly Static<typeof AuditRecord>[]>(Type.Array(AuditRecord)) })
