import Joi from 'joi'
import { TIME_FORM } from '../domain/times.ts'
import { base64, objectId } from './schemas.ts'

const time = Joi.string().pattern(TIME_FORM, 'time')
const seen = { version: Joi.number().integer().min(1).max(2_147_483_647) }

const folder = { parentId: objectId.allow(null) }
const folderName = base64(2_048)
export const newFolder = Joi.object({ encryptedName: folderName.required(), ...folder })
export const folderChanges = Joi.object({ encryptedName: folderName, ...folder, ...seen }).min(1)

const vaultItem = { favourite: Joi.boolean(), folderId: objectId.allow(null) }
const title = base64(2_048)
const data = base64(65_536)
export const newVaultItem = Joi.object({
  kind: Joi.string().valid('login', 'card', 'identity', 'note').required(),
  encryptedTitle: title.required(),
  encryptedData: data.required(),
  ...vaultItem
})
export const vaultItemChanges = Joi.object({ encryptedTitle: title, encryptedData: data, ...vaultItem, ...seen }).min(1)

const task = { dueAt: time.allow(null), priority: Joi.string().valid('low', 'normal', 'high'), order: Joi.number().min(-1e9).max(1e9) }
const text = base64(16_384)
export const newTask = Joi.object({ encryptedText: text.required(), ...task })
export const taskChanges = Joi.object({ encryptedText: text, ...task, completed: Joi.boolean(), ...seen }).min(1)

const event = { encryptedData: base64(16_384).allow(null), encryptedRecurrence: base64(2_048).allow(null) }
export const newEvent = Joi.object({ encryptedTitle: title.required(), startsAt: time.required(), endsAt: time.required(), ...event })
export const eventChanges = Joi.object({ encryptedTitle: title, startsAt: time, endsAt: time, ...event, ...seen }).min(1)
export const range = Joi.object({ from: time.required(), to: time.required() })

const semester = Joi.number().integer().min(1).max(99)
const credits = Joi.number().min(0).max(100)
const course = { encryptedSemester: base64(2_048).allow(null), gradePoints: Joi.number().min(0).max(100).allow(null) }
export const newCourse = Joi.object({ encryptedName: title.required(), semester: semester.required(), credits: credits.required(), ...course })
export const courseChanges = Joi.object({ encryptedName: title, semester, credits, ...course, ...seen }).min(1)
