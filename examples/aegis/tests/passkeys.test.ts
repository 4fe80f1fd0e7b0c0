import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { demoUsers } from '../data/seed.ts'
import type { OpenServices } from '../services.ts'
import { openAuthenticator } from '../verification/authenticator.ts'
import { faceNames, openFace, openWorld, type FaceName, type OpenFace, type World } from './world.ts'

const origin = 'http://localhost:3000'
const [ada, grace] = demoUsers

/** Of whichever route. */
interface Answer {
  readonly token: string
  readonly challenge: string
  readonly user?: { readonly email: string }
  readonly passkey?: { readonly id: string }
  readonly error?: { readonly code: string }
}

describe('passkeys', () => {
  let world: World
  let services: OpenServices
  let faces: Record<FaceName, OpenFace>
  before(async () => {
    world = await openWorld()
    services = await world.services()
    faces = { legacy: await openFace('legacy', services), candidate: await openFace('candidate', services) }
  })
  after(async () => {
    await Promise.all(faceNames.map(name => faces[name].close()))
    await services.close()
    await world.close()
  })

  const ask = async (face: FaceName, path: string, body: object, token?: string): Promise<{ status: number, body: Answer }> => {
    const response = await fetch(`${faces[face].url}/api/auth${path}`, {
      method: 'POST', headers: { 'content-type': 'application/json', ...token !== undefined && { authorization: `Bearer ${token}` } }, body: JSON.stringify(body)
    })
    return { status: response.status, body: await response.json() as Answer }
  }
  const tokenOf = async (user = ada!): Promise<string> => (await ask('legacy', '/login', { email: user.email, authHash: user.authHash })).body.token
  const register = async (face: FaceName, name: string, user = ada!) => {
    const token = await tokenOf(user)
    const options = await ask(face, '/webauthn/register-options', {}, token)
    assert.equal(options.status, 200)
    const credential = openAuthenticator(name, origin).create(options.body as never)
    return { token, credential, ...await ask(face, '/webauthn/register-verify', { credential }, token) }
  }
  const signIn = async (face: FaceName, name: string, counter: number) => {
    const options = await ask(face, '/webauthn/login-options', {})
    const credential = openAuthenticator(name, origin).get(options.body as never, counter)
    return { credential, ...await ask(face, '/webauthn/login-verify', { credential }) }
  }

  for (const [here, there] of [['legacy', 'candidate'], ['candidate', 'legacy']] as const) {
    test(`one registered on ${here} signs in on ${there}`, async () => {
      const name = `from ${here}`
      assert.equal((await register(here, name)).status, 201)
      const first = await signIn(there, name, 1)
      assert.equal(first.status, 200)
      assert.equal(first.body.user?.email, ada!.email)
      assert.equal((await signIn(here, name, 2)).status, 200)
    })

    test(`on ${here}, a challenge is good once, for its user, for its purpose`, async () => {
      const name = `once ${here}`
      const { credential, token } = await register(here, name)
      const again = await ask(there, '/webauthn/register-verify', { credential }, token)
      assert.deepEqual([again.status, again.body.error?.code], [422, 'PASSKEY_UNVERIFIED'])

      const options = await ask(here, '/webauthn/register-options', {}, token)
      const stolen = openAuthenticator(`stolen ${here}`, origin).create(options.body as never)
      assert.equal((await ask(here, '/webauthn/register-verify', { credential: stolen }, await tokenOf(grace))).status, 422)

      const used = await signIn(here, name, 1)
      assert.equal(used.status, 200)
      assert.equal((await ask(there, '/webauthn/login-verify', { credential: used.credential })).status, 401)

      const forRegistering = await ask(here, '/webauthn/register-options', {}, token)
      const misused = openAuthenticator(name, origin).get({ challenge: forRegistering.body.challenge, rpId: 'localhost' }, 2)
      assert.equal((await ask(here, '/webauthn/login-verify', { credential: misused })).status, 401)
    })

    test(`on ${here}, another page, another key and a counter that goes back are refused`, async () => {
      const name = `mine ${here}`
      assert.equal((await register(here, name)).status, 201)
      assert.equal((await signIn(here, name, 5)).status, 200)
      assert.equal((await signIn(here, name, 5)).status, 401)
      assert.equal((await signIn(here, `unknown ${here}`, 1)).status, 401)
      const options = await ask(here, '/webauthn/login-options', {})
      const elsewhere = openAuthenticator(name, 'https://evil.example').get(options.body as never, 6)
      assert.equal((await ask(here, '/webauthn/login-verify', { credential: elsewhere })).status, 401)
      const forged = openAuthenticator(name, origin).get((await ask(here, '/webauthn/login-options', {})).body as never, 6)
      forged.response.signature = openAuthenticator('other', origin).get(options.body as never, 6).response.signature
      assert.equal((await ask(here, '/webauthn/login-verify', { credential: forged })).status, 401)
      assert.equal((await signIn(here, name, 6)).status, 200)
    })

    test(`on ${here}, a passkey is one user's, who can forget it`, async () => {
      const name = `shared ${here}`
      const { token, body } = await register(here, name)
      assert.equal((await register(there, name, grace)).status, 409)
      const { id } = body.passkey!
      const remove = async (bearer: string) => (await fetch(`${faces[here].url}/api/auth/webauthn/passkey/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${bearer}` } })).status
      assert.equal(await remove(await tokenOf(grace)), 404)
      assert.equal(await remove(token), 204)
      assert.equal(await remove(token), 404)
      assert.equal((await signIn(here, name, 9)).status, 401)
    })
  }
})
