import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as ask, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import type { StatusResponse } from '../../src/config/admin-api.ts'
import { createAdminServer, type AdminOptions } from '../../src/dashboard/admin-server.ts'
import { memoryControl } from './memory-control.ts'

const token = 'correct-horse-battery-staple'
const bearer = { authorization: `Bearer ${token}` }
const status = { pid: 42, version: '0.1.0' } as StatusResponse

interface Asked {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

async function setUp (t: TestContext, changed: Partial<AdminOptions> = {}) {
  const control = memoryControl()
  const logged: string[] = []
  const server = await createAdminServer({
    control, token, host: '127.0.0.1', port: 0, status: () => status, metricsText: () => '# HELP a b\n', log: ({ level, message }) => { logged.push(`${level} ${message}`) }, ...changed
  })
  t.after(() => server.close())
  const answers: string[] = []
  const call = async (path: string, { method = 'GET', headers = bearer, body }: Asked = {}): Promise<{ status: number, headers: IncomingHttpHeaders, body: any }> => {
    const sent = typeof body === 'string' ? body : JSON.stringify(body)
    const request = ask(server.url + path, { method, headers: { ...(sent === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }), ...headers }, agent: false })
    request.end(sent)
    const [response] = await once(request, 'response')
    const content = await text(response)
    answers.push(content, JSON.stringify(response.headers))
    return { status: response.statusCode, headers: response.headers, body: /json/.test(response.headers['content-type'] ?? '') ? JSON.parse(content) : content }
  }
  return { server, control, logged, answers, call }
}

const everything: ReadonlyArray<[method: string, path: string]> = [
  ['GET', '/api/status'], ['PUT', '/api/features/vehicles/share'], ['POST', '/api/rollback'], ['GET', '/api/journal'], ['POST', '/api/explain'],
  ['GET', '/metrics'], ['GET', '/nowhere'], ['DELETE', '/api/status'], ['POST', '/healthz'], ['GET', '/healthz/'], ['GET', '/']
]

for (const [how, headers] of [
  ['no token', {}],
  ['a wrong token of the right length', { authorization: `Bearer ${token.replace('c', 'd')}` }],
  ['a token that is too short', { authorization: 'Bearer c' }],
  ['a token that is too long', { authorization: `Bearer ${token}x` }],
  ['an empty token', { authorization: 'Bearer ' }],
  ['the token under another scheme', { authorization: `Basic ${token}` }],
  ['the token twice', { authorization: `Bearer ${token} ${token}` }]
] as ReadonlyArray<[string, Record<string, string>]>) {
  test(`${how} opens nothing`, async t => {
    const { call, control } = await setUp(t)
    for (const [method, path] of everything) {
      const { status, body, headers: answered } = await call(path, { method, headers, body: method === 'GET' ? undefined : { share: '100%' } })
      assert.equal(status, 401, `${method} ${path}`)
      assert.equal(body.code, 'CUT_ADMIN_TOKEN')
      assert.match(answered['www-authenticate']!, /^Bearer/)
    }
    assert.deepEqual(control.changes, [])
  })
}

test('health needs no token and says no more than that', async t => {
  const { call } = await setUp(t)
  const { status, body } = await call('/healthz', { headers: {} })
  assert.deepEqual([status, body], [200, { status: 'ok' }])
})

test('status and metrics are told, and never stored', async t => {
  const { call } = await setUp(t)
  const told = await call('/api/status')
  assert.deepEqual(told.body, status)
  assert.equal(told.headers['cache-control'], 'no-store')
  assert.equal(told.headers['access-control-allow-origin'], undefined)
  const metrics = await call('/metrics')
  assert.equal(metrics.body, '# HELP a b\n')
  assert.equal(metrics.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
})

test('a share is set with who and why, and answers the change', async t => {
  const { call, control } = await setUp(t)
  const put = (body: unknown) => call('/api/features/vehicles/share', { method: 'PUT', body })
  const first = await put({ share: '12.5%', who: 'cli:alice', why: 'looks good' })
  assert.deepEqual([first.status, first.body], [200, control.changes[0]])
  assert.deepEqual(control.changes[0], { at: '2026-01-02T03:04:05.678Z', kind: 'share', feature: 'vehicles', from: 0, to: 1250, who: 'cli:alice', why: 'looks good' })
  assert.equal((await put({ share: '25' })).body.to, 2500)
  assert.deepEqual([control.changes[1]!.who, control.changes[1]!.why], ['admin', ''])
})

test('a share that is none is refused with what is one', async t => {
  const { call, control } = await setUp(t)
  for (const share of ['', '101%', '-1', '1.234%', 'half', '25 %']) {
    const { status, body } = await call('/api/features/vehicles/share', { method: 'PUT', body: { share } })
    assert.equal(status, 400, share)
    assert.equal(body.code, 'CUT_SHARE_INVALID')
    assert.match(body.message, /Use a percentage from 0% to 100%/)
  }
  assert.deepEqual(control.changes, [])
})

test('a body that is not what was asked for is refused with the place', async t => {
  const { call, control } = await setUp(t)
  const cases: Array<[string, string, unknown, RegExp]> = [
    ['PUT', '/api/features/vehicles/share', {}, /share/], ['PUT', '/api/features/vehicles/share', { share: 25 }, /share must be string/],
    ['PUT', '/api/features/vehicles/share', { share: '25%', wyh: 'typo' }, /additional properties/], ['PUT', '/api/features/vehicles/share', undefined, /body must be object/],
    ['PUT', '/api/features/vehicles/share', { share: '1%', why: 'x'.repeat(1001) }, /why must NOT have more than 1000/],
    ['PUT', '/api/features/vehicles/share', '{"share":', /JSON/], ['POST', '/api/rollback', { feature: '' }, /feature/], ['POST', '/api/rollback', [], /object/],
    ['POST', '/api/explain', { method: 'GET', url: 'http://x/' }, /url/], ['POST', '/api/explain', { method: 'G T', url: '/' }, /method/]
  ]
  for (const [method, path, body, message] of cases) {
    const answer = await call(path, { method, body })
    assert.equal(answer.status, 400, JSON.stringify(body))
    assert.equal(answer.body.code, 'CUT_BAD_REQUEST')
    assert.match(answer.body.message, message)
    assert.deepEqual(Object.keys(answer.body), ['code', 'message'])
  }
  assert.deepEqual(control.changes, [])
})

test('an unknown feature is answered with the one that was meant', async t => {
  const { call } = await setUp(t)
  for (const [method, path, body] of [['PUT', '/api/features/vehicels/share', { share: '1%' }], ['POST', '/api/rollback', { feature: 'vehicels' }]] as const) {
    const answer = await call(path, { method, body })
    assert.equal(answer.status, 404)
    assert.equal(answer.body.code, 'CUT_FEATURE_UNKNOWN')
    assert.match(answer.body.message, /Did you mean "vehicles"\? Features: health, vehicles/)
  }
})

test('one feature or all are rolled back', async t => {
  const { call } = await setUp(t)
  const roll = async (body: unknown) => (await call('/api/rollback', { method: 'POST', body })).body.map((change: { feature: string }) => change.feature)
  assert.deepEqual(await roll({ feature: 'health', why: 'errors' }), ['health'])
  assert.deepEqual(await roll({}), ['health', 'vehicles'])
})

test('what goes to the journal is one harmless line', async t => {
  const { call, control } = await setUp(t)
  await call('/api/rollback', { method: 'POST', body: { feature: 'health', who: ' eve\r\n\u001b[31m', why: 'a\u0000b\u202Ec\u2028d' } })
  assert.deepEqual([control.changes[0]!.who, control.changes[0]!.why], ['eve [31m', 'a b c d'])
  await call('/api/rollback', { method: 'POST', body: { feature: 'health', who: '\n\n' } })
  assert.equal(control.changes[1]!.who, 'admin')
})

test('the journal is told up to a limit', async t => {
  const { call, control } = await setUp(t)
  for (let share = 1; share <= 60; share++) await control.setShare('vehicles', share, { who: 'test', why: '' })
  assert.equal((await call('/api/journal')).body.length, 50)
  assert.deepEqual((await call('/api/journal?limit=2')).body.map((change: { to: number }) => change.to), [59, 60])
  for (const limit of ['0', '-1', '1001', 'all', '1e2', '', '1&limit=2']) {
    assert.equal((await call(`/api/journal?limit=${limit}`)).status, 400, limit)
  }
})

test('a request is explained without being sent', async t => {
  const { call, control } = await setUp(t)
  const { status, body } = await call('/api/explain', { method: 'POST', body: { method: 'get', url: '/api/vehicles?x=1', headers: { Authorization: 'Bearer abc' } } })
  assert.deepEqual([status, body], [200, { backend: 'legacy', reason: 'share', feature: 'vehicles', bucket: 17 }])
  assert.deepEqual(control.explained, [{ method: 'GET', url: '/api/vehicles?x=1', headers: { authorization: 'Bearer abc' } }])
})

test('a body over 16 kB is refused', async t => {
  const { call, control } = await setUp(t)
  const answer = await call('/api/explain', { method: 'POST', body: { method: 'GET', url: '/', headers: { a: 'x'.repeat(17_000) } } })
  assert.equal(answer.status, 413)
  assert.deepEqual(answer.body, { code: 'CUT_BODY_TOO_LARGE', message: 'The request body is larger than 16384 bytes.' })
  assert.deepEqual(control.explained, [])
})

test('only names of this machine are answered, whatever the token', async t => {
  const { call, server } = await setUp(t)
  const { port } = new URL(server.url)
  for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', 'localhost@evil.example']) {
    for (const path of ['/api/status', '/healthz']) {
      const { status, body } = await call(path, { headers: { ...bearer, host } })
      assert.deepEqual([status, body.code], [403, 'CUT_ADMIN_HOST'], host)
    }
  }
  for (const host of ['localhost', `LOCALHOST:${port}`, '127.0.0.1', `127.0.0.1:${port}`, `[::1]:${port}`, '127.1.2.3']) {
    assert.equal((await call('/api/status', { headers: { ...bearer, host } })).status, 200, host)
  }
})

test('a request that names no host is refused', async t => {
  const { server } = await setUp(t)
  for (const head of ['GET /api/status HTTP/1.0', 'GET /api/status HTTP/1.1\r\nhost: ']) {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.end(`${head}\r\nconnection: close\r\nauthorization: Bearer ${token}\r\n\r\n`)
    assert.match(await text(socket), /^HTTP\/1\.1 403 [^]*CUT_ADMIN_HOST/)
  }
})

test('on every interface addresses are answered, and still no other names', async t => {
  const { call, server } = await setUp(t, { host: '0.0.0.0' })
  assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  assert.equal((await call('/api/status', { headers: { ...bearer, host: '10.0.0.1:80' } })).status, 200)
  assert.equal((await call('/api/status', { headers: { ...bearer, host: 'evil.example' } })).status, 403)
})

test('another method is refused with those that are taken', async t => {
  const { call } = await setUp(t)
  for (const [path, method, allow] of [['/api/status', 'POST', 'GET, HEAD'], ['/api/rollback', 'GET', 'POST'], ['/api/features/vehicles/share', 'DELETE', 'PUT'], ['/metrics', 'OPTIONS', 'GET, HEAD']]) {
    const { status, headers, body } = await call(path!, { method: method! })
    assert.deepEqual([status, headers.allow, body.code], [405, allow, 'METHOD_NOT_ALLOWED'])
  }
})

test('what is not there, or not JSON, is refused in the same shape', async t => {
  const { call } = await setUp(t)
  assert.deepEqual((await call('/api/nowhere')).body, { code: 'NOT_FOUND', message: 'There is no such resource.' })
  const form = await call('/api/rollback', { method: 'POST', headers: { ...bearer, 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=b' })
  assert.deepEqual([form.status, form.body.code], [415, 'UNSUPPORTED_MEDIA_TYPE'])
  const undecodable = await call('/api/features/%E0%A4%A/share', { method: 'PUT', body: { share: '1%' } })
  assert.deepEqual([undecodable.status, undecodable.body.code], [400, 'CUT_BAD_REQUEST'])
})

test('what is not HTTP is closed', async t => {
  const { server } = await setUp(t)
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.end('this is not HTTP\r\n\r\n')
  assert.match(await text(socket), /^HTTP\/1\.1 400 /)
})

test('a failure inside is logged and not told', async t => {
  const { call, logged } = await setUp(t, { status: () => { throw new Error('secret detail') } })
  const { status, body } = await call('/api/status')
  assert.deepEqual([status, body], [500, { code: 'INTERNAL_SERVER_ERROR', message: 'The switch failed to answer this; its log says why.' }])
  assert.match(logged.join(), /error admin: GET \/api\/status failed: Error: secret detail/)
})

test('the token is in no answer and no log, and a refusal is logged once', async t => {
  const { call, answers, logged } = await setUp(t, { status: () => { throw new Error('no') } })
  const wrong = 'wrong-but-maybe-nearly-right'
  for (const [method, path] of everything) {
    for (const secret of [token, wrong]) {
      await call(path, { method, headers: { authorization: `Bearer ${secret}` }, body: method === 'GET' ? undefined : { share: secret.slice(0, 3), [secret]: 1 } })
    }
  }
  await call('/api/rollback', { method: 'POST', body: `{"${token.slice(0, 8)}` })
  assert.equal(logged.filter(line => line.includes('without the right token')).length, 1)
  for (const said of [...answers, ...logged]) {
    assert.ok(!said.includes(token) && !said.includes(wrong), said)
  }
})

test('a port in use is reported with what to do', async t => {
  const { server } = await setUp(t)
  const port = Number(new URL(server.url).port)
  await assert.rejects(setUp(t, { port }), {
    code: 'CUT_ADMIN_PORT', message: `The admin listener cannot listen at 127.0.0.1, port ${port}: it is in use. Free it, set admin.port to another (0 picks a free one), or set admin.enabled to false.`
  })
})

test('closing does not wait for idle connections', async t => {
  const { server } = await setUp(t)
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  await once(socket, 'connect')
  const closed = once(socket, 'close')
  await server.close()
  await closed
})
