import Joi from 'joi'
import { TIME_FORM } from '../domain/times.ts'
import { base64, limit, objectId } from './schemas.ts'

const time = Joi.string().pattern(TIME_FORM, 'time')

/** One of the two. */
export const addressee = Joi.object({
  email: Joi.string().max(254).pattern(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, 'e-mail'),
  userId: objectId
}).min(1).max(1)
export const requestPage = Joi.object({ limit, before: objectId, direction: Joi.string().valid('incoming', 'outgoing') })
export const requestAnswer = Joi.object({ status: Joi.string().valid('accepted', 'declined').required() })
export const newBlock = Joi.object({ userId: objectId.required() })

export const newMentions = Joi.object({
  noteId: objectId.required(),
  userIds: Joi.array().items(objectId).min(1).max(20).unique().required(),
  encryptedContext: base64(4096).required()
})
export const mentionPage = Joi.object({ limit, before: objectId, unread: Joi.string().valid('true', 'false') })
export const mentionChanges = Joi.object({ read: Joi.boolean() }).min(1)

export const activityPage = Joi.object({ limit, before: objectId, resource: Joi.string().max(32).pattern(/^[a-z][a-z-]*$/, 'resource') })
export const auditPage = Joi.object({ limit, before: objectId, event: Joi.string().max(64).pattern(/^[a-z][a-z.-]*$/, 'event'), from: time, to: time })
