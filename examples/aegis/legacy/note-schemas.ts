import Joi from 'joi'
import { TIME_FORM } from '../domain/times.ts'
import { base64, limit, objectId } from './schemas.ts'

const seen = { version: Joi.number().integer().min(1).max(2_147_483_647) }

const title = base64(2_048)
const note = { encryptedData: base64(1_048_576).allow(null), folderId: objectId.allow(null) }
export const newNote = Joi.object({ encryptedTitle: title.required(), ...note })
export const noteChanges = Joi.object({ encryptedTitle: title, ...note, ...seen }).min(1)
export const notePage = Joi.object({ limit, before: objectId, folderId: objectId })

const key = base64(4_096)
export const contentHeaders = Joi.object({ 'x-encapsulated-key': key.required(), 'x-encrypted-symmetric-key': key.required() }).unknown()

const keys = { encapsulatedKey: key.required(), encryptedSymmetricKey: key.required() }
const newKeys = { encapsulatedKey: key, encryptedSymmetricKey: key }
const email = Joi.string().max(254).pattern(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, 'e-mail')
export const newShare = Joi.object({ noteId: objectId.required(), recipientEmail: email.required(), ...keys })
export const shareChanges = Joi.object(newKeys).min(1)

const expiresAt = Joi.string().pattern(TIME_FORM, 'time').allow(null)
export const newLink = Joi.object({ noteId: objectId.required(), ...keys, expiresAt })
export const linkChanges = Joi.object({ ...newKeys, expiresAt }).min(1)
