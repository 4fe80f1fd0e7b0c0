import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Places } from '../../external/concurrency.ts'

const stays = (): AbortSignal => new AbortController().signal

describe('places', () => {
  test('are taken in the order of asking, and by no more than there are', async () => {
    const places = new Places(2)
    const [first, second] = [await places.take(0, stays()), await places.take(0, stays())]
    const order: string[] = []
    const third = places.take(60_000, stays()).then(release => { order.push('third'); return release })
    const fourth = places.take(60_000, stays()).then(release => { order.push('fourth'); return release })
    assert.equal(places.taken, 2)
    second!()
    ;(await third)!()
    const last = await fourth
    assert.deepEqual(order, ['third', 'fourth'])
    assert.equal(places.taken, 2)
    last!()
    first!()
    assert.equal(places.taken, 0)
  })

  test('are given back once, however often that is said', async () => {
    const places = new Places(1)
    const release = await places.take(0, stays())
    release!()
    release!()
    assert.equal(places.taken, 0)
    const again = await places.take(0, stays())
    release!()
    assert.equal(places.taken, 1)
    again!()
  })

  test('are not waited for longer than allowed, and whoever gave up takes none', async () => {
    const places = new Places(1)
    const release = await places.take(0, stays())
    assert.equal(await places.take(1, stays()), null)
    release!()
    assert.equal(places.taken, 0)
  })

  test('go to the next when who waits for one leaves', async () => {
    const places = new Places(1)
    const release = await places.take(0, stays())
    const leaving = new AbortController()
    const left = places.take(60_000, leaving.signal)
    const next = places.take(60_000, stays())
    const reason = new Error('left')
    leaving.abort(reason)
    await assert.rejects(left, error => error === reason)
    await assert.rejects(places.take(0, leaving.signal), error => error === reason)
    release!()
    ;(await next)!()
    assert.equal(places.taken, 0)
  })
})
