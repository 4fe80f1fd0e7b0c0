import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { memoryJournal } from '../../src/switch/journal.ts'
import { control, HeldJournal } from './control-parts.ts'

const cause = { who: 'test', why: 'because' }
const shareOf = (shares: ReturnType<typeof control>['shares'], name = 'a') => shares.features().find(({ feature }) => feature === name)!

test('a change carries who, when and why, and stands in the history', async () => {
  const { shares, events } = control({ a: {}, b: {} }, memoryJournal())
  const change = await shares.setShare('a', 2_500, cause)
  assert.deepEqual({ ...change, at: '' }, { at: '', kind: 'share', feature: 'a', from: 0, to: 2_500, ...cause })
  assert.match(change.at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  await shares.rollback(undefined, cause)
  assert.deepEqual((await shares.history(2)).map(({ kind, feature, from, to }) => ({ kind, feature, from, to })), [{ kind: 'rollback', feature: 'a', from: 2_500, to: 0 }, { kind: 'rollback', feature: 'b', from: 0, to: 0 }])
  assert.equal(shareOf(shares).rolledBack, true)
  assert.equal(events.every(({ level }) => level === 'info'), true)
})

test('what is no share or no feature is refused and changes nothing', async () => {
  const { shares } = control({ vehicles: {} }, memoryJournal())
  for (const share of [-1, 10_001, 0.5, NaN, Infinity]) await assert.rejects(shares.setShare('vehicles', share, cause), { code: 'CUT_SHARE_INVALID' })
  await assert.rejects(shares.setShare('vehicle', 1, cause), { code: 'CUT_FEATURE_UNKNOWN', message: /Did you mean "vehicles"/ })
  await assert.rejects(shares.rollback('__proto__', cause), { code: 'CUT_FEATURE_UNKNOWN' })
  assert.deepEqual(await shares.history(9), [])
})

test('a raise waits for the journal, a lowering does not', async () => {
  const journal = new HeldJournal()
  const { shares } = control({ a: {} }, journal)
  const raised = shares.setShare('a', 5_000, cause)
  await turn()
  assert.equal(shareOf(shares).share, 0)
  journal.waiting[0]!.pass()
  await raised
  assert.equal(shareOf(shares).share, 5_000)
  const lowered = shares.setShare('a', 1_000, cause)
  assert.equal(shareOf(shares).share, 1_000)
  journal.waiting[1]!.pass()
  await lowered
})

test('when the journal cannot be written, a raise is refused, a lowering acts and is told', async () => {
  const journal = new HeldJournal()
  const { shares, events } = control({ a: {} }, journal)
  const refused = assert.rejects(shares.setShare('a', 5_000, cause), /disk full/)
  journal.waiting[0]!.fail()
  await refused
  assert.equal(shareOf(shares).share, 0)
  const raised = shares.setShare('a', 5_000, cause)
  journal.waiting[1]!.pass()
  await raised
  const rolledBack = shares.rollback('a', cause)
  assert.deepEqual([shareOf(shares).share, shareOf(shares).rolledBack], [0, true])
  journal.waiting[2]!.fail()
  await rolledBack
  assert.equal(events.filter(({ code }) => code === 'CUT_JOURNAL_UNWRITABLE').length, 1)
})

test('a raise that is still being written does not undo a rollback that came after it', async () => {
  const journal = new HeldJournal()
  const { shares } = control({ a: {} }, journal)
  const raised = shares.setShare('a', 5_000, cause)
  const rolledBack = shares.rollback('a', cause)
  for (const { pass } of journal.waiting) pass()
  await Promise.all([raised, rolledBack])
  assert.deepEqual([shareOf(shares).share, shareOf(shares).rolledBack], [0, true])
  assert.equal(journal.entries.at(-1)!.kind, 'rollback')
})

test('whatever happens at once, the shares end as the journal\'s last lines say', async () => {
  const step = fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.constant('rollback' as const))
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom('a', 'b'), step), { minLength: 1, maxLength: 12 }), async steps => {
    const journal = memoryJournal()
    const { shares } = control({ a: {}, b: {} }, { ...journal, append: async change => { await turn(); await journal.append(change) } })
    await Promise.all(steps.map(async ([feature, to]) => to === 'rollback' ? await shares.rollback(feature, cause) : await shares.setShare(feature, to, cause)))
    const restarted = control({ a: {}, b: {} }, journal).shares
    assert.deepEqual(shares.features(), restarted.features())
  }), { numRuns: 200 })
})

test('what was written down is adopted when it says something new, and only then', async () => {
  const journal = memoryJournal()
  const start = () => control({ a: {} }, journal).shares
  const adopt = async (share: number, text: string) => {
    const shares = start()
    await shares.adopt('a', share, 'env:A', text)
    return shares
  }
  assert.equal(await start().adopt('a', 0, 'config', '0%'), undefined)
  assert.equal(shareOf(await adopt(10_000, 'A=100%')).share, 10_000)
  assert.equal(shareOf(await adopt(10_000, 'A=100%')).share, 10_000)
  assert.equal((await start().history(9)).length, 1)
  await start().rollback('a', cause)
  assert.deepEqual([shareOf(await adopt(10_000, 'A=100%')).share, shareOf(start()).rolledBack], [0, true], 'a rollback survives')
  assert.deepEqual([shareOf(await adopt(2_500, 'A=25%')).share, shareOf(start()).rolledBack], [2_500, false], 'a changed variable is taken up')
  assert.equal(shareOf(await adopt(10_000, 'A=100%')).share, 10_000, 'and so is the old value after that')
})

test('the journal of a feature that is gone is passed over', async () => {
  const journal = memoryJournal()
  await journal.append({ at: '', kind: 'share', feature: 'gone', from: 0, to: 5_000, ...cause })
  assert.equal(shareOf(control({ a: {} }, journal).shares).share, 0)
})

test('a change closes the breaker', async () => {
  const { shares, routing } = control({ a: { share: '50%' } }, memoryJournal())
  const { breaker } = routing.features.get('a')!
  for (let i = 0; i < 10; i++) breaker.failed(0)
  assert.equal(shareOf(shares).breaker, 'open')
  await shares.setShare('a', 1, cause)
  assert.equal(shareOf(shares).breaker, 'closed')
})

test('whoever listens is told of each change once it acts, and cannot stop it', async () => {
  const journal = new HeldJournal()
  const { shares, events } = control({ a: {} }, journal)
  const heard: Array<[number, number]> = []
  shares.onChange(() => { throw new Error('not I') })
  const leave = shares.onChange(({ to }) => { heard.push([to, shareOf(shares).share]) })
  const raised = shares.setShare('a', 5_000, cause)
  assert.deepEqual(heard, [])
  journal.waiting[0]!.pass()
  await raised
  const rolledBack = shares.rollback('a', cause)
  assert.deepEqual(heard, [[5_000, 5_000], [0, 0]])
  journal.waiting[1]!.pass()
  await rolledBack
  leave()
  journal.waiting.length = 0
  const again = shares.setShare('a', 1, cause)
  journal.waiting[0]!.pass()
  await again
  assert.equal(heard.length, 2)
  assert.equal(events.filter(({ message }) => message.includes('not I')).length, 3)
})

test('the side of a user is told as a request of theirs would go, and not guessed', async () => {
  const { shares, routing } = control({ a: { stickyBy: 'header:x-user', pin: { candidate: ['tester'] } }, drawn: {} }, memoryJournal())
  assert.deepEqual(shares.sideOf('a', 'tester'), { backend: 'candidate', reason: 'pinned', feature: 'a', bucket: shares.explain({ method: 'GET', url: '/a', headers: { 'x-user': 'tester' } }).bucket })
  assert.equal(shares.sideOf('a', undefined), undefined)
  assert.deepEqual(shares.sideOf('drawn', 'anyone'), { backend: 'legacy', reason: 'share', feature: 'drawn', bucket: undefined })
  await shares.setShare('a', 5_000, cause)
  await shares.setShare('drawn', 5_000, cause)
  assert.equal(shares.sideOf('drawn', 'anyone'), undefined)
  for (let user = 0; user < 200; user++) assert.deepEqual(shares.sideOf('a', `u${user}`), shares.explain({ method: 'GET', url: '/a', headers: { 'x-user': `u${user}` } }))
  await shares.rollback(undefined, cause)
  assert.equal(shares.sideOf('a', undefined)!.backend, 'legacy')
  assert.equal(shares.sideOf('a', 'tester')!.backend, 'legacy')
  await shares.setShare('a', 10_000, cause)
  for (let failure = 0; failure < 20; failure++) routing.features.get('a')!.breaker.failed(failure)
  assert.deepEqual([shares.sideOf('a', 'u1')!.backend, shares.sideOf('a', 'u1')!.reason], ['legacy', 'breaker'])
  assert.throws(() => shares.sideOf('b', 'u1'), { code: 'CUT_FEATURE_UNKNOWN' })
})
