import type { Connection } from 'mongoose'
import type { CalendarFields, CalendarStore } from '../domain/calendar.ts'
import { createOwnedRepository, defineCollection, toDates, type OwnedRow } from './owned-repository.ts'

interface Row extends OwnedRow {
  readonly encryptedTitle: string
  readonly encryptedData: string | null
  readonly startsAt: Date
  readonly endsAt: Date
  readonly encryptedRecurrence: string | null
}

const calendar = defineCollection<Row>('CalendarEvent', 'calendar', {
  encryptedTitle: { type: String, required: true },
  encryptedData: { type: String, default: null },
  startsAt: { type: Date, required: true },
  endsAt: { type: Date, required: true },
  encryptedRecurrence: { type: String, default: null }
}, [{ startsAt: 1, endsAt: 1 }])

/** Makes the indexes. */
export async function prepareCalendar (connection: Connection): Promise<void> {
  await calendar.modelOf(connection).createIndexes()
}

/** Calendar events in MongoDB. */
export function createCalendarRepository (connection: Connection, { now = () => new Date() }: { readonly now?: () => Date } = {}): CalendarStore {
  const { store, rows, toRecord } = createOwnedRepository<CalendarFields, Row>({
    model: calendar.modelOf(connection),
    now,
    toRow: ({ startsAt, endsAt, ...rest }) => ({ ...rest, ...toDates({ startsAt, endsAt }) }),
    toFields: row => ({
      encryptedTitle: row.encryptedTitle,
      encryptedData: row.encryptedData,
      startsAt: row.startsAt.toISOString(),
      endsAt: row.endsAt.toISOString(),
      encryptedRecurrence: row.encryptedRecurrence
    })
  })
  return {
    ...store,
    async within (ownerId, { from, to }, limit) {
      const found = await rows(ownerId, {
        startsAt: { $lt: new Date(to) },
        $or: [{ endsAt: { $gt: new Date(from) } }, { encryptedRecurrence: { $ne: null } }]
      }, { sort: { startsAt: 1, _id: 1 }, limit })
      return found.map(toRecord)
    }
  }
}
