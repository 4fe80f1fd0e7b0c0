import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { resolveConfig } from '../../../src/config/resolve.ts'
import { assembleSwitch } from '../../../src/library/assemble.ts'
import { Dispatcher } from '../../../src/switch/dispatcher.ts'
import { memoryJournal } from '../../../src/switch/journal.ts'
import { createSwitch } from 'cutover'
import { SpanKind } from '@opentelemetry/api'
import { eventually } from '../../integration/in-process/serve.ts'
import { setUp } from './sdk.ts'

const plain = (_: IncomingMessage, response: ServerResponse): void => { response.end() }
const options = { legacy: plain, candidate: (request: IncomingMessage, response: ServerResponse) => plain(request, response), features: { v: { routes: ['/v'], share: '100%' } } }

test('without an SDK nothing is hooked in, unless the config says so', async t => {
  const traced = t.mock.method(Dispatcher.prototype, 'trace')
  const assembled = async (telemetry: 'auto' | 'opentelemetry') => {
    const parts = await assembleSwitch({ settings: resolveConfig({ ...options, telemetry }, { folder: process.cwd() }), targets: { legacy: { kind: 'listener', request: plain, acceptsUpgrade: () => false, upgrade: () => {} }, candidate: { kind: 'listener', request: plain, acceptsUpgrade: () => false, upgrade: () => {} } }, journal: memoryJournal(), log: () => {}, env: {} })
    await parts.close()
    return traced.mock.callCount()
  }
  assert.equal(await assembled('auto'), 0)
  assert.equal(await assembled('opentelemetry'), 1)
})

test('without an SDK a client\'s traceparent goes on to the origin as it came', async t => {
  for (const telemetry of ['auto', 'opentelemetry'] as const) {
    let got: string[] = []
    const server = createServer((request, response) => {
      got = request.rawHeaders
      response.end()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    t.after(() => { server.close(); server.closeAllConnections() })
    const app = await createSwitch({ ...options, candidate: { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, telemetry, journal: false, environment: {} })
    t.after(async () => await app.close())
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await (await fetch(`${await app.listen({ port: 0 })}/v`, { headers: { traceparent } })).text()
    assert.equal(got[got.findIndex(name => name.toLowerCase() === 'traceparent') + 1], traceparent, telemetry)
  }
})

test('an SDK that is set up after the switch has opened is used where the config says so, and no header comes twice', async t => {
  let got: string[] = []
  const server = createServer((request, response) => {
    got = request.rawHeaders.map(text => text.toLowerCase())
    response.end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => { server.close(); server.closeAllConnections() })
  const app = await createSwitch({ ...options, candidate: { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, telemetry: 'opentelemetry', journal: false, environment: {} })
  t.after(async () => await app.close())
  const url = await app.listen({ port: 0 })
  const sdk = setUp()
  await (await fetch(`${url}/v`, { headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } })).text()
  await eventually(() => sdk.spans().length === 2, 'two spans')
  assert.equal(got.filter(name => name === 'traceparent').length, 1)
  const client = sdk.spans().find(({ kind }) => kind === SpanKind.CLIENT)!
  assert.equal(got[got.indexOf('traceparent') + 1], `00-0af7651916cd43dd8448eb211c80319c-${client.spanContext().spanId}-01`)
})
