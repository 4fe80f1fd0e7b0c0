import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { pino } from 'pino'
import { buildApp as buildCandidate } from '../candidate/app.ts'
import type { OpenServices, Services } from '../services.ts'
import { ask, faceNames, openFace, openWorld, type World } from './world.ts'

interface Lines { readonly services: Services, readonly lines: Record<string, unknown>[] }

/** Services that log into a list. */
function logged (services: Services): Lines {
  const lines: Record<string, unknown>[] = []
  const log = pino({ level: 'info' }, new Writable({
    write (chunk, _encoding, done) {
      for (const line of String(chunk).trim().split('\n')) lines.push(JSON.parse(line) as Record<string, unknown>)
      done()
    }
  }))
  return { services: { ...services, log }, lines }
}

// By real sockets, on both: what the scenarios cannot reach.
describe('the faces', () => {
  let world: World
  let services: OpenServices
  let token: string
  before(async () => {
    world = await openWorld()
    services = await world.services()
    token = services.tokens.issue('00000000-0000-4000-8000-00000000000a')
  })
  after(async () => {
    await services?.close()
    await world?.close()
  })

  const broken = (exposeErrors: boolean): Services => ({ ...services, exposeErrors, accounts: { ...services.accounts, profile: async () => { throw new Error('relation "accounts" does not exist') } } })

  for (const name of faceNames) {
    describe(`${name}, on a socket`, () => {
      test('logs one line for each answer, with the id that the answer carries, status and duration', async t => {
        const { services: own, lines } = logged(services)
        const face = await openFace(name, own)
        t.after(face.stop)
        const answer = await ask(face.url, '/api/auth/profile?x=1', { headers: { 'x-request-id': 'mine.1' } })
        await answer.text()
        await face.close()
        assert.equal(answer.headers.get('x-request-id'), 'mine.1')
        const [line, ...more] = lines.filter(line => line.msg === 'request')
        assert.equal(more.length, 0)
        const { requestId, method, url, status, duration } = line!
        assert.deepEqual({ requestId, method, url, status }, { requestId: 'mine.1', method: 'GET', url: '/api/auth/profile?x=1', status: 401 })
        assert.ok(typeof duration === 'number' && duration > 0 && duration < 10_000)
      })

      test('makes an id where the client\'s is missing or could break a log line', async t => {
        const face = await openFace(name, services)
        t.after(face.stop)
        for (const given of ['', 'two words', 'x'.repeat(129), '<b>']) {
          assert.match((await ask(face.url, '/health', { headers: { 'x-request-id': given } })).headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/, given)
        }
        await face.close()
      })

      test('in production, tells a client nothing of a bug and no details of a fault, and the log everything', async t => {
        const { services: own, lines } = logged(broken(false))
        const face = await openFace(name, own)
        t.after(face.stop)
        const answer = await ask(face.url, '/api/auth/profile', { token, headers: { 'x-request-id': 'bug.1' } })
        assert.equal(answer.status, 500)
        assert.equal(await answer.text(), '{"error":{"code":"INTERNAL","message":"Something went wrong on our side"}}')
        const invalid = await ask(face.url, '/api/auth/login', { json: {} })
        assert.equal(await invalid.text(), '{"error":{"code":"VALIDATION_FAILED","message":"The request is not valid: email must have required property \'email\', and 1 more"}}')
        await face.close()
        const line = lines.find(line => line.msg === 'a request failed')
        assert.equal(line?.requestId, 'bug.1')
        assert.match(JSON.stringify(line?.err), /relation.*at /)
      })

      test('outside production, tells the cause of a bug and the details of a fault', async t => {
        const face = await openFace(name, broken(true))
        t.after(face.stop)
        const bug = await (await ask(face.url, '/api/auth/profile', { token })).json() as { error: { details: unknown, stack: unknown } }
        assert.deepEqual(bug.error.details, [{ field: 'cause', message: 'relation "accounts" does not exist' }])
        assert.ok(Array.isArray(bug.error.stack))
        const invalid = await (await ask(face.url, '/api/auth/login', { json: { email: 'x' } })).json() as { error: { details: unknown } }
        assert.deepEqual(invalid.error.details, [{ field: 'password', message: 'must have required property \'password\'' }, { field: 'email', message: 'must match format "email"' }])
        await face.close()
      })

      test('never logs passwords, tokens or prompts', async t => {
        const { services: own, lines } = logged(services)
        const face = await openFace(name, own)
        t.after(face.stop)
        await (await ask(face.url, '/api/auth/login', { json: { email: 'ada@example.com', password: 'analytical engine' } })).text()
        await (await ask(face.url, '/api/ai/generate', { token, json: { prompt: 'a private prompt' } })).text()
        await face.close()
        assert.doesNotMatch(JSON.stringify(lines), /analytical engine|a private prompt|eyJ/)
      })

      test('lets an open request finish before it has closed', async t => {
        const face = await openFace(name, services)
        t.after(face.stop)
        const { asked } = world.standIn
        const answer = ask(face.url, '/api/ai/generate', { token, json: { prompt: '[stand-in slow]' } })
        while (world.standIn.asked === asked) await new Promise(resolve => setImmediate(resolve))
        const closed = face.close()
        assert.equal((await answer).status, 200)
        await closed
      })

      test('survives a client that leaves in the middle of its body', async t => {
        const face = await openFace(name, services)
        t.after(face.stop)
        const socket = connect(Number(new URL(face.url).port), '127.0.0.1')
        await once(socket, 'connect')
        socket.write('POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"email":')
        socket.destroy()
        assert.equal((await ask(face.url, '/health')).status, 200)
        await face.close()
      })
    })
  }

  test('answer the same bytes, compressed or not', async t => {
    const open = await Promise.all(faceNames.map(async name => await openFace(name, services)))
    for (const face of open) t.after(face.stop)
    const login = await ask(open[0]!.url, '/api/auth/login', { json: { email: 'grace@example.com', password: 'nanoseconds of wire' } })
    const { token: graces } = await login.json() as { token: string }
    await (await ask(open[0]!.url, '/api/auth/profile', { method: 'PUT', token: graces, json: { bio: '🦋'.repeat(500) } })).text()
    for (const encoding of ['br', 'gzip', 'deflate', 'identity', 'br, gzip', '*']) {
      const [legacy, candidate] = await Promise.all(open.map(async ({ url }) => {
        const answer = await ask(url, '/api/auth/profile', { token: graces, headers: { 'accept-encoding': encoding } })
        return [answer.headers.get('content-encoding'), answer.headers.get('etag'), answer.headers.get('vary'), await answer.text()]
      }))
      assert.deepEqual(candidate, legacy, encoding)
      if (encoding === 'gzip') assert.equal(candidate![0], 'gzip')
    }
  })

  test('the candidate serves its OpenAPI document with every route and its security, and a page to read it', async t => {
    const app = await buildCandidate(services)
    t.after(() => app.close())
    const document = (await app.inject('/docs/json')).json<{ openapi: string, paths: Record<string, Record<string, { security?: unknown }>> }>()
    assert.equal(document.openapi, '3.1.0')
    assert.deepEqual(Object.keys(document.paths).sort(), ['/api/ai/capabilities', '/api/ai/generate', '/api/auth/login', '/api/auth/profile', '/api/auth/register', '/api/auth/verify', '/health'])
    assert.deepEqual(document.paths['/api/ai/generate']?.post?.security, [{ bearer: [] }])
    assert.equal(document.paths['/api/ai/capabilities']?.get?.security, undefined)
    const page = await app.inject('/docs')
    assert.equal(page.statusCode, 200)
    assert.match(page.body, /Swagger UI/)
  })

  test('the candidate sends no field that its response schema does not name', async t => {
    const leaky = { ...services.accounts, profile: async () => ({ ok: true, value: { id: '1', email: 'a', name: 'A', bio: null, createdAt: '', updatedAt: '', passwordHash: 'secret' } } as never) }
    const app = await buildCandidate({ ...services, accounts: leaky })
    t.after(() => app.close())
    const profile = await app.inject({ url: '/api/auth/profile', headers: { authorization: `Bearer ${token}` } })
    assert.equal(profile.statusCode, 200)
    assert.doesNotMatch(profile.body, /secret/)
  })
})
