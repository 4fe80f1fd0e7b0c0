import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../integration/in-process/serve.ts'
import { moody, readingThat, watchedSwitch } from './watched-switch.ts'

const cause = { who: 'test', why: 'because' }
const rollout = { gates: { p95: { below: '50ms' } } }

for (const origins of [false, true]) {
  const where = origins ? 'as origins' : 'in process'

  test(`${where}: what the candidate failed counts against it, though its clients got legacy's answer`, async t => {
    const candidate = moody()
    const { ask, source, read } = await watchedSwitch(t, candidate, { origins, rollout })
    source.watch('x')
    assert.equal(await ask(), 'candidate')
    candidate.mood = 'fail'
    assert.equal(await ask(), 'legacy')
    await ask('/x', { method: 'POST', body: 'a write' })
    const { sides, drawnTo } = await readingThat(read, ({ sides }) => sides.candidate.requests === 3 && sides.legacy.requests === 1)
    assert.deepEqual([sides.candidate.failures, sides.candidate.fallbacks, sides.legacy.failures], [2, 1, 0])
    assert.deepEqual(drawnTo, { legacy: 0, candidate: 3 })
  })

  test(`${where}: a hanging request is over its bound long before it ends, and is not counted twice when legacy answers it`, async t => {
    const candidate = moody()
    const { ask, source, read, app, events } = await watchedSwitch(t, candidate, { origins, rollout })
    source.watch('x')
    await ask()
    candidate.mood = 'hang'
    const answers = [ask(), ask()]
    const hanging = await readingThat(read, ({ sides }) => sides.candidate.latencies.over(50) === 2)
    assert.equal(hanging.sides.candidate.requests, 3)
    assert.equal(hanging.sides.candidate.failures, 0)
    await app.control.rollback('x', cause)
    assert.deepEqual(await Promise.all(answers), ['legacy', 'legacy'], 'they do not wait for the 30 s of timeouts.firstByte')
    const after = await readingThat(read, ({ sides }) => sides.candidate.failures === 2 && sides.legacy.requests === 2)
    assert.equal(after.sides.candidate.requests, 3)
    assert.equal(after.sides.candidate.latencies.over(50), 2)
    assert.equal(after.sides.candidate.fallbacks, 2)
    const { underWay } = app.parts.routing.features.get('x')!
    await eventually(() => underWay!.size === 0, 'nothing under way')
    assert.ok(events.some(line => line.includes('no answer began in time')))
  })

  test(`${where}: a write that hangs is never sent to legacy, rolled back or not`, async t => {
    const candidate = moody()
    candidate.mood = 'hang'
    const { url, source, read, app } = await watchedSwitch(t, candidate, { origins, rollout })
    source.watch('x')
    const write = fetch(`${url}/x`, { method: 'POST', body: 'a write' })
    const read1 = fetch(`${url}/x`)
    await eventually(() => candidate.waiting.length === 2, 'both at the candidate')
    await app.control.rollback('x', cause)
    assert.equal(await (await read1).text(), 'legacy')
    const { sides } = await readingThat(read, ({ sides }) => sides.candidate.fallbacks === 1)
    assert.equal(sides.legacy.requests, 1)
    const written = candidate.waiting.find(response => response.req.method === 'POST')!
    written.end('written')
    assert.equal(await (await write).text(), 'written')
  })

  test(`${where}: an answer that has begun is left to the candidate`, async t => {
    const candidate = moody()
    candidate.mood = 'hang'
    const { url, source, app } = await watchedSwitch(t, candidate, { origins, rollout })
    source.watch('x')
    const answers = [fetch(`${url}/x`), fetch(`${url}/x`)]
    await eventually(() => candidate.waiting.length === 2, 'both at the candidate')
    candidate.waiting[0]!.write('begun, ')
    const begun = await Promise.race(answers)
    await app.control.rollback('x', cause)
    const [one, other] = await Promise.all(answers)
    assert.equal(await (begun === one ? other : one)!.text(), 'legacy')
    candidate.waiting[0]!.end('ended')
    assert.equal(await begun.text(), 'begun, ended')
  })
}

test('a client that gave up on a hanging candidate stays counted', async t => {
  const candidate = moody()
  candidate.mood = 'hang'
  const { url, source, read } = await watchedSwitch(t, candidate, { rollout })
  source.watch('x')
  const leaving = new AbortController()
  const left = fetch(`${url}/x`, { signal: leaving.signal }).catch(() => 'left')
  await readingThat(read, ({ sides }) => sides.candidate.latencies.over(50) === 1)
  leaving.abort()
  assert.equal(await left, 'left')
  await eventually(() => candidate.waiting[0]!.destroyed, 'the end of the connection')
  const { sides } = read()
  assert.deepEqual([sides.candidate.requests, sides.candidate.failures, sides.candidate.latencies.over(50)], [1, 0, 1])
})

test('draws are counted for as long as somebody watches, and their totals go on in the next watch', async t => {
  const { ask, source, read, app } = await watchedSwitch(t, moody(), { rollout })
  await ask()
  assert.deepEqual(read().drawnTo, { legacy: 0, candidate: 0 })
  const [one, other] = [source.watch('x'), source.watch('x')]
  await ask()
  one()
  one()
  await ask()
  assert.deepEqual(read().drawnTo, { legacy: 0, candidate: 2 })
  other()
  await ask()
  assert.equal(app.parts.routing.features.get('x')!.underWay, undefined)
  source.watch('x')
  await app.control.setShare('x', 0, cause)
  await ask()
  assert.deepEqual(read().drawnTo, { legacy: 1, candidate: 2 })
})

test('what the breaker diverts is no draw, and neither is anything while it is open', async t => {
  const candidate = moody()
  candidate.mood = 'fail'
  const { ask, source, read } = await watchedSwitch(t, candidate, { breaker: { failures: 2 }, rollout })
  source.watch('x')
  for (let i = 0; i < 6; i++) await ask()
  const { drawnTo, breaker } = read()
  assert.equal(breaker, 'open')
  assert.deepEqual(drawnTo, { legacy: 0, candidate: 2 })
})

test('what a tester forces is no evidence', async t => {
  const candidate = moody()
  const secret = 'a-secret-of-the-test'
  const { ask, source, read } = await watchedSwitch(t, candidate, { force: { secret }, rollout })
  source.watch('x')
  candidate.mood = 'fail'
  await ask('/x', { headers: { 'x-cutover-backend': `candidate ${secret}` } })
  await ask('/x', { headers: { 'x-cutover-backend': `legacy ${secret}` } })
  candidate.mood = 'well'
  await ask()
  const { sides, drawnTo } = await readingThat(read, ({ sides }) => sides.candidate.requests > 0)
  assert.deepEqual([sides.candidate.requests, sides.candidate.failures, sides.legacy.requests], [1, 0, 0])
  assert.deepEqual(drawnTo, { legacy: 0, candidate: 1 })
})

test('a sticky feature is not drawn request by request, and an unknown one has no reading', async t => {
  const { source, read } = await watchedSwitch(t, moody(), { features: { x: { routes: ['/x'], stickyBy: 'header:x-user' } } })
  assert.equal(read().drawn, false)
  assert.equal(source.read('y'), undefined)
  source.watch('y')()
})

test('without metrics nothing can be known', async t => {
  const { source } = await watchedSwitch(t, moody(), { metrics: false })
  assert.equal(source.read('x'), undefined)
})

test('both sides in this process have its memory, its time and its delays', async t => {
  const { source, read } = await watchedSwitch(t, moody())
  assert.equal(read().processes.candidate, undefined)
  const release = source.watch('x')
  const { processes } = await readingThat(read, ({ processes }) => processes.candidate !== undefined)
  assert.equal(processes.candidate!.pid, process.pid)
  assert.ok(processes.candidate!.residentBytes! > 10_000_000)
  assert.ok(processes.candidate!.cpuSeconds! > 0)
  release()
  assert.equal(read().processes.candidate, undefined)
})
