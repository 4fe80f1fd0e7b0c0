import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { listenForFaults } from '../../faults/control.ts'
import { createFaults } from '../../faults/faults.ts'

const car = { model: 'Accord', year: 2009, odometer: 187_420 }

async function faultyServer (t: TestContext, takesMs = 0) {
  const faults = createFaults()
  const server = createServer(faults.around((_, response) => {
    setTimeout(() => { response.setHeader('content-type', 'application/json').end(JSON.stringify([car])) }, takesMs)
  })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const control = await listenForFaults(faults, 0)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const controlUrl = `http://127.0.0.1:${(control.address() as AddressInfo).port}`
  t.after(() => {
    faults.become('well')
    for (const each of [server, control]) { each.close(); each.closeAllConnections() }
  })
  return {
    get: (headers: Record<string, string> = {}, signal?: AbortSignal) => fetch(url, { headers, ...(signal && { signal }) }),
    tell: async (kind: string) => await (await fetch(`${controlUrl}/${kind}`, { method: 'POST' })).json() as { at?: number, error?: string },
    seen: async () => await (await fetch(controlUrl)).json() as { pid: number, seen: ReturnType<typeof faults.seen> }
  }
}

test('without a fault the server is itself', async t => {
  const { get } = await faultyServer(t)
  assert.deepEqual(await (await get()).json(), [car])
})

test('it fails, and recovers, when told to', async t => {
  const { get, tell } = await faultyServer(t)
  const { at } = await tell('fail')
  assert.ok(Math.abs(at! - Date.now()) < 10_000)
  assert.equal((await get()).status, 500)
  await tell('well')
  assert.equal((await get()).status, 200)
})

test('it hangs', async t => {
  const { get, tell } = await faultyServer(t)
  await tell('hang')
  await assert.rejects(get({}, AbortSignal.timeout(100)), { name: 'TimeoutError' })
})

test('what it gets wrong is as long as the truth, and of the same types', async t => {
  const { get, tell } = await faultyServer(t)
  await tell('wrong')
  const answer = await get()
  const text = await answer.text()
  assert.deepEqual(JSON.parse(text), [{ ...car, year: 2000 }])
  assert.equal(text.length, JSON.stringify([car]).length)
})

test('it takes ten times as long as it did', async t => {
  const { get, tell } = await faultyServer(t, 20)
  await (await get()).text()
  await tell('slow')
  const from = performance.now()
  assert.deepEqual(await (await get()).json(), [car])
  assert.ok(performance.now() - from >= 190)
  await tell('slow?usual=40')
  const again = performance.now()
  assert.deepEqual(await (await get()).json(), [car])
  assert.ok(performance.now() - again >= 370)
})

test('it leaks, until it is told to stop', async t => {
  const { tell, get } = await faultyServer(t)
  const before = process.memoryUsage().arrayBuffers
  await tell('leak')
  while (process.memoryUsage().arrayBuffers < before + 40_000_000) await new Promise(resolve => setTimeout(resolve, 20))
  assert.equal((await get()).status, 200)
})

test('requests of clients, of shadowing and of health checks are told apart', async t => {
  const { get, seen } = await faultyServer(t)
  await get()
  await get({ 'x-cutover-shadow': '1' })
  await get({ 'user-agent': 'cutover-health' })
  await get()
  const { pid, seen: { live, shadow, health } } = await seen()
  assert.equal(pid, process.pid)
  assert.deepEqual([live.count, shadow.count, health.count], [2, 1, 1])
  assert.ok(live.lastAt >= health.lastAt)
})

test('it does not know other faults', async t => {
  const { tell } = await faultyServer(t)
  assert.match((await tell('explode')).error!, /\/fail/)
})
