import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createCalendar, type CalendarFields, type CalendarStore, type Range } from '../../domain/calendar.ts'
import { caller, idOf, memoryStore, memoryTrail } from '../memory-records.ts'

const ada = caller(idOf(0xada))
const day = (number: number) => new Date(Date.UTC(2026, 0, 1 + number)).toISOString()
const codeOf = (answer: { ok: true } | { ok: false, failure: { code: string, field?: string } }) => answer.ok ? 'ok' : `${answer.failure.code} ${answer.failure.field}`

function openCalendar (maxEvents?: number) {
  const asked: Range[] = []
  const kept = memoryStore<CalendarFields>()
  const store: CalendarStore = {
    ...kept,
    async within (ownerId, range, limit) {
      asked.push(range)
      return await kept.list(ownerId, { limit })
    }
  }
  return { asked, calendar: createCalendar({ store, ...memoryTrail(), ...maxEvents !== undefined && { maxEvents } }) }
}

describe('calendar events', () => {
  test('end after they start, also when only one of both changes', async () => {
    const { calendar } = openCalendar()
    const draft = { encryptedTitle: 'YQ==', startsAt: day(1), endsAt: day(2) }
    assert.equal(codeOf(await calendar.add(ada, { ...draft, endsAt: day(1) })), 'EVENT_ENDS_BEFORE_START endsAt')
    assert.equal(codeOf(await calendar.add(ada, { ...draft, startsAt: '2026-02-30T00:00:00.000Z' })), 'TIME_UNREAL startsAt')
    const event = await calendar.add(ada, draft)
    assert.ok(event.ok)
    const { id } = event.value
    assert.equal(codeOf(await calendar.change(ada, id, { startsAt: day(2) })), 'EVENT_ENDS_BEFORE_START endsAt')
    assert.equal(codeOf(await calendar.change(ada, id, { endsAt: day(0) })), 'EVENT_ENDS_BEFORE_START endsAt')
    assert.equal(codeOf(await calendar.change(ada, id, { endsAt: day(9), encryptedRecurrence: 'YQ==' })), 'ok')
  })

  test('are listed for a range of 400 days at most, that has a length and times that there are', async () => {
    const { calendar, asked } = openCalendar()
    for (const [from, to, wanted] of [
      [day(0), day(400), 'ok'],
      [day(0), day(401), 'RANGE_TOO_LONG to'],
      [day(0), day(0), 'RANGE_EMPTY to'],
      [day(1), day(0), 'RANGE_EMPTY to'],
      ['2026-02-30T00:00:00.000Z', day(90), 'TIME_UNREAL from'],
      [day(0), '2026-02-30T00:00:00.000Z', 'TIME_UNREAL to']
    ] as const) assert.equal(codeOf(await calendar.list(ada, { from, to })), wanted, `${from} to ${to}`)
    assert.deepEqual(asked, [{ from: day(0), to: day(400) }])
  })

  test('are never listed in part', async () => {
    const { calendar } = openCalendar(1)
    const draft = { encryptedTitle: 'YQ==', startsAt: day(1), endsAt: day(2) }
    await calendar.add(ada, draft)
    assert.equal(codeOf(await calendar.list(ada, { from: day(0), to: day(9) })), 'ok')
    await calendar.add(ada, draft)
    assert.equal(codeOf(await calendar.list(ada, { from: day(0), to: day(9) })), 'RANGE_TOO_FULL to')
  })
})
