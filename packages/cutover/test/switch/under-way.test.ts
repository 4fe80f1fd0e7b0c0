import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BackendName } from '../../src/config/target.ts'
import { Deadline, Deadlines } from '../../src/switch/deadlines.ts'
import { UnderWay, type Awaited } from '../../src/switch/under-way.ts'
import { until } from '../fixtures/wire/until.ts'

const feature = (state = 'closed') => ({ breaker: { state } })
const decided = (backend: BackendName, reason = 'share', state?: string) => ({ backend, reason, feature: feature(state) })
const asked = (backend: BackendName, startedAt: number, settled = false): Awaited => ({ decision: decided(backend), startedAt, settled })

test('only what the share decided while the breaker was closed says how the share splits', () => {
  const underWay = new UnderWay()
  for (const each of [decided('candidate'), decided('legacy'), decided('candidate', 'pinned'), decided('legacy', 'breaker', 'open'), decided('legacy', 'share', 'open'), decided('candidate', 'forced')]) {
    underWay.began({ decision: each, startedAt: 0, settled: false }, each)
  }
  assert.deepEqual(underWay.drawnTo, { legacy: 1, candidate: 1 })
  assert.equal(underWay.size, 5, 'what a tester forces is not looked at')
})

test('ages are those of one backend, of what has no whole answer', () => {
  const underWay = new UnderWay()
  for (const response of [asked('candidate', 10), asked('candidate', 30), asked('legacy', 0), asked('candidate', 0, true)]) underWay.began(response, decided(response.decision!.backend))
  assert.deepEqual(underWay.agesMs('candidate', 50), [40, 20])
  assert.deepEqual(underWay.agesMs('legacy', 50), [50])
  underWay.forget()
  assert.deepEqual(underWay.agesMs('candidate', 50), [])
})

test('what the candidate owes is given to legacy once it is so old, each once, and only what may be', async t => {
  const deadlines = new Deadlines(60_000)
  t.after(() => deadlines.close())
  const missed: string[] = []
  const underWay = new UnderWay()
  const begin = (name: string, startedAt: number, { mayFallBack = true, settled = false, armed = true } = {}): void => {
    const response = asked('candidate', startedAt, settled)
    const deadline = Deadline.for(name, name => { missed.push(name) })
    if (armed) deadlines.add(deadline)
    underWay.began(response, decided('candidate'))
    if (mayFallBack) underWay.mayFallBack(response, deadline)
  }
  const now = performance.now()
  begin('old', now - 1_000)
  begin('answering', now - 1_000, { armed: false })
  begin('settled', now - 1_000, { settled: true })
  begin('a write', now - 1_000, { mayFallBack: false })
  begin('young', now)
  underWay.recall(300)
  await until(() => missed.length > 0, 'nothing was given to legacy')
  // The machine may have been away for a while, but then for both.
  if (performance.now() - now < 250) assert.deepEqual(missed, ['old'])
  await until(() => missed.includes('young'), 'the young one was not given to legacy in its time')
  assert.ok(performance.now() - now >= 300)
  assert.deepEqual(missed, ['old', 'young'])
})
