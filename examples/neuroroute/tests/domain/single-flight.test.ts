import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createSingleFlight } from '../../domain/single-flight.ts'

interface Start {
  readonly abandoned: AbortSignal
  land (value: string): void
  crash (error: Error): void
}

/** A flight's beginnings, in their order, each to be ended by the test. */
function airport () {
  const starts: Start[] = []
  const flights = createSingleFlight<string>()
  const begin = (abandoned: AbortSignal): Promise<string> => new Promise((resolve, reject) => {
    starts.push({ abandoned, land: resolve, crash: reject })
  })
  return { starts, flights, join: (key: string, left: AbortSignal = new AbortController().signal) => flights.join(key, begin, left) }
}

describe('a single flight', () => {
  test('is begun once for all who ask the same, and is the first one\'s own', async () => {
    const { starts, join } = airport()
    const landings = ['a', 'a', 'b', 'a'].map(key => join(key))
    assert.equal(starts.length, 2)
    starts[0]!.land('one')
    starts[1]!.land('two')
    assert.deepEqual(await Promise.all(landings), [{ value: 'one', first: true }, { value: 'one', first: false }, { value: 'two', first: true }, { value: 'one', first: false }])
  })

  test('begins anew for whoever asks after it has landed, or crashed', async () => {
    const { starts, join } = airport()
    const one = join('a')
    starts[0]!.crash(new Error('lost'))
    await assert.rejects(one, /lost/)
    const two = join('a')
    assert.equal(starts.length, 2)
    starts[1]!.land('x')
    await two
    const three = join('a')
    assert.equal(starts.length, 3)
    starts[2]!.land('y')
    assert.equal((await three).value, 'y')
  })

  test('goes on when some of those who wait leave, the first one too; the next is then the first', async () => {
    const { starts, join } = airport()
    const leaving = new AbortController()
    const gone = join('a', leaving.signal)
    const stays = join('a')
    leaving.abort(new Error('left'))
    await assert.rejects(gone, /left/)
    assert.equal(starts[0]!.abandoned.aborted, false)
    starts[0]!.land('x')
    assert.deepEqual(await stays, { value: 'x', first: true })
  })

  test('is abandoned when all have left, and nobody can join it any more', async () => {
    const { starts, join } = airport()
    const leaving = new AbortController()
    const gone = [join('a', leaving.signal), join('a', leaving.signal)]
    leaving.abort(new Error('left'))
    for (const one of gone) await assert.rejects(one, /left/)
    assert.equal(starts[0]!.abandoned.aborted, true)
    const next = join('a')
    assert.equal(starts.length, 2)
    starts[0]!.crash(new Error('aborted'))
    starts[1]!.land('x')
    assert.equal((await next).value, 'x')
  })

  test('is not joined by those who ask after what it answers was forgotten', async () => {
    const { starts, flights, join } = airport()
    const before = join('a')
    flights.clear()
    const after = join('a')
    starts[0]!.land('old')
    starts[1]!.land('new')
    assert.deepEqual([(await before).value, (await after).value], ['old', 'new'])
  })

  test('does not begin for a client who has left already', async () => {
    const { starts, join } = airport()
    await assert.rejects(join('a', AbortSignal.abort(new Error('left'))), /left/)
    assert.equal(starts.length, 0)
  })
})
