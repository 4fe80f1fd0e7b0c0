import assert from 'node:assert/strict'
import { createServer, get, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeEach, test, type TestContext } from 'node:test'
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { createSwitch, type Switch, type SwitchOptions } from 'cutover'
import { eventually } from '../../integration/in-process/serve.ts'
import { parentOf, setUp } from './sdk.ts'

const sdk = setUp()
beforeEach(() => sdk.reset())

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${TRACE}-b7ad6b7169203331-01`

async function origin (t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => { server.close(); server.closeAllConnections() })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const saying = (name: string) => (_: IncomingMessage, response: ServerResponse): void => { response.end(name) }

async function opened (t: TestContext, legacy: unknown, candidate: unknown, further: Partial<SwitchOptions> = {}): Promise<{ readonly app: Switch, readonly url: string }> {
  const app = await createSwitch({ legacy, candidate, features: { v: { routes: ['/v', '/v/*'], share: '100%' } }, journal: false, environment: {}, ...further } as SwitchOptions)
  t.after(async () => await app.close())
  return { app, url: await app.listen({ port: 0 }) }
}

/** The spans of the switch, once there are so many. */
async function spans (count: number): Promise<readonly ReadableSpan[]> {
  const ended = (): readonly ReadableSpan[] => sdk.spans().filter(({ instrumentationScope }) => instrumentationScope.name === 'cutover')
  await eventually(() => ended().length >= count, `${count} spans`)
  assert.equal(ended().length, count)
  return ended()
}

const serverOf = (all: readonly ReadableSpan[]): ReadableSpan => all.find(({ kind }) => kind === SpanKind.SERVER)!
const clientsOf = (all: readonly ReadableSpan[]): ReadableSpan[] => all.filter(({ kind }) => kind === SpanKind.CLIENT)

test('a request has a server span with its decision, and a backend in this process runs inside it', async t => {
  const { url } = await opened(t, saying('legacy'), (_: IncomingMessage, response: ServerResponse) => {
    setImmediate(() => trace.getTracer('app').startActiveSpan('handler', span => {
      span.end()
      response.end('candidate')
    }))
  })
  await (await fetch(`${url}/v/1?token=SECRET`, { headers: { traceparent, 'user-agent': 'test' } })).text()
  const server = serverOf(await spans(1))
  const { port } = new URL(url)
  const { 'cutover.request.id': id, 'network.peer.address': peer, 'client.address': client, ...attributes } = server.attributes
  assert.deepEqual(attributes, {
    'http.request.method': 'GET',
    'url.path': '/v/1',
    'url.scheme': 'http',
    'network.protocol.version': '1.1',
    'server.address': '127.0.0.1',
    'server.port': Number(port),
    'user_agent.original': 'test',
    'http.response.status_code': 200,
    'cutover.backend': 'candidate',
    'cutover.reason': 'share',
    'cutover.feature': 'v'
  })
  assert.deepEqual([server.name, server.status.code, server.spanContext().traceId, parentOf(server), peer, client], ['GET', SpanStatusCode.UNSET, TRACE, 'b7ad6b7169203331', '127.0.0.1', '127.0.0.1'])
  assert.match(String(id), /^\S{8,}$/)
  const handler = sdk.spans().find(({ name }) => name === 'handler')!
  assert.equal(parentOf(handler), server.spanContext().spanId)
  assert.doesNotMatch(JSON.stringify(server.attributes), /SECRET/)
})

test('a forwarded request has a client span, whose traceparent the origin gets, once', async t => {
  let got: IncomingMessage | undefined
  const candidate = await origin(t, (request, response) => {
    got = request
    response.end('candidate')
  })
  const { url } = await opened(t, { origin: await origin(t, saying('legacy')) }, { origin: candidate })
  await (await fetch(`${url}/v?token=SECRET`, { headers: { traceparent, tracestate: 'vendor=1' } })).text()
  const all = await spans(2)
  const [client] = clientsOf(all) as [ReadableSpan]
  assert.equal(parentOf(client), serverOf(all).spanContext().spanId)
  assert.deepEqual({ ...client.attributes }, {
    'http.request.method': 'GET', 'url.full': `${candidate}/v`, 'network.protocol.version': '1.1', 'cutover.backend': 'candidate', 'server.address': '127.0.0.1', 'server.port': Number(new URL(candidate).port), 'http.response.status_code': 200
  })
  assert.equal(got!.headers.traceparent, `00-${TRACE}-${client.spanContext().spanId}-01`)
  assert.equal(got!.headers.tracestate, 'vendor=1')
  assert.equal(got!.rawHeaders.filter(name => name.toLowerCase() === 'traceparent').length, 1)
})

for (const kind of ['origins', 'in process'] as const) {
  test(`${kind}: a fallback is an event, and the span ends on legacy`, async t => {
    const failing = (_: IncomingMessage, response: ServerResponse): void => { response.writeHead(503).end() }
    const { url } = kind === 'origins'
      ? await opened(t, { origin: await origin(t, saying('legacy')) }, { origin: await origin(t, failing) })
      : await opened(t, saying('legacy'), failing)
    assert.equal(await (await fetch(`${url}/v`)).text(), 'legacy')
    const all = await spans(kind === 'origins' ? 3 : 1)
    const server = serverOf(all)
    assert.deepEqual(server.events.map(({ name, attributes }) => ({ name, ...attributes })), [{ name: 'cutover.fallback', 'cutover.fallback.cause': 'status', 'http.response.status_code': 503 }])
    assert.deepEqual([server.attributes['cutover.backend'], server.attributes['cutover.fallback.cause'], server.attributes['http.response.status_code'], server.status.code], ['legacy', 'status', 200, SpanStatusCode.UNSET])
    if (kind === 'origins') {
      assert.deepEqual(clientsOf(all).map(({ attributes, status }) => [attributes['cutover.backend'], attributes['error.type'], status.code]), [['candidate', '503', SpanStatusCode.ERROR], ['legacy', undefined, SpanStatusCode.UNSET]])
    }
  })
}

test('an origin that cannot be reached, and one that breaks off, are errors', async t => {
  const closed = createServer()
  await new Promise<void>(resolve => closed.listen(0, '127.0.0.1', resolve))
  const { port } = closed.address() as AddressInfo
  await new Promise(resolve => closed.close(resolve))
  const breaking = await origin(t, (_, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => response.destroy())
  })
  const { url } = await opened(t, { origin: breaking }, { origin: `http://127.0.0.1:${port}` }, { fallback: { enabled: false } })
  assert.equal((await fetch(`${url}/v`)).status, 502)
  const unreachable = await spans(2)
  assert.deepEqual([clientsOf(unreachable)[0]!.attributes['error.type'], serverOf(unreachable).attributes['error.type'], serverOf(unreachable).status.code], ['unreachable', '502', SpanStatusCode.ERROR])
  sdk.reset()
  await assert.rejects((await fetch(`${url}/unlisted`)).text())
  const broken = await spans(2)
  assert.deepEqual([clientsOf(broken)[0]!.attributes['error.type'], serverOf(broken).attributes['error.type'], serverOf(broken).attributes['http.response.status_code'], serverOf(broken).attributes['cutover.feature']], ['broken', 'broken', 200, undefined])
})

test('a client that leaves ends the spans', async t => {
  let asked = (): void => {}
  const reached = new Promise<void>(resolve => { asked = resolve })
  const { url } = await opened(t, { origin: await origin(t, saying('legacy')) }, { origin: await origin(t, () => asked()) })
  const request = get(`${url}/v`).on('error', () => {})
  await reached
  request.destroy()
  const all = await spans(2)
  assert.deepEqual([serverOf(all).attributes['error.type'], clientsOf(all)[0]!.attributes['error.type'], serverOf(all).attributes['http.response.status_code']], ['aborted', 'aborted', undefined])
})

test('each of many requests at a time has a trace of its own', async t => {
  const ids: string[] = []
  const { url } = await opened(t, saying('legacy'), (_: IncomingMessage, response: ServerResponse) => {
    setTimeout(() => {
      ids.push(trace.getActiveSpan()!.spanContext().spanId)
      response.end()
    }, Math.random() * 5)
  })
  await Promise.all(Array.from({ length: 30 }, async () => await (await fetch(`${url}/v`)).text()))
  const all = await spans(30)
  assert.deepEqual(new Set(all.map(span => span.spanContext().spanId)), new Set(ids))
  assert.equal(new Set(all.map(span => span.spanContext().traceId)).size, 30)
})

test('a span of the application\'s own instrumentation gets the decision, and no second one is made', async t => {
  const { app } = await opened(t, saying('legacy'), { origin: await origin(t, saying('candidate')) })
  const [listener] = app.server.listeners('request') as [RequestListener]
  app.server.removeAllListeners('request')
  app.server.on('request', (request, response) => {
    const span = trace.getTracer('instrumentation').startSpan('GET /v', { kind: SpanKind.SERVER })
    context.with(trace.setSpan(context.active(), span), () => listener(request, response))
    response.once('close', () => span.end())
  })
  const { port } = app.server.address() as AddressInfo
  await (await fetch(`http://127.0.0.1:${port}/v`)).text()
  const [client] = await spans(1)
  await eventually(() => sdk.spans().some(({ name }) => name === 'GET /v'), 'the span of the instrumentation')
  const outer = sdk.spans().find(({ name }) => name === 'GET /v')!
  assert.equal(outer.attributes['cutover.backend'], 'candidate')
  assert.deepEqual([client!.kind, parentOf(client!)], [SpanKind.CLIENT, outer.spanContext().spanId])
})

test('a span around the start of the server is not that of its requests', async t => {
  await trace.getTracer('app').startActiveSpan('boot', async boot => {
    const { url } = await opened(t, saying('legacy'), saying('candidate') as unknown)
    await (await fetch(`${url}/v`)).text()
    const server = serverOf(await spans(1))
    assert.equal(parentOf(server), undefined)
    boot.end()
  })
})

test('a method that somebody made up makes no name and no series', async t => {
  const { url } = await opened(t, saying('legacy'), (request: IncomingMessage, response: ServerResponse) => saying('c')(request, response))
  await new Promise<void>(resolve => get(`${url}/v`, { method: 'PURGE' }, response => { response.resume().on('end', resolve) }))
  const server = serverOf(await spans(1))
  assert.deepEqual([server.name, server.attributes['http.request.method'], server.attributes['http.request.method_original']], ['HTTP', '_OTHER', 'PURGE'])
})

test('with telemetry off there are no spans', async t => {
  const { url } = await opened(t, saying('legacy'), (request: IncomingMessage, response: ServerResponse) => saying('c')(request, response), { telemetry: 'off' })
  await (await fetch(`${url}/v`)).text()
  assert.equal(sdk.spans().length, 0)
})
