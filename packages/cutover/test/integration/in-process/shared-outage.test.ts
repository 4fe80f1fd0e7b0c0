import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Listener } from './behaviours.ts'
import { running } from './serve.ts'

const answers = (failing: () => boolean): Listener => (request, response) => {
  request.resume()
  response.statusCode = failing() ? 503 : 200
  response.end()
}

for (const [name, share] of [['at half of the traffic', '50%'], ['at all of it', '100%']] as const) {
  test(`writes that fail on both sides stay where they are ${name}, and leave the candidate once legacy is well`, async t => {
    const down = { legacy: true, candidate: true }
    const { app, url } = await running(t, answers(() => down.legacy), answers(() => down.candidate), { features: { x: { routes: ['/x'], share } } })
    const send = async (): Promise<string | null> => (await fetch(`${url}/x`, { method: 'POST', body: 'x' })).headers.get('x-routed-to')
    const where = { legacy: 0, candidate: 0 }
    for (let count = 0; count < 120; count++) where[await send() as 'legacy']++
    assert.equal(app.status().features[0]!.breaker, 'closed')
    assert.ok(where.candidate >= (share === '100%' ? 110 : 30), JSON.stringify(where))
    down.legacy = false
    if (share === '100%') return // it is asked again when its last word is old: the unit test waits for that
    for (let count = 0; count < 60; count++) await send()
    assert.equal(app.status().features[0]!.breaker, 'open')
  })
}

test('writes that the candidate alone fails leave it after ten', async t => {
  const { app, url } = await running(t, answers(() => false), answers(() => true))
  const where: Array<string | null> = []
  for (let count = 0; count < 20; count++) where.push((await fetch(`${url}/x`, { method: 'POST', body: 'x' })).headers.get('x-routed-to'))
  assert.deepEqual(where, [...new Array<string>(10).fill('candidate'), ...new Array<string>(10).fill('legacy')])
  assert.equal(app.status().features[0]!.breaker, 'open')
})
