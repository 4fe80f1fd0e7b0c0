import { success, type Result } from '../types/result.ts'
import { createOwnedRecords, unprocessable, type Owned, type OwnedRecords, type OwnedStore } from './owned-records.ts'
import type { Caller, Events, Trail } from './ports.ts'
import { checkTime, isTime } from './times.ts'

export interface CalendarFields {
  readonly encryptedTitle: string
  readonly encryptedData: string | null
  readonly startsAt: string
  /** After the start. */
  readonly endsAt: string
  /** The rule by which the event comes again, which only its owner can read. */
  readonly encryptedRecurrence: string | null
}

export type CalendarEvent = Owned<CalendarFields>

export interface CalendarDraft {
  readonly encryptedTitle: string
  readonly encryptedData?: string | null
  readonly startsAt: string
  readonly endsAt: string
  readonly encryptedRecurrence?: string | null
}

export type CalendarChanges = Partial<CalendarDraft>

/** From the first moment to, but without, the second. */
export interface Range {
  readonly from: string
  readonly to: string
}

export interface CalendarStore extends OwnedStore<CalendarFields> {
  /**
   * Events that touch the range, and all that come again and have started before its end, by their start.
   * At most `limit`.
   */
  within (ownerId: string, range: Range, limit: number): Promise<readonly CalendarEvent[]>
}

export interface Calendar extends Omit<OwnedRecords<CalendarFields, CalendarDraft, CalendarChanges>, 'list'> {
  /**
   * Events that touch the range, earliest first. Events that come again are in each range after their start: the rule is
   * ciphertext, so only the client knows when they come.
   */
  list (caller: Caller, range: Range): Promise<Result<readonly CalendarEvent[]>>
}

const maxDays = 400
const day = 86_400_000

/**
 * Appointments.
 * @param options.maxEvents of one range
 */
export function createCalendar ({ store, trail, events, maxEvents = 2_000 }: { store: CalendarStore, trail: Trail, events: Events, maxEvents?: number }): Calendar {
  const { add, get, change, remove } = createOwnedRecords<CalendarFields, CalendarDraft, CalendarChanges>({
    resource: 'calendar',
    noun: 'event',
    store,
    trail,
    events,

    create (_caller, { encryptedTitle, encryptedData = null, startsAt, endsAt, encryptedRecurrence = null }) {
      const times = checkSpan(startsAt, endsAt)
      return times.ok ? success({ encryptedTitle, encryptedData, startsAt, endsAt, encryptedRecurrence }) : times
    },

    revise (_caller, current, fields) {
      const times = checkSpan(fields.startsAt ?? current.startsAt, fields.endsAt ?? current.endsAt)
      return times.ok ? success({ fields }) : times
    }
  })

  return {
    add,
    get,
    change,
    remove,
    async list (caller, range) {
      const sound = checkRange(range)
      if (!sound.ok) return sound
      const found = await store.within(caller.userId, range, maxEvents + 1)
      if (found.length > maxEvents) return unprocessable('RANGE_TOO_FULL', `There are more than ${maxEvents} events in the range: ask for a shorter one`, 'to')
      return success(found)
    }
  }
}

function checkSpan (startsAt: string, endsAt: string): Result<undefined> {
  for (const checked of [checkTime(startsAt, 'startsAt'), checkTime(endsAt, 'endsAt')]) {
    if (!checked.ok) return checked
  }
  // Texts of one form and one zone compare as their times do.
  return startsAt < endsAt ? success(undefined) : unprocessable('EVENT_ENDS_BEFORE_START', 'An event ends after it starts', 'endsAt')
}

function checkRange ({ from, to }: Range): Result<undefined> {
  for (const field of ['from', 'to'] as const) {
    const text = { from, to }[field]
    if (!isTime(text)) return checkTime(text, field)
  }
  const length = Date.parse(to) - Date.parse(from)
  if (length <= 0) return unprocessable('RANGE_EMPTY', 'A range ends after it begins', 'to')
  return length > maxDays * day ? unprocessable('RANGE_TOO_LONG', `A range has at most ${maxDays} days`, 'to') : success(undefined)
}
