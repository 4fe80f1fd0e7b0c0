import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { Writable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { pino } from 'pino'
import { csrfCookie, sessionCookie } from '../cookies.ts'
import { demoUsers } from '../data/seed.ts'
import type { OpenServices, Services } from '../services.ts'
import { faceNames, openFace, openWorld, type FaceName, type World } from './world.ts'

const json = { 'content-type': 'application/json', connection: 'close' }

// By real sockets, on both: what the scenarios cannot reach.
describe('the faces', () => {
  let world: World
  let services: OpenServices
  before(async () => {
    world = await openWorld()
    services = await world.services()
  })
  after(async () => {
    await services?.close()
    await world?.close()
  })

  /** A face of services that differ in some way, while `work` needs it. */
  const on = async (name: FaceName, changes: Partial<Services>, work: (url: string) => Promise<void>): Promise<void> => {
    const face = await openFace(name, { ...services, ...changes })
    try {
      await work(face.url)
    } finally {
      await face.close()
    }
  }
  const userId = 'a'.repeat(24)
  const bearer = () => ({ authorization: `Bearer ${services.sessions.issue(userId).token}`, connection: 'close' })
  const broken: Partial<Services> = { get auth () { return { ...services.auth, me: async () => { throw new Error('the database is on fire') } } } }

  for (const name of faceNames) {
    test(`${name} logs one line for each answer, with the id that the answer carries, status and duration`, async () => {
      const lines: Record<string, unknown>[] = []
      const log = pino({ level: 'info' }, new Writable({
        write (chunk, _encoding, done) {
          for (const line of String(chunk).trim().split('\n')) lines.push(JSON.parse(line) as Record<string, unknown>)
          done()
        }
      }))
      await on(name, { log }, async url => {
        const answer = await fetch(`${url}/api/auth/me?x=1`, { headers: { 'x-request-id': 'mine.1', connection: 'close' } })
        assert.equal(answer.headers.get('x-request-id'), 'mine.1')
      })
      const [line, ...more] = lines.filter(line => line.msg === 'request')
      assert.equal(more.length, 0)
      assert.deepEqual({ requestId: line?.requestId, method: line?.method, url: line?.url, status: line?.status }, { requestId: 'mine.1', method: 'GET', url: '/api/auth/me?x=1', status: 401 })
      assert.ok(typeof line?.duration === 'number' && line.duration > 0)
    })

    test(`${name} answers 500 to a bug, with the stack only while developing`, async () => {
      await on(name, { auth: broken.auth! }, async url => {
        const answer = await fetch(`${url}/api/auth/me`, { headers: bearer() })
        assert.deepEqual([answer.status, await answer.text()], [500, '{"error":{"code":"INTERNAL","message":"Something went wrong on our side"}}'])
      })
      await on(name, { auth: broken.auth!, web: { ...services.web, showStacks: true } }, async url => {
        const { error } = await (await fetch(`${url}/api/auth/me`, { headers: bearer() })).json() as { error: { stack: string } }
        assert.match(error.stack, /the database is on fire\n +at /)
      })
    })

    test(`${name} answers 503 when an answer takes too long, and forgets what comes late`, async () => {
      let finish = (): void => {}
      const late = new Promise<void>(resolve => { finish = resolve })
      const auth: Services['auth'] = { ...services.auth, async me () { await late; throw new Error('too late') } }
      await on(name, { auth, web: { ...services.web, requestTimeout: 50 } }, async url => {
        const answer = await fetch(`${url}/api/auth/me`, { headers: bearer() })
        assert.deepEqual([answer.status, answer.headers.get('retry-after'), await answer.text()], [503, '30', '{"error":{"code":"REQUEST_TIMEOUT","message":"The answer took too long"}}'])
        finish()
        assert.equal((await fetch(`${url}/health`, { headers: { connection: 'close' } })).status, 200)
      })
    })

    test(`${name} believes the X-Forwarded-For of proxies that it trusts only`, async () => {
      const addressOf = async (trustedProxies: string): Promise<string> => {
        let seen = ''
        const auth: Services['auth'] = { ...services.auth, async login (_credentials, client) { seen = client.address; throw new Error('enough') } }
        await on(name, { auth, web: { ...services.web, trustedProxies } }, async url => {
          await fetch(`${url}/api/auth/login`, { method: 'POST', headers: { ...json, 'x-forwarded-for': '192.0.2.1, 203.0.113.7, 10.0.0.1' }, body: JSON.stringify({ email: 'a@b', authHash: demoUsers[0]!.authHash }) })
        })
        return seen
      }
      assert.equal(await addressOf('10.9.9.9'), '127.0.0.1')
      assert.equal(await addressOf('loopback'), '10.0.0.1')
      assert.equal(await addressOf('loopback, 10.0.0.0/8'), '203.0.113.7')
    })

    test(`${name} answers 403 with the code to whatever stands where the CSRF token should, and never fails`, async () => {
      const issued = services.sessions.issue(userId)
      const token = services.csrf.issue(issued.session.id)
      await on(name, {}, async url => {
        const status = async (header: string | string[] | undefined, cookie: string): Promise<string> => await new Promise((resolve, reject) => {
          const sent = httpRequest(`${url}/api/auth/logout`, { method: 'POST', headers: { connection: 'close', cookie: `${sessionCookie}=${issued.cookie}; ${cookie}`, ...header !== undefined && { 'x-xsrf-token': header } } }, answer => {
            let text = ''
            answer.setEncoding('utf8').on('data', chunk => { text += chunk }).on('end', () => resolve(`${answer.statusCode} ${text === '' ? '' : (JSON.parse(text) as { error: { code: string } }).error.code}`))
          })
          sent.once('error', reject).end()
        })
        // Bytes that a header may have, beyond ASCII too.
        const value = fc.string({ unit: fc.integer({ min: 0x20, max: 0xFF }).filter(code => code !== 0x7F).map(code => String.fromCharCode(code)), maxLength: 80 })
        const odd = fc.oneof(value, value.map(text => token.slice(0, token.length - text.length) + text), fc.constantFrom('', token, `${token} `, token.slice(1), 'j:{}', 's:x', '%00', '%', '"', `"${token}"`))
        await fc.assert(fc.asyncProperty(fc.option(odd, { nil: undefined }), odd, async (header, cookie) => {
          fc.pre(header?.trim() !== token)
          assert.equal(await status(header, `${csrfCookie}=${cookie}`), '403 EBADCSRFTOKEN')
        }), { numRuns: 60 })
        assert.equal(await status([token, token], `${csrfCookie}=${token}`), '403 EBADCSRFTOKEN')
        assert.equal(await status(token, `${csrfCookie}=${token}`), '204 ')
      })
    })

    test(`${name} sets cookies over HTTPS only in production, always in one order and with the same attributes`, async () => {
      for (const [secureCookies, secure] of [[true, ' Secure;'], [false, '']] as const) {
        await on(name, { web: { ...services.web, secureCookies } }, async url => {
          const login = async (rememberMe: boolean): Promise<string[]> => {
            const answer = await fetch(`${url}/api/auth/login`, { method: 'POST', headers: json, body: JSON.stringify({ email: demoUsers[0]!.email, authHash: demoUsers[0]!.authHash, rememberMe }) })
            return answer.headers.getSetCookie().map(line => line.replace(/=[^;]+/, '=…').replace(/Expires=[^;]+/, 'Expires=…'))
          }
          assert.deepEqual(await login(false), [`session=…; Path=/; HttpOnly;${secure} SameSite=Lax`, `XSRF-TOKEN=…; Path=/;${secure} SameSite=Lax`])
          assert.deepEqual(await login(true), [`session=…; Max-Age=2592000; Path=/; Expires=…; HttpOnly;${secure} SameSite=Lax`, `XSRF-TOKEN=…; Max-Age=2592000; Path=/; Expires=…;${secure} SameSite=Lax`])
          const out = await fetch(`${url}/api/auth/logout`, { method: 'POST', headers: bearer() })
          assert.deepEqual(out.headers.getSetCookie(), [`session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly;${secure} SameSite=Lax`, `XSRF-TOKEN=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT;${secure} SameSite=Lax`])
        })
      }
    })
  }
})
