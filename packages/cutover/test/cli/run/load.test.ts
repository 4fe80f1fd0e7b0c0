import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { chooseScenario } from '../../../src/cli/run/load/choose.ts'
import { startLoad } from '../../../src/cli/run/load/load.ts'
import type { LoadScenario, LoadTask } from '../../../src/cli/run/load/protocol.ts'
import { until } from '../../fixtures/wire/until.ts'
import type { Step } from '../../../src/parity/scenario/scenario.ts'

const scenario = (name: string, features: Readonly<Record<string, number>>, steps: readonly Step[] = [{ request: 'GET /' }]): LoadScenario => ({ scenario: { name, steps }, features })

async function serve (t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function task (origin: string, scenarios: readonly LoadScenario[], clients = 2): LoadTask {
  return { origin, work: { kind: 'scenarios', scenarios }, clients, pauseMs: 1, timeoutMs: 2_000 }
}

test('most turns go to the feature in focus, the likelier the more of the steps ask it; the others keep theirs', () => {
  const all = [scenario('a', { x: 1 }), scenario('b', { x: 0.25, y: 0.75 }), scenario('c', { z: 1 })]
  let seed = 1
  const random = (): number => (seed = seed * 48271 % 2147483647) / 2147483647
  const counts: Record<string, number> = {}
  for (let turn = 0; turn < 10_000; turn++) {
    const { name } = chooseScenario(all, 'x', random)!.scenario
    counts[name] = (counts[name] ?? 0) + 1
  }
  // 0.7 in focus, split 4 to 1, and a third of the rest each.
  for (const [name, part] of [['a', 0.66], ['b', 0.24], ['c', 0.1]] as const) assert.ok(Math.abs(counts[name]! / 10_000 - part) < 0.02, `${name}: ${counts[name]}`)
  assert.equal(chooseScenario(all, 'nothing asks this', () => 0)?.scenario.name, 'a')
  assert.equal(chooseScenario([], 'x', () => 0), undefined)
})

test('clients count what fails, what is otherwise than expected, and what cannot be sent', { timeout: 60_000 }, async t => {
  const origin = await serve(t, (request, response) => {
    response.statusCode = request.url === '/fails' ? 500 : 200
    response.setHeader('x-routed-to', request.url === '/wrong' ? 'candidate' : 'legacy')
    response.end('{"year":2004}')
  })
  const load = await startLoad(task(origin, [
    scenario('fails', {}, [{ request: 'GET /fails' }]),
    scenario('wrong', {}, [{ request: 'GET /wrong', expect: { json: { '/year': 2003 } } }]),
    scenario('right', {}, [{ request: 'GET /right', expect: { status: 200, json: { '/year': 2004 } }, capture: { id: '/id' } }, { request: 'GET /lost', headers: { id: '${id}' } }]) // eslint-disable-line no-template-curly-in-string
  ]))
  t.after(async () => { await load.stop() })
  await until(() => load.tally.failed > 0 && load.tally.unexpected > 0 && load.tally.unsent > 0, 'not all is counted', 30_000)
  const tally = await load.stop()
  assert.equal(tally.candidate, tally.unexpected)
  assert.ok(tally.requests > tally.failed + tally.unexpected)
  assert.ok(tally.examples.includes('GET /fails: answered 500') && tally.examples.includes('GET /wrong: 2003 was expected at /year, 2004 came'), tally.examples.join('\n'))
  assert.equal(load.broken, undefined)
})

test('each client has a number of its own, where a scenario asks for one', { timeout: 60_000 }, async t => {
  const seen = new Set<string>()
  const origin = await serve(t, (request, response) => {
    seen.add(request.url!)
    response.end()
  })
  const load = await startLoad(task(origin, [{ scenario: { name: 'own', let: { client: '0' }, steps: [{ request: 'GET /${client}' }] }, features: {} }], 3)) // eslint-disable-line no-template-curly-in-string
  t.after(async () => { await load.stop() })
  await until(() => seen.size >= 3, () => `only ${[...seen].join(' ')} were asked`, 20_000)
  await load.stop()
  assert.deepEqual([...seen].sort(), ['/0', '/1', '/2'])
})

test('an origin that is gone is a failure of each request, not of the clients', { timeout: 60_000 }, async t => {
  const load = await startLoad(task('http://127.0.0.1:1', [scenario('any', {})]))
  t.after(async () => { await load.stop() })
  await until(() => load.tally.failed > 0, 'nothing failed', 30_000)
  const { requests, failed } = await load.stop()
  assert.equal(failed, requests)
})

test('a recording that is not there is refused', { timeout: 60_000 }, async () => {
  await assert.rejects(startLoad({ ...task('http://127.0.0.1:1', []), work: { kind: 'recording', path: '/nowhere', headers: {}, secrets: {} } }), { code: 'CUT_RECORDING_NOT_FOUND' })
})
