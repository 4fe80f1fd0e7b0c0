import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test, type TestContext } from 'node:test'
import { client, eventually, get, header, type Options, running, type Running } from './serve.ts'

const cause = { who: 'test', why: 'because' }
const good = () => (_: unknown, response: ServerResponse): void => { response.end('ok') }

async function asking (t: TestContext, made: Running): Promise<(target: string, ...lines: string[]) => Promise<string>> {
  const raw = client(t, made.port)
  return async (target, ...lines) => header(await raw.send(get(target, 'GET', ...lines)).answer(), 'x-routed-to')!
}

const sticky = (more: object = {}, further: Options = {}): Options => ({ features: { x: { routes: ['/x', '/x/*'], share: '50%', stickyBy: 'header:x-user', ...more } }, ...further })

test('a share counts from the next request on, and a rollback moves sticky and pinned users too', async t => {
  const made = await running(t, good(), good(), sticky({ pin: { candidate: ['tester'], legacy: ['careful'] } }))
  const ask = await asking(t, made)
  const users = Array.from({ length: 60 }, (_, i) => `user-${i}`)
  const on = async (): Promise<string[]> => {
    const found: string[] = []
    for (const user of users) if (await ask('/x', `x-user: ${user}`) === 'candidate') found.push(user)
    return found
  }
  const half = await on()
  assert.ok(half.length > 10 && half.length < 50)
  assert.deepEqual(await on(), half, 'nobody moves by himself')
  await made.app.control.setShare('x', 8_000, cause)
  const more = await on()
  assert.ok(half.every(user => more.includes(user)) && more.length > half.length)
  assert.deepEqual([await ask('/x', 'x-user: tester'), await ask('/x', 'x-user: careful')], ['candidate', 'legacy'])
  await made.app.control.rollback('x', cause)
  assert.deepEqual(await on(), [])
  assert.equal(await ask('/x', 'x-user: tester'), 'legacy')
  await made.app.control.setShare('x', 8_000, cause)
  assert.deepEqual(await on(), more)
})

test('only a feature\'s own methods and paths move', async t => {
  const made = await running(t, good(), good(), { features: { x: { routes: ['GET /x', '/y/:id'], share: '100%' } } })
  const raw = client(t, made.port)
  const rows = { 'GET /x': 'candidate', 'HEAD /x': 'candidate', 'POST /x': 'legacy', 'GET /X/?a': 'candidate', 'GET /%78': 'candidate', 'DELETE /y/1': 'candidate', 'GET /y': 'legacy', 'GET /y/1/2': 'legacy', 'GET /': 'legacy' }
  for (const [line, expected] of Object.entries(rows)) {
    const [method, target] = line.split(' ') as [string, string]
    assert.equal(header(await raw.send(get(target, method, 'content-length: 0')).answer({ headless: method === 'HEAD' }), 'x-routed-to'), expected, line)
  }
})

test('a client without a key is given one that keeps it where it is, once', async t => {
  const made = await running(t, good(), good(), sticky({ stickyBy: 'cookie' }))
  const raw = client(t, made.port)
  const sides = new Set<string>()
  for (let i = 0; i < 40; i++) {
    const first = await raw.send(get('/x', 'GET', ...(i % 2 === 0 ? [] : ['cookie: not-cutover-key=1; cutover-key=']))).answer()
    const cookie = header(first, 'set-cookie')!
    assert.match(cookie, /^cutover-key=[\w-]{36}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=31536000$/)
    const side = header(first, 'x-routed-to')!
    sides.add(side)
    const again = await raw.send(get('/x', 'GET', `cookie: a=b; ${cookie.split(';')[0]}`)).answer()
    assert.deepEqual([header(again, 'set-cookie'), header(again, 'x-routed-to')], [undefined, side])
  }
  assert.equal(sides.size, 2)
  assert.equal(header(await raw.send(get('/other')).answer(), 'set-cookie'), undefined)
})

test('the breaker takes a feature off a failing candidate, and back when it is well', async t => {
  let well = false
  let asked = 0
  const made = await running(t, good(), (_: unknown, response: ServerResponse) => {
    asked++
    response.statusCode = well ? 200 : 500
    response.end()
  }, { breaker: { failures: 3, open: '100ms', probes: 2 } })
  const ask = await asking(t, made)
  for (let i = 0; i < 10; i++) assert.equal(await ask('/x'), 'legacy')
  assert.equal(asked, 3, 'no more was sent to it')
  const state = () => made.app.status().features[0]!
  assert.equal(state().breaker, 'open')
  assert.equal(made.app.control.explain({ method: 'GET', url: '/x' }).reason, 'breaker')
  well = true
  const sides: string[] = []
  const deadline = performance.now() + 10_000
  while (state().breaker !== 'closed' && performance.now() < deadline) sides.push(await ask('/x'))
  assert.equal(state().breaker, 'closed')
  assert.equal(await ask('/x'), 'candidate')
  await eventually(() => state().backends.candidate.requests === asked, 'the last count')
  assert.deepEqual([state().backends.candidate.errors, state().backends.candidate.fallbacks], [3, 3])
})

test('every request is counted once, under its feature and backend', async t => {
  const status = (request: IncomingMessage, response: ServerResponse): void => { response.writeHead(Number(request.url!.slice(-3)) || 200).end() }
  const made = await running(t, (request: IncomingMessage, response: ServerResponse) => status(request, response), (request: IncomingMessage, response: ServerResponse) => status(request, response))
  const raw = client(t, made.port)
  for (const target of ['/x/200', '/x/404', '/x/304', '/x/500', '/y/200', '/y/500']) await raw.send(get(target)).answer()
  await eventually(() => made.app.status().unlisted.legacy.requests === 2, 'the last count')
  const { legacy, candidate } = made.app.status().features[0]!.backends
  assert.deepEqual([candidate.requests, candidate.clientErrors, candidate.errors, candidate.fallbacks], [4, 1, 1, 1])
  assert.deepEqual([legacy.requests, legacy.errors], [1, 1], 'legacy has the same 500')
  assert.deepEqual([made.app.status().unlisted.legacy.errors, made.app.status().unlisted.candidate.requests], [1, 0])
  const off = await running(t, good(), good(), { metrics: false })
  await client(t, off.port).send(get('/x')).answer()
  assert.equal(off.app.status().features[0]!.backends.candidate.requests, 0)
})

test('a Socket.IO session whose handshake fell back stays on legacy', async t => {
  let failing = true
  const polling = (name: string) => (request: IncomingMessage, response: ServerResponse): void => {
    if (name === 'candidate' && failing) response.writeHead(503).end()
    else response.end(request.url!.includes('sid=') ? name : `0{"sid":"${name}-1","upgrades":[]}`)
  }
  const made = await running(t, polling('legacy'), polling('candidate'), { features: { x: { routes: ['/socket.io/*'], share: '100%' } }, breaker: { enabled: false } })
  const raw = client(t, made.port)
  const open = '/socket.io/?EIO=4&transport=polling'
  assert.match((await raw.send(get(open)).answer()).body, /legacy-1/)
  failing = false
  assert.equal((await raw.send(get(`${open}&sid=legacy-1`)).answer()).body, 'legacy')
  assert.match((await raw.send(get(open)).answer()).body, /candidate-1/)
  await made.app.control.setShare('x', 0, cause)
  assert.equal((await raw.send(get(`${open}&sid=candidate-1`)).answer()).body, 'candidate')
  await made.app.control.rollback('x', cause)
  assert.equal((await raw.send(get(`${open}&sid=candidate-1`)).answer()).body, 'legacy')
})
