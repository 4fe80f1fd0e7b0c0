import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { buildApp } from '../../candidate/app.ts'
import { keys, openWorld, type World } from '../data/world.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$/

describe('the Fastify face', () => {
  let world: World
  let app: FastifyInstance
  const closing: (() => unknown)[] = []
  before(async () => {
    world = await openWorld()
    app = await buildApp(await world.services({ after: (close: () => unknown) => closing.push(close) } as never))
  })
  after(async () => {
    await app?.close()
    for (const close of closing) await close()
    await world?.close()
  })

  async function ask (method: NonNullable<InjectOptions['method']>, url: string, { key = keys.all, headers = {}, json }: { key?: string | null, headers?: Record<string, string>, json?: unknown } = {}): Promise<LightMyRequestResponse> {
    return await app.inject({ method, url, headers: { ...key !== null && { authorization: `Bearer ${key}` }, ...headers }, ...json !== undefined && { payload: json as object } })
  }
  const newKey = async (wanted: object): Promise<{ id: string, key: string }> => (await ask('POST', '/keys', { json: { name: 'test', ...wanted } })).json()

  const operations = [
    { method: 'POST', url: '/prompt', scope: 'prompt', json: { prompt: 'Hello' }, status: 200 },
    { method: 'GET', url: '/usage', scope: 'usage', status: 200 },
    { method: 'GET', url: '/settings', scope: 'admin', status: 200 },
    { method: 'PATCH', url: '/settings', scope: 'admin', json: { max_attempts: 3 }, status: 200 },
    { method: 'DELETE', url: '/cache', scope: 'admin', status: 204 },
    { method: 'GET', url: '/keys', scope: 'admin', status: 200 },
    { method: 'POST', url: '/keys', scope: 'admin', json: { name: 'n', scopes: ['usage'] }, status: 201 },
    { method: 'DELETE', url: `/keys/${randomUUID()}`, scope: 'admin', status: 404 }
  ] as const

  test('has a scope for each operation, and no other one will do', async () => {
    for (const scope of ['prompt', 'usage', 'admin']) {
      const { key } = await newKey({ scopes: [scope] })
      for (const { method, url, scope: needed, status, ...body } of operations) {
        const answer = await ask(method, url, { key, ...body })
        const what = `${method} ${url} by ${scope}`
        assert.equal(answer.statusCode, scope === needed ? status : 403, what)
        if (scope !== needed) assert.equal(answer.body, `{"detail":"This key lacks the scope \\"${needed}\\""}`, what)
      }
    }
  })

  test('refuses who has no key, or none that is valid, at all of them', async () => {
    for (const { method, url } of operations) {
      for (const [headers, detail] of [
        [{}, 'Missing API key'], [{ authorization: 'Bearer' }, 'Missing API key'], [{ authorization: keys.all }, 'Missing API key'], [{ authorization: `Basic ${keys.all}` }, 'Missing API key'],
        [{ authorization: 'Bearer nr_none' }, 'Invalid API key'], [{ authorization: `Bearer  ${keys.all}` }, 'Invalid API key'], [{ authorization: `Bearer ${keys.revoked}` }, 'Invalid API key']
      ] as const) {
        const answer = await ask(method, url, { key: null, headers })
        assert.deepEqual([answer.statusCode, answer.headers['www-authenticate'], answer.body], [401, 'Bearer', `{"detail":"${detail}"}`], `${method} ${url} ${JSON.stringify(headers)}`)
      }
    }
    assert.equal((await ask('GET', '/settings', { key: null, headers: { authorization: `bEARER ${keys.all}` } })).statusCode, 200)
  })

  test('tells the health of the process and of each model', async () => {
    const answer = await ask('GET', '/health', { key: null })
    assert.equal(answer.statusCode, 200)
    const { status, version, database, cache, models } = answer.json<Record<string, unknown>>()
    assert.deepEqual({ status, version, database, cache }, { status: 'ok', version: '1.0.0', database: 'ok', cache: { kind: 'memory', status: 'ok', entries: (cache as { entries: number }).entries } })
    assert.equal((models as unknown[]).length, 6)
    assert.match(answer.body, /"error_rate":0\.0/)
  })

  test('lists models in the order of the catalogue, as they are asked for', async () => {
    const ids = async (query: string): Promise<string[]> => (await ask('GET', `/models${query}`, { key: null })).json<{ models: { id: string }[] }>().models.map(({ id }) => id)
    assert.deepEqual(await ids(''), ['gpt-4o-mini', 'gpt-4o', 'gpt-4.1-mini', 'gpt-4.1', 'claude-3-5-haiku', 'claude-3-7-sonnet'])
    assert.deepEqual(await ids('?capability=math&capability=long_context&max_cost=8'), ['gpt-4.1-mini', 'gpt-4.1'])
    assert.deepEqual(await ids('?provider=anthropic&limit=1&offset=1'), ['claude-3-7-sonnet'])
    assert.deepEqual(await ids('?status=unavailable'), [])
    assert.deepEqual(await ids('?offset=99999999999999999999'), [])
    assert.equal((await ask('GET', '/models/gpt-4o', { key: null })).body, '{"id":"gpt-4o","provider":"openai","name":"GPT-4o","capabilities":["chat","code","math","creative","multilingual"],"status":"available","context_window":128000,"max_output":16384,"cost":{"input":2.5,"output":10.0},"latency_ms":550,"quality":80,"enabled":true,"released":"2024-05-13"}')
    assert.equal((await ask('GET', '/models/gpt-5', { key: null })).statusCode, 404)
  })

  test('answers a prompt, and the same one from what is known, in Python\'s JSON', async () => {
    const json = { prompt: 'What is JSON?' }
    const answer = await ask('POST', '/prompt', { json })
    const { id, created_at: createdAt, attempts, ...rest } = answer.json<{ id: string, created_at: string, attempts: { latency_ms: number }[] }>()
    assert.match(id, uuid)
    assert.match(createdAt, moment)
    assert.equal(attempts.length, 1)
    assert.match(answer.body, /“What is JSON\?”/)
    const known = await ask('POST', '/prompt', { json })
    assert.match(known.body, /"cached":true,.*"cost":0\.0,"attempts":\[\],/)
    const again = known.json<{ id: string, created_at: string }>()
    assert.deepEqual(again, { ...rest, cached: true, cost: 0, attempts: [], id: again.id, created_at: again.created_at })
    assert.notEqual(again.id, id)
    assert.deepEqual(['x-ratelimit-limit', 'cache-control', 'content-type'].map(name => known.headers[name]), ['100000', undefined, 'application/json'])
  })

  test('counts what gets as far as the limit, and tells of it on whole answers and refusals only', async () => {
    const { key } = await newKey({ scopes: ['prompt', 'usage'], requests_per_minute: 3 })
    const json = { prompt: 'Hello' }
    const limits = ({ statusCode, headers }: LightMyRequestResponse) => [statusCode, headers['x-ratelimit-limit'], headers['x-ratelimit-remaining']]
    assert.deepEqual(limits(await ask('POST', '/prompt', { key, json })), [200, '3', '2'])
    assert.deepEqual(limits(await ask('GET', '/usage', { key })), [200, undefined, undefined])
    assert.deepEqual(limits(await ask('POST', '/prompt', { key, json: {} })), [422, undefined, undefined])
    assert.deepEqual(limits(await ask('POST', '/prompt', { key, json: { prompt: 'x', stream: true } })), [200, undefined, undefined])
    const refused = await ask('POST', '/prompt', { key, json: {} })
    assert.deepEqual([limits(refused), refused.body], [[429, '3', '0'], '{"detail":"Rate limit exceeded"}'])
    assert.ok(Number(refused.headers['retry-after']) > 50 && Number(refused.headers['retry-after']) <= 60)
  })

  test('says why a prompt is not answered', async () => {
    for (const [json, status, body, retryAfter] of [
      [{ prompt: 'x', model: 'gpt-5' }, 404, { detail: 'Model not found' }],
      [{ prompt: 'x', max_cost: 1e-12 }, 400, { detail: 'No model satisfies the request' }],
      [{ prompt: '[stand-in all=reject]', model: 'gpt-4o' }, 502, 'No model answered'],
      [{ prompt: '[stand-in all=limit-long]', model: 'gpt-4o-mini' }, 503, 'No model answered', '3600']
    ] as const) {
      const answer = await ask('POST', '/prompt', { json })
      assert.equal(answer.statusCode, status, answer.body)
      if (typeof body === 'object') assert.deepEqual(answer.json(), body)
      else assert.equal(answer.json<{ detail: { message: string, attempts: unknown[] } }>().detail.message, body)
      assert.equal(answer.headers['retry-after'], retryAfter)
      assert.equal(answer.headers['x-ratelimit-limit'], undefined)
    }
  })

  test('takes changes of the settings one by one, and tells what is wrong with them', async () => {
    const before = (await ask('GET', '/settings')).json<{ generation: number }>()
    const changed = await ask('PATCH', '/settings', { json: { disabled_models: ['gpt-4o'], strategy: null } })
    const { updated_at: updatedAt, ...settings } = changed.json<Record<string, unknown>>()
    assert.match(updatedAt as string, moment)
    assert.deepEqual(settings, { strategy: 'balanced', cache_ttl_seconds: 3600, max_attempts: 3, disabled_models: ['gpt-4o'], generation: before.generation + 1 })
    assert.equal((await ask('GET', '/models/gpt-4o')).json<{ enabled: boolean }>().enabled, false)
    const errors = async (json: unknown) => (await ask('PATCH', '/settings', { json })).json<{ detail: { loc: unknown[], msg: string }[] }>().detail.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`)
    assert.deepEqual(await errors({}), ['body.__root__: nothing to change'])
    assert.deepEqual(await errors({ max_attempts: null }), ['body.__root__: nothing to change'])
    assert.deepEqual(await errors({ disabled_models: ['gpt-4o', 'x'], max_attempts: 0 }), ['body.max_attempts: ensure this value is greater than or equal to 1', 'body.disabled_models.1: Unknown model: x'])
    await ask('PATCH', '/settings', { json: { disabled_models: [] } })
  })

  test('forgets answers by DELETE /cache', async () => {
    const cached = async () => (await ask('POST', '/prompt', { json: { prompt: 'forget me', model: 'gpt-4.1' } })).json<{ cached: boolean }>().cached
    assert.deepEqual([await cached(), await cached()], [false, true])
    for (const query of ['?model=gpt-4.1', '']) {
      const forgotten = await ask('DELETE', `/cache${query}`)
      assert.deepEqual([forgotten.statusCode, forgotten.body, forgotten.headers['content-type'], forgotten.headers['content-length']], [204, '', undefined, undefined])
      assert.deepEqual([await cached(), await cached()], [false, true])
    }
    assert.equal((await ask('DELETE', '/cache?model=gpt-5')).body, '{"detail":"Model not found"}')
  })

  test('tells a key once, and revokes it once', async () => {
    const created = await ask('POST', '/keys', { json: { name: 'a', scopes: ['admin', 'prompt', 'admin'] } })
    assert.equal(created.statusCode, 201)
    const { key, ...told } = created.json<{ id: string, key: string, prefix: string, created_at: string }>()
    assert.deepEqual({ ...told, id: '', created_at: '' }, { id: '', name: 'a', prefix: key.slice(0, 9), scopes: ['prompt', 'admin'], requests_per_minute: 60, created_at: '', revoked_at: null })
    const listed = await ask('GET', '/keys')
    assert.deepEqual(listed.json<{ keys: unknown[] }>().keys[0], told)
    assert.ok(!listed.body.includes(key))
    assert.equal((await ask('GET', '/settings', { key })).statusCode, 200)
    assert.equal((await ask('DELETE', `/keys/${told.id.toUpperCase()}`)).statusCode, 204)
    assert.equal((await ask('DELETE', `/keys/${told.id}`)).body, '{"detail":"Key not found"}')
    assert.equal((await ask('GET', '/settings', { key })).statusCode, 401)
    assert.equal((await ask('DELETE', '/keys/x')).json<{ detail: { loc: string[] }[] }>().detail[0]!.loc.join('.'), 'path.key_id')
  })

  test('sums what a key used', async () => {
    const { key } = await newKey({ scopes: ['prompt', 'usage'] })
    for (const json of [{ prompt: 'Use me', model: 'gpt-4o', max_tokens: 4 }, { prompt: 'Use me', model: 'gpt-4o', max_tokens: 4 }, { prompt: '[stand-in all=reject]', model: 'gpt-4o' }]) await ask('POST', '/prompt', { key, json })
    const usage = await ask('GET', '/usage', { key })
    assert.match(usage.body, /^{"requests":3,"failed":1,"cached":1,"prompt_tokens":\d+,"completion_tokens":8,"cost":[\de.-]+,"models":\[{"model":"gpt-4o","requests":2,/)
    assert.equal((await ask('GET', '/usage?since=2999-01-01T00:00', { key })).json<{ requests: number }>().requests, 0)
    assert.equal((await ask('GET', '/usage?model=gpt-4.1', { key })).body, '{"requests":0,"failed":0,"cached":0,"prompt_tokens":0,"completion_tokens":0,"cost":0.0,"models":[]}')
    assert.equal((await ask('GET', '/usage?since=x', { key })).statusCode, 422)
  })

  test('gives each answer its request\'s id', async () => {
    for (const url of ['/health', '/nowhere', '/models/gpt-5', '/keys']) {
      assert.equal((await ask('GET', url, { key: null, headers: { 'x-request-id': 'mine.1_2-3' } })).headers['x-request-id'], 'mine.1_2-3', url)
      for (const given of ['', 'two words', 'x'.repeat(129), '<b>']) assert.match(String((await ask('GET', url, { key: null, headers: { 'x-request-id': given } })).headers['x-request-id']), uuid)
    }
  })

  test('describes all of it at /openapi.json, and shows it at /docs', async () => {
    const { paths } = (await ask('GET', '/openapi.json', { key: null })).json<{ paths: Record<string, Record<string, unknown>> }>()
    assert.deepEqual(Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`)).sort(), [
      'DELETE /cache', 'DELETE /keys/{key_id}', 'GET /health', 'GET /keys', 'GET /models', 'GET /models/{model_id}', 'GET /settings', 'GET /usage', 'PATCH /settings', 'POST /keys', 'POST /prompt'
    ])
    assert.match((await ask('GET', '/docs', { key: null })).body, /swagger-ui/)
  })
})
