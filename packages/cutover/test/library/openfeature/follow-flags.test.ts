import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { InMemoryProvider, NOOP_PROVIDER } from '@openfeature/server-sdk'
import { memoryJournal } from '../../../src/switch/journal.ts'
import { flags, following, Moody } from './flags.ts'

const cause = { who: 'test', why: 'because' }

async function until (holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds() && tries < 5_000; tries++) await turn()
  assert.ok(holds())
}

test('a flag says a share as a number, a boolean or a text', async t => {
  const cases: Array<[number | boolean | string, number]> = [[25, 2_500], [0.05, 5], [100, 10_000], [0, 0], [true, 10_000], [false, 0], ['12.5%', 1_250], ['candidate', 10_000], ['Legacy', 0], ['fastify', 10_000]]
  for (const [value, expected] of cases) {
    const { share, events, shares } = await following(t, new InMemoryProvider(flags({ flag: value })))
    assert.equal(share(), expected, String(value))
    assert.deepEqual(events, [])
    const [change] = await shares.history(1)
    assert.deepEqual([change!.who, change!.why], ['openfeature:flag', `flag=${value}`])
  }
})

test('what is no share is refused, and the share stays', async t => {
  for (const value of [101, -1, 0.001, 'half', '200%', { share: 5 }]) {
    const { share, events } = await following(t, new InMemoryProvider(flags({ flag: value })))
    assert.equal(share(), 0)
    assert.equal(events.length, 1, JSON.stringify(value))
    assert.match(events[0]!.message, /^The flag flag is not followed, and the share stays: /)
  }
})

test('a flag that is edited moves its feature, by an event or at the next interval', async t => {
  const provider = new InMemoryProvider(flags({ flag: 10 }))
  const { share, shares } = await following(t, provider)
  assert.equal(share(), 1_000)
  await provider.putConfiguration(flags({ flag: 'candidate' }))
  await until(() => share() === 10_000)
  assert.equal((await shares.history(9)).length, 2)

  const polled = new Moody()
  polled.answer = async () => ({ value: 5 })
  const other = await following(t, polled, { intervalMs: 1, limits: { leastIntervalMs: 5 } })
  assert.equal(other.share(), 500)
  polled.answer = async () => ({ value: 6 })
  await once(polled.asked, 'asked')
  await until(() => other.share() === 600)
})

test('a rollback stands while the flag says what it said, also after a restart, and ends when it says something else', async t => {
  const journal = memoryJournal()
  const provider = new InMemoryProvider(flags({ flag: 50 }))
  const first = await following(t, provider, { journal })
  await first.shares.rollback('a', cause)
  await provider.putConfiguration(flags({ flag: 50, other: 1 }))
  await turn()
  assert.equal(first.share(), 0)
  await first.follow.close()
  const again = new InMemoryProvider(flags({ flag: 50 }))
  const second = await following(t, again, { journal })
  assert.equal(second.share(), 0)
  assert.equal(second.shares.features()[0]!.rolledBack, true)
  await again.putConfiguration(flags({ flag: 60 }))
  await until(() => second.share() === 6_000)
})

test('errors keep the last share, and are said once', async t => {
  const provider = new Moody()
  provider.answer = async () => ({ value: 30 })
  const { share, events, shares } = await following(t, provider)
  const faults: Array<[Moody['answer'], RegExp]> = [
    [async () => { throw new Error('provider down') }, /GENERAL/],
    [async () => ({ value: 90, errorCode: 'FLAG_NOT_FOUND' as never }), /FLAG_NOT_FOUND/],
    [async () => ({ value: 90, reason: 'STALE' }), /stale/],
    [async () => ({ value: '90' as never }), /no number/]
  ]
  for (const [answer, said] of faults) {
    provider.answer = answer
    for (let round = 0; round < 3; round++) {
      const before = once(provider.asked, 'asked')
      provider.changed()
      await before
    }
    await until(() => said.test(events.at(-1)?.message ?? ''))
    assert.equal(share(), 3_000)
  }
  assert.equal(events.length, faults.length)
  assert.equal((await shares.history(9)).length, 1)
  provider.answer = async () => ({ value: 40 })
  provider.changed()
  await until(() => share() === 4_000)
})

test('a provider that has no such flag, or that is none, says nothing', async t => {
  const { share, events } = await following(t, new InMemoryProvider(flags({ other: 90 })))
  assert.equal(share(), 0)
  assert.match(events[0]!.message, /FLAG_NOT_FOUND/)
  const disabled = { flag: { ...flags({ flag: 90 }).flag!, disabled: true } }
  const off = await following(t, new InMemoryProvider(disabled))
  assert.equal(off.share(), 0)
  assert.match(off.events[0]!.message, /the provider has no value for it/)
  const none = await following(t, NOOP_PROVIDER, { limits: { startMs: 20 } })
  await until(() => none.events.length > 0)
  assert.equal(none.share(), 0)
  assert.match(none.events[0]!.message, /PROVIDER_NOT_READY/)
})

test('a provider that hangs does not hold up the start, and is followed once it is there', async t => {
  const provider = new Moody()
  let ready = (): void => {}
  provider.ready = new Promise(resolve => { ready = resolve })
  provider.answer = async () => ({ value: 70 })
  const { share, events } = await following(t, provider, { limits: { startMs: 20 } })
  assert.equal(share(), 0)
  ready()
  await until(() => share() === 7_000)
  assert.ok(events.length <= 1)
})

test('an evaluation that hangs ends after its time, and what it says later counts for nothing', async t => {
  const provider = new Moody()
  let say = (_: { value: number }): void => {}
  provider.answer = async () => await new Promise(resolve => { say = resolve })
  const { share, events } = await following(t, provider, { limits: { evaluationMs: 20 } })
  assert.match(events[0]!.message, /did not answer within 20 ms/)
  say({ value: 90 })
  await turn()
  assert.equal(share(), 0)
})

test('nothing is adopted once it is closed', async t => {
  const provider = new Moody()
  provider.answer = async () => ({ value: 10 })
  const { share, follow } = await following(t, provider)
  let say = (_: { value: number }): void => {}
  provider.answer = async () => await new Promise(resolve => { say = resolve })
  const asked = once(provider.asked, 'asked')
  provider.changed()
  await asked
  await follow.close()
  say({ value: 90 })
  provider.changed()
  await turn()
  assert.equal(share(), 1_000)
})
