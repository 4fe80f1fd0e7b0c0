import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ActivityEntry, AuditEntry } from '../../domain/ports.ts'
import { createTrail } from '../../domain/trail.ts'

const at = new Date('2026-01-02T03:04:05.678Z')

function recorder (store: (row: object) => Promise<void> = async () => {}) {
  const rows: object[] = []
  const append = async (entry: object, when: Date): Promise<void> => {
    await store(entry)
    rows.push({ ...entry, when })
  }
  return { rows, trail: createTrail({ activity: { append }, audit: { append }, now: () => at }) }
}

const activity: ActivityEntry = { userId: 'a'.repeat(24), action: 'note.created', resource: 'note', resourceId: 'b'.repeat(24) }
const audit: AuditEntry = { userId: 'a'.repeat(24), event: 'auth.login.succeeded', address: '127.0.0.1', requestId: 'r1' }

describe('the trail', () => {
  test('writes one row a call, with the time', async () => {
    const { rows, trail } = recorder()
    await trail.activity(activity)
    await trail.audit(audit)
    assert.deepEqual(rows, [{ ...activity, when: at }, { ...audit, when: at }])
  })

  test('is done when the row is stored', async () => {
    let store = (): void => {}
    const { rows, trail } = recorder(() => new Promise<void>(resolve => { store = resolve }))
    let done = false
    const written = trail.activity(activity).then(() => { done = true })
    await new Promise(resolve => setImmediate(resolve))
    assert.deepEqual([done, rows.length], [false, 0])
    store()
    await written
    assert.equal(rows.length, 1)
  })

  test('tells its caller when the row cannot be stored', async () => {
    const { trail } = recorder(async () => { throw new Error('down') })
    await assert.rejects(trail.activity(activity), /down/)
    await assert.rejects(trail.audit(audit), /down/)
  })

  test('withholds details that could be secrets or ciphertext', async () => {
    const { rows, trail } = recorder()
    await trail.audit({ ...audit, details: { method: 'password', rememberMe: true, attempts: 3, password: 'hunter2', sessionToken: 'x', encryptedTitle: 'QUJD', note: 'QUJD'.repeat(30) } })
    assert.deepEqual((rows[0] as AuditEntry).details, {
      method: 'password', rememberMe: true, attempts: 3, password: '[withheld]', sessionToken: '[withheld]', encryptedTitle: '[withheld]', note: '[withheld]'
    })
  })
})
