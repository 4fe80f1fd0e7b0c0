import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fastify from 'fastify'
import { buildApp } from '../candidate/app.ts'
import authentication from '../candidate/plugins/authentication.ts'
import { fakeServices } from './fake-services.ts'

const vin = '1HGCM82633A004352'

async function signedIn () {
  const services = fakeServices()
  const app = await buildApp(services)
  const headers = { authorization: `Bearer ${services.tokens.issue('ada')}` }
  return { app, services, headers }
}

describe('the candidate', () => {
  test('signs in, and its token opens the vehicles', async () => {
    const { app } = await signedIn()
    const login = await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email: 'ada@example.com', password: 'right' } })
    assert.equal(login.statusCode, 200)
    const { token } = login.json<{ token: string }>()
    assert.deepEqual((await app.inject({ url: '/api/vehicles', headers: { authorization: `Bearer ${token}` } })).json(), { vehicles: [] })
  })

  test('keeps a vehicle through its life', async () => {
    const { app, headers } = await signedIn()
    const added = await app.inject({ method: 'POST', url: '/api/vehicles', headers, payload: { vin, nickname: 'Herbie' } })
    assert.equal(added.statusCode, 201)
    const { location } = added.headers
    assert.equal((await app.inject({ method: 'PUT', url: String(location), headers, payload: { odometer: 7 } })).json<{ odometer: number }>().odometer, 7)
    const removed = await app.inject({ method: 'DELETE', url: String(location), headers })
    assert.deepEqual([removed.statusCode, removed.body, removed.headers['content-type'], removed.headers.etag], [204, '', undefined, undefined])
    assert.equal((await app.inject({ url: String(location), headers })).statusCode, 404)
  })

  test('sends no field that its response schema does not name', async () => {
    const services = fakeServices()
    const leaky = { ...services.vehicles, list: async () => [{ id: '1', vin, passwordHash: 'secret' } as never] }
    const app = await buildApp({ ...services, vehicles: leaky })
    const list = await app.inject({ url: '/api/vehicles', headers: { authorization: `Bearer ${services.tokens.issue('ada')}` } })
    assert.doesNotMatch(list.body, /secret/)
  })

  test('serves its OpenAPI document with every route and its security, and a page to read it', async () => {
    const { app } = await signedIn()
    const document = (await app.inject('/docs/json')).json<{ openapi: string, paths: Record<string, Record<string, { security?: unknown }>> }>()
    assert.equal(document.openapi, '3.1.0')
    assert.deepEqual(Object.keys(document.paths).sort(), ['/api/auth/login', '/api/vehicles', '/api/vehicles/decode/{vin}', '/api/vehicles/health', '/api/vehicles/{id}', '/health'])
    assert.deepEqual(document.paths['/api/vehicles/{id}']?.put?.security, [{ bearer: [] }])
    const page = await app.inject('/docs')
    assert.equal(page.statusCode, 200)
    assert.match(page.body, /Swagger UI/)
  })

  test('has plugins that say what they need', async () => {
    const app = fastify()
    await assert.rejects(async () => { await app.register(authentication, { tokens: fakeServices().tokens }) }, /The dependency 'errors' of plugin 'authentication' is not registered/)
  })

  test('calls onClose when it closes', async () => {
    let closed = 0
    const app = await buildApp(fakeServices(), { onClose: async () => { closed++ } })
    await app.close()
    assert.equal(closed, 1)
  })
})
