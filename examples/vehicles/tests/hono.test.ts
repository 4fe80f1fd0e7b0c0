import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { compareResponses } from '../../../packages/cutover/src/parity/compare/compare.ts'
import { demoAccounts } from '../data/seed.ts'
import { buildApp } from '../hono/app.ts'
import type { OpenServices } from '../services.ts'
import { openFace, openWorld, serve, type OpenFace, type World } from './world.ts'

let world: World
let services: OpenServices
let legacy: OpenFace
let hono: OpenFace
let token: string

before(async () => {
  world = await openWorld()
  services = await world.services()
  legacy = await openFace('legacy', services)
  hono = await serve(getRequestListener(buildApp(services).fetch))
  const { email, password } = demoAccounts[0]
  const response = await fetch(`${legacy.url}/api/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password }) })
  token = (await response.json() as { token: string }).token
})

after(async () => {
  await legacy.close()
  await hono.close()
  await services.close()
  await world.close()
})

const ofItsOwn = new Set(['date', 'connection', 'keep-alive'])

async function answer (face: OpenFace, path: string, headers: Record<string, string>, method: string) {
  const response = await fetch(face.url + path, { method, headers: { 'x-request-id': 'one-and-the-same', ...headers } })
  return { status: response.status, headers: [...response.headers].filter(([name]) => !ofItsOwn.has(name)), body: Buffer.from(await response.arrayBuffer()) }
}

async function differences (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<{ readonly status: number, readonly found: readonly string[] }> {
  const [one, other] = [await answer(legacy, path, headers, method), await answer(hono, path, headers, method)]
  return { status: one.status, found: compareResponses(one, other, { method }).differences.map(({ kind, pointer }) => `${kind} ${pointer}`) }
}

test('what the bench measures is answered as legacy answers it', async () => {
  assert.deepEqual(await differences('/health'), { status: 200, found: [] })
  assert.deepEqual(await differences('/api/vehicles', { authorization: `Bearer ${token}` }), { status: 200, found: [] })
})

test('so are clients that have the list already, other origins, and who is not signed in', async () => {
  const { headers } = await answer(legacy, '/api/vehicles', { authorization: `Bearer ${token}` }, 'GET')
  const etag = new Map(headers).get('etag')!
  const having = { authorization: `Bearer ${token}`, 'if-none-match': etag }
  assert.deepEqual(await differences('/api/vehicles', { ...having, 'cache-control': 'max-age=0' }), { status: 304, found: [] })
  assert.deepEqual(await differences('/api/vehicles', { ...having, 'cache-control': 'no-cache' }), { status: 200, found: [] })
  assert.deepEqual(await differences('/health', { origin: 'http://localhost:5173' }), { status: 200, found: [] })
  assert.deepEqual(await differences('/health', { origin: 'http://elsewhere.example' }), { status: 200, found: [] })
  assert.deepEqual(await differences('/api/vehicles'), { status: 401, found: [] })
  assert.deepEqual(await differences('/api/vehicles', { authorization: 'Bearer nonsense' }), { status: 401, found: [] })
  assert.deepEqual(await differences('/nowhere'), { status: 404, found: [] })
})
