import { Type, type Static, type TProperties, type TSchema } from 'typebox'
import { TIME_FORM } from '../domain/times.ts'
import { base64, base64OrNull, closed, nullable, ObjectId } from './schemas.ts'

const time = Type.String({ minLength: 1, pattern: TIME_FORM.source, patternName: 'time', description: 'ISO 8601 with milliseconds, in UTC.' })
const timeOrNull = Type.Unsafe<string | null>({ ...time, type: ['string', 'null'] })
const idOrNull = Type.Unsafe<string | null>({ ...ObjectId, type: ['string', 'null'] })
const oneOf = <Name extends string>(...names: readonly Name[]) => Type.Union(names.map(name => Type.Literal(name)))
const seen = { version: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'The version that you have seen: when there is a newer one, nothing is changed (409).' })) }

const changes = <Fields extends TProperties>(fields: Fields) => Type.Object({ ...fields, ...seen }, { ...closed, minProperties: 1 })
const listOf = <Item extends TSchema>(item: Item) => Type.Unsafe<ReadonlyArray<Static<Item>>>(Type.Array(item))
const record = <Fields extends TProperties>(fields: Fields) => Type.Object({
  id: Type.String(), ...fields, version: Type.Integer(), createdAt: Type.String(), updatedAt: Type.String()
})

const folder = { parentId: Type.Optional(idOrNull) }
const title = base64(2_048)
export const NewFolder = Type.Object({ encryptedName: title, ...folder }, closed)
export const FolderChanges = changes({ encryptedName: Type.Optional(title), ...folder })
export const Folder = record({ encryptedName: Type.String(), parentId: nullable<string>('string') })
export const FolderList = Type.Object({ folders: listOf(Folder) })

const vaultItem = { favourite: Type.Optional(Type.Boolean()), folderId: Type.Optional(idOrNull) }
const data = base64(65_536)
export const NewVaultItem = Type.Object({ kind: oneOf('login', 'card', 'identity', 'note'), encryptedTitle: title, encryptedData: data, ...vaultItem }, closed)
export const VaultItemChanges = changes({ encryptedTitle: Type.Optional(title), encryptedData: Type.Optional(data), ...vaultItem })
export const VaultItem = record({
  kind: Type.String(), encryptedTitle: Type.String(), encryptedData: Type.String(), favourite: Type.Boolean(), folderId: nullable<string>('string')
})
export const VaultItemList = Type.Object({ items: listOf(VaultItem) })

const task = {
  dueAt: Type.Optional(timeOrNull),
  priority: Type.Optional(oneOf('low', 'normal', 'high')),
  order: Type.Optional(Type.Number({ minimum: -1e9, maximum: 1e9, description: 'Where the task stands among the others.' }))
}
const text = base64(16_384)
export const NewTask = Type.Object({ encryptedText: text, ...task }, closed)
export const TaskChanges = changes({ encryptedText: Type.Optional(text), ...task, completed: Type.Optional(Type.Boolean({ description: 'True completes the task, false opens it again.' })) })
export const Task = record({
  encryptedText: Type.String(), dueAt: nullable<string>('string'), priority: Type.String(), order: Type.Number(), completedAt: nullable<string>('string')
})
export const TaskList = Type.Object({ tasks: listOf(Task) })

const event = { encryptedData: Type.Optional(base64OrNull(16_384)), encryptedRecurrence: Type.Optional(base64OrNull(2_048)) }
export const NewEvent = Type.Object({ encryptedTitle: title, startsAt: time, endsAt: time, ...event }, closed)
export const EventChanges = changes({ encryptedTitle: Type.Optional(title), startsAt: Type.Optional(time), endsAt: Type.Optional(time), ...event })
export const Event = record({
  encryptedTitle: Type.String(), encryptedData: nullable<string>('string'), startsAt: Type.String(), endsAt: Type.String(), encryptedRecurrence: nullable<string>('string')
})
export const EventList = Type.Object({ events: listOf(Event) })
export const Range = Type.Object({ from: time, to: time }, { ...closed, description: 'From the first moment to, but without, the second.' })

const figure = { minimum: 0, maximum: 100, description: 'At most two decimals; not encrypted.' } as const
const semester = Type.Integer({ minimum: 1, maximum: 99, description: 'Counted from 1; not encrypted.' })
const credits = Type.Number(figure)
const course = { encryptedSemester: Type.Optional(base64OrNull(2_048)), gradePoints: Type.Optional(Type.Unsafe<number | null>({ type: ['number', 'null'], ...figure })) }
export const NewCourse = Type.Object({ encryptedName: title, semester, credits, ...course }, closed)
export const CourseChanges = changes({ encryptedName: Type.Optional(title), semester: Type.Optional(semester), credits: Type.Optional(credits), ...course })
export const Course = record({
  encryptedName: Type.String(), semester: Type.Integer(), encryptedSemester: nullable<string>('string'), credits: Type.Number(), gradePoints: nullable<number>('number')
})
const averages = { credits: Type.Number({ description: 'Of the courses that have a grade.' }), average: nullable<number>('number') }
export const Transcript = Type.Object({
  courses: listOf(Course),
  semesters: listOf(Type.Object({ semester: Type.Integer(), ...averages })),
  ...averages
})
