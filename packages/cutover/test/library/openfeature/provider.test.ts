import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test, type TestContext } from 'node:test'
import express from 'express'
import Fastify from 'fastify'
import { ErrorCode, OpenFeature, ProviderEvents, type Client, type Provider } from '@openfeature/server-sdk'
import { createSwitch, type Switch, type SwitchOptions } from 'cutover'
import { backendProvider, cutoverProvider, requestContext } from 'cutover/openfeature'

const cause = { who: 'test', why: 'because' }
const plain = (_: IncomingMessage, response: ServerResponse): void => { response.end() }
let domains = 0

async function clientOf (provider: Provider): Promise<Client> {
  const domain = `provider-test-${++domains}`
  await OpenFeature.setProviderAndWait(domain, provider)
  return OpenFeature.getClient(domain)
}

async function opened (t: TestContext, features: SwitchOptions['features'], further: Partial<SwitchOptions> = {}): Promise<Switch> {
  const app = await createSwitch({ legacy: plain, candidate: (request: IncomingMessage, response: ServerResponse) => plain(request, response), features, journal: false, environment: {}, ...further })
  t.after(async () => await app.close())
  return app
}

test('a flag of each feature tells its side and its share', async t => {
  const app = await opened(t, { vehicles: { routes: ['/v'], share: '100%', risk: 'high' }, health: { routes: ['/h'] } })
  const client = await clientOf(cutoverProvider(app))
  assert.deepEqual(await client.getBooleanDetails('vehicles', false), {
    flagKey: 'vehicles', value: true, variant: 'candidate', reason: 'STATIC', flagMetadata: { feature: 'vehicles', share: 100, risk: 'high', rolledBack: false, breaker: 'closed', decision: 'share' }
  })
  assert.equal(await client.getBooleanValue('health', true), false)
  assert.equal(await client.getStringValue('vehicles', 'none'), 'candidate')
  assert.equal(await client.getStringValue('health', 'none'), 'legacy')
  await app.control.setShare('health', 1_250, cause)
  const { value, variant, reason } = await client.getNumberDetails('health', -1)
  assert.deepEqual([value, variant, reason], [12.5, '12.5%', 'STATIC'])
})

test('a targeting key is a sticky key: the answer is that of the switch', async t => {
  const app = await opened(t, { vehicles: { routes: ['/v'], share: '50%', stickyBy: 'header:x-user', pin: { legacy: ['shy'] } } })
  const client = await clientOf(cutoverProvider(app.control))
  let onCandidate = 0
  for (let user = 0; user < 200; user++) {
    const details = await client.getStringDetails('vehicles', '', { targetingKey: `u${user}` })
    assert.equal(details.value, app.control.explain({ method: 'GET', url: '/v', headers: { 'x-user': `u${user}` } }).backend)
    assert.equal(details.reason, 'SPLIT')
    if (details.value === 'candidate') onCandidate++
  }
  assert.ok(onCandidate > 60 && onCandidate < 140, String(onCandidate))
  const pinned = await client.getBooleanDetails('vehicles', true, { targetingKey: 'shy' })
  assert.deepEqual([pinned.value, pinned.reason, pinned.flagMetadata.decision], [false, 'TARGETING_MATCH', 'pinned'])
  await app.control.rollback('vehicles', cause)
  const back = await client.getBooleanDetails('vehicles', true, { targetingKey: 'u1' })
  assert.deepEqual([back.value, back.flagMetadata.rolledBack], [false, true])
})

test('what cannot be told is an error with the default, and never a guess', async t => {
  const app = await opened(t, { sticky: { routes: ['/s'], share: '50%', stickyBy: 'jwt:sub' }, drawn: { routes: ['/d'], share: '50%' } })
  const client = await clientOf(cutoverProvider(app))
  const cases = [
    [await client.getBooleanDetails('other', true), true, ErrorCode.FLAG_NOT_FOUND, /no feature "other"/],
    [await client.getNumberDetails('__proto__', 7), 7, ErrorCode.FLAG_NOT_FOUND, /__proto__/],
    [await client.getObjectDetails('other', {}), {}, ErrorCode.FLAG_NOT_FOUND, /^/],
    [await client.getBooleanDetails('sticky', true), true, ErrorCode.TARGETING_KEY_MISSING, /told apart by jwt:sub/],
    [await client.getStringDetails('drawn', 'x', { targetingKey: 'u1' }), 'x', ErrorCode.TARGETING_KEY_MISSING, /drawn one by one/],
    [await client.getObjectDetails('drawn', { a: 1 }), { a: 1 }, ErrorCode.TYPE_MISMATCH, /a boolean, a string or a number/]
  ] as const
  for (const [{ value, errorCode, errorMessage, reason }, expected, code, said] of cases) {
    assert.deepEqual([value, errorCode, reason], [expected, code, 'ERROR'])
    assert.match(errorMessage ?? '', said)
  }
})

test('code behind Express and Fastify learns the side of its own request, also where the switch draws', async t => {
  const legacy = express()
  const candidate = Fastify()
  const client = OpenFeature.getClient('express-and-fastify')
  const side = async (response: ServerResponse): Promise<string> => `${await client.getStringValue('drawn', 'unknown', requestContext(response))} ${await client.getBooleanValue('drawn', false, requestContext(response))}`
  legacy.get('/d', (_, response, next) => { side(response).then(text => response.send(text), next) })
  legacy.get('/o', (_, response, next) => { side(response).then(text => response.send(text), next) })
  candidate.get('/d', async (_, reply) => await side(reply.raw))
  const app = await opened(t, { drawn: { routes: ['/d'], share: '50%' }, other: { routes: ['/o'] } }, { legacy, candidate })
  await OpenFeature.setProviderAndWait('express-and-fastify', cutoverProvider(app))
  const url = await app.listen({ port: 0 })
  const seen = new Set<string>()
  for (let asked = 0; asked < 40; asked++) {
    const response = await fetch(`${url}/d`)
    const text = await response.text()
    const backend = response.headers.get('x-routed-to')
    assert.equal(text, `${backend} ${backend === 'candidate'}`)
    seen.add(text)
  }
  assert.equal(seen.size, 2)
  assert.equal(await (await fetch(`${url}/o`)).text(), 'unknown false', 'of another feature nothing is claimed')
})

test('after a fallback it is legacy\'s side', async t => {
  const candidate = Fastify()
  candidate.get('/v', async () => { throw new Error('no') })
  const legacy = express()
  const app = await opened(t, { vehicles: { routes: ['/v'], share: '100%' } }, { legacy, candidate })
  const client = await clientOf(cutoverProvider(app))
  legacy.get('/v', (_, response, next) => {
    client.getBooleanDetails('vehicles', true, requestContext(response)).then(({ value, variant }) => response.json({ value, variant }), next)
  })
  const url = await app.listen({ port: 0 })
  assert.deepEqual(await (await fetch(`${url}/v`)).json(), { value: false, variant: 'legacy' })
})

test('a response that no switch made has no decision', async () => {
  assert.deepEqual(requestContext({} as ServerResponse), {})
  assert.deepEqual(requestContext({ decision: { backend: 'legacy', reason: 'unlisted', feature: undefined } } as never), {})
})

test('whoever listens learns that a share changed, until the provider is closed', async t => {
  const app = await opened(t, { vehicles: { routes: ['/v'] } })
  const provider = cutoverProvider(app)
  const client = await clientOf(provider)
  const heard: unknown[] = []
  client.addHandler(ProviderEvents.ConfigurationChanged, details => { heard.push(details?.flagsChanged) })
  const told = new Promise<void>(resolve => client.addHandler(ProviderEvents.ConfigurationChanged, () => resolve()))
  await app.control.setShare('vehicles', 5_000, cause)
  await told
  assert.deepEqual(heard, [['vehicles']])
  await provider.onClose!()
  await app.control.setShare('vehicles', 6_000, cause)
  assert.equal(heard.length, 1)
})

test('a backend in a process of its own knows its side, and nothing of shares', async () => {
  const client = await clientOf(backendProvider('candidate', { features: ['vehicles'] }))
  const { value, variant, reason } = await client.getBooleanDetails('vehicles', false)
  assert.deepEqual([value, variant, reason], [true, 'candidate', 'STATIC'])
  assert.equal(await client.getStringValue('vehicles', ''), 'candidate')
  assert.equal((await client.getBooleanDetails('health', true)).errorCode, ErrorCode.FLAG_NOT_FOUND)
  assert.equal((await client.getNumberDetails('vehicles', 3)).errorCode, ErrorCode.TYPE_MISMATCH)
  assert.equal((await client.getNumberDetails('health', 3)).errorCode, ErrorCode.FLAG_NOT_FOUND)
})
