import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openRevocations, type Revocation, type RevocationStore } from '../../domain/revocations.ts'

/** A store that several servers share. */
function sharedStore (): RevocationStore & { fails: boolean } {
  const rows: Array<{ readonly revocation: Revocation, readonly at: Date }> = []
  return {
    fails: false,
    async add (revocation, at) { rows.push({ revocation, at }) },
    async since (at) {
      if (this.fails) throw new Error('the database is away')
      return rows.filter(row => row.at >= at).map(({ revocation }) => revocation)
    }
  }
}

const second = 1_000
const start = Date.UTC(2026, 0, 1)
const later = start + 3_600_000
const session = (id: string, userId = 'u', issued = start) => ({ id, userId, issued, expires: later })
const quiet = { error () {} }

async function until (holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; !holds();) {
    assert.ok(performance.now() < end, 'it did not come to hold')
    await delay(2)
  }
}

test('a session that was ended on one server is over there at once, and soon on another', async t => {
  const store = sharedStore()
  const open = async () => {
    const revocations = await openRevocations({ store, now: () => new Date(start), log: quiet, interval: 2 })
    t.after(() => revocations.close())
    return revocations
  }
  const [one, other] = [await open(), await open()]
  await one.add({ sessionId: 'a', expires: later })
  assert.deepEqual([one.has(session('a')), one.has(session('b'))], [true, false])
  await until(() => other.has(session('a')))
  assert.equal((await open()).has(session('a')), true, 'and on one that starts later')
})

test('a new password ends the sessions from before, but for the one that set it', async t => {
  const revocations = await openRevocations({ store: sharedStore(), now: () => new Date(start), log: quiet })
  t.after(() => revocations.close())
  await revocations.add({ userId: 'u', before: start + 5 * second, except: 'mine', expires: later })
  assert.equal(revocations.has(session('old')), true)
  assert.equal(revocations.has(session('mine')), false)
  assert.equal(revocations.has(session('new', 'u', start + 5 * second)), false)
  assert.equal(revocations.has(session('old', 'somebody else')), false)
})

test('what could not be read is caught up with', async t => {
  const store = sharedStore()
  const errors: object[] = []
  const revocations = await openRevocations({ store, now: () => new Date(start), log: { error: details => errors.push(details) }, interval: 2 })
  t.after(() => revocations.close())
  store.fails = true
  await store.add({ sessionId: 'a', expires: later }, new Date(start))
  await until(() => errors.length > 0)
  assert.equal(revocations.has(session('a')), false)
  store.fails = false
  await until(() => revocations.has(session('a')))
})
