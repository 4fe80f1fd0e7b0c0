import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { demoUsers } from '../data/seed.ts'
import { faceNames, openFace, openWorld, type OpenFace, type World } from './world.ts'

const [ada] = demoUsers
const json = { 'content-type': 'application/json' }

/** The cookies that an answer sets, as a request sends them. */
function cookiesOf (response: Response): string {
  return response.headers.getSetCookie().map(line => line.split(';', 1)[0]!).join('; ')
}

describe('accounts and sessions', () => {
  let world: World
  before(async () => { world = await openWorld() })
  after(async () => { await world?.close() })

  for (const name of faceNames) {
    describe(`on ${name}`, () => {
      let face: OpenFace
      let close: () => Promise<void>
      before(async () => {
        const services = await world.services()
        face = await openFace(name, services)
        close = async () => {
          await face.close()
          await services.close()
        }
      })
      after(async () => { await close?.() })

      const login = async (more: object = {}) => await fetch(`${face.url}/api/auth/login`, {
        method: 'POST', headers: json, body: JSON.stringify({ email: ada!.email, authHash: ada!.authHash, ...more })
      })

      test('is alive', async () => {
        const response = await fetch(`${face.url}/health`)
        assert.equal(await response.text(), '{"status":"ok","service":"aegis"}')
      })

      test('signs in, by cookie and by token', async () => {
        const response = await login()
        assert.equal(response.status, 200)
        const { user, token } = await response.json() as { user: { email: string }, token: string }
        assert.equal(user.email, ada!.email)
        for (const headers of [{ cookie: cookiesOf(response) }, { authorization: `Bearer ${token}` }]) {
          const me = await fetch(`${face.url}/api/auth/me`, { headers: headers as Record<string, string> })
          assert.equal(me.status, 200)
          assert.deepEqual(await me.json(), { user })
        }
        assert.equal((await fetch(`${face.url}/api/auth/me`)).status, 401)
      })

      test('a new user is signed in', async () => {
        const { authHash, salt, publicKey, encryptedPrivateKey } = ada!
        const response = await fetch(`${face.url}/api/auth/register`, { method: 'POST', headers: json, body: JSON.stringify({ email: 'New@Example.com', authHash, salt, publicKey, encryptedPrivateKey }) })
        assert.equal(response.status, 201)
        const me = await fetch(`${face.url}/api/auth/me`, { headers: { cookie: cookiesOf(response) } })
        assert.equal((await me.json() as { user: { email: string } }).user.email, 'new@example.com')
      })
    })
  }

  for (const [here, there] of [['legacy', 'candidate'], ['candidate', 'legacy']] as const) {
    test(`who signs out on ${here} is signed out on ${there} of another process, too`, async () => {
      const mine = await world.services()
      const other = await world.services({ MONGODB_URI: mine.databaseUrl })
      const [face, elsewhere] = [await openFace(here, mine), await openFace(there, other)]
      try {
        const response = await fetch(`${face.url}/api/auth/login`, { method: 'POST', headers: json, body: JSON.stringify({ email: ada!.email, authHash: ada!.authHash }) })
        const { token } = await response.json() as { token: string }
        const headers = { authorization: `Bearer ${token}` }
        const statusThere = async (): Promise<number> => (await fetch(`${elsewhere.url}/api/auth/me`, { headers })).status
        assert.equal(await statusThere(), 200)
        assert.equal((await fetch(`${face.url}/api/auth/logout`, { method: 'POST', headers })).status, 204)
        assert.equal((await fetch(`${face.url}/api/auth/me`, { headers })).status, 401)
        const deadline = performance.now() + 20_000
        while (await statusThere() === 200) assert.ok(performance.now() < deadline, 'it is still signed in')
      } finally {
        await Promise.all([face.close(), elsewhere.close()])
        await Promise.all([mine.close(), other.close()])
      }
    })
  }
})
