import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { buildApp } from '../../candidate/app.ts'
import type { Environment } from '../../environment.ts'
import type { OpenServices } from '../../services.ts'
import { keys, openWorld, redisMissing, startRedis, until, type World } from '../data/world.ts'

describe('two processes of the Fastify face', () => {
  let world: World
  before(async () => { world = await openWorld() })
  after(async () => { await world?.close() })

  /** Two apps, each with services of its own as in two processes, on one database. */
  async function openTwo (t: TestContext, settings: Partial<Environment> = {}) {
    const DATABASE_URL = await world.cloneDatabase()
    const services: OpenServices[] = []
    const apps: FastifyInstance[] = []
    for (let each = 0; each < 2; each++) {
      services.push(await world.services(t, { ...settings, DATABASE_URL }))
      apps.push(await buildApp(services[each]!))
    }
    const ask = async (process: number, method: 'POST' | 'PATCH' | 'DELETE' | 'GET', url: string, json?: object, key: string = keys.all) =>
      await apps[process]!.inject({ method, url, headers: { authorization: `Bearer ${key}` }, ...json && { payload: json } })
    const cached = async (process: number, prompt = 'Who are you?'): Promise<boolean> => (await ask(process, 'POST', '/prompt', { prompt, model: 'gpt-4o' })).json<{ cached: boolean }>().cached
    const generations = async (process: number): Promise<number> => {
      const { settings, generations } = await services[process]!.snapshot()
      return settings.generation + [...generations.values()].reduce((sum, each) => sum + each, 0)
    }
    return { ask, cached, heard: (process: number, count: number) => until('it is heard', async () => await generations(process) === count), services }
  }

  test('each forget what they know when one changes the settings, or forgets a model', async t => {
    const { ask, cached, heard } = await openTwo(t)
    for (const process of [0, 1]) assert.deepEqual([await cached(process), await cached(process)], [false, true])
    assert.equal((await ask(0, 'PATCH', '/settings', { max_attempts: 2 })).statusCode, 200)
    await heard(1, 2)
    for (const process of [0, 1]) assert.deepEqual([await cached(process), await cached(process)], [false, true])
    assert.equal((await ask(1, 'DELETE', '/cache?model=gpt-4o')).statusCode, 204)
    await heard(0, 3)
    for (const process of [0, 1]) assert.deepEqual([await cached(process), await cached(process)], [false, true])
  })

  test('each forget how models did, and free the memory of answers, when settings change', async t => {
    const { ask, cached, heard } = await openTwo(t)
    const known = async (process: number) => {
      const { models, cache } = (await ask(process, 'GET', '/health')).json<{ models: { id: string, status: string, error_rate: number }[], cache: { entries: number } }>()
      return [...models.filter(({ id }) => id === 'gpt-4o').map(({ status, error_rate: rate }) => [status, rate]), cache.entries]
    }
    for (const process of [0, 1]) {
      await cached(process)
      await ask(process, 'POST', '/prompt', { prompt: '[stand-in all=garbage]', model: 'gpt-4o' })
      assert.deepEqual(await known(process), [['degraded', 0.5], 1])
    }
    await ask(0, 'PATCH', '/settings', { max_attempts: 2 })
    await heard(1, 2)
    for (const process of [0, 1]) assert.deepEqual(await known(process), [['available', 0], 0])
  })

  test('count a key\'s requests together', async t => {
    const { ask } = await openTwo(t)
    const { key } = (await ask(0, 'POST', '/keys', { name: 'ten', scopes: ['prompt'], requests_per_minute: 10 })).json<{ key: string }>()
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => ask(index % 2, 'POST', '/prompt', { prompt: 'Hello' }, key)))
    const statuses = answers.map(({ statusCode }) => statusCode)
    assert.deepEqual([200, 429].map(status => statuses.filter(each => each === status).length), [10, 20], statuses.join())
    assert.deepEqual(answers.filter(({ statusCode }) => statusCode === 200).map(({ headers }) => Number(headers['x-ratelimit-remaining'])).sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('with a Redis: share answers and counts, and forget one model\'s answers only', { skip: redisMissing }, async t => {
    const { url } = await startRedis(t)
    const { ask, cached, heard } = await openTwo(t, { REDIS_URL: url })
    assert.deepEqual([await cached(0), await cached(1)], [false, true])
    await ask(0, 'DELETE', '/cache?model=gpt-4o-mini')
    await heard(1, 2)
    assert.deepEqual([await cached(0), await cached(1)], [true, true])
    await ask(1, 'DELETE', '/cache?model=gpt-4o')
    await heard(0, 3)
    assert.deepEqual([await cached(0), await cached(1)], [false, true])
    await ask(1, 'PATCH', '/settings', { strategy: 'cost' })
    await heard(0, 4)
    assert.deepEqual([await cached(0), await cached(1)], [false, true])
    const { key } = (await ask(0, 'POST', '/keys', { name: 'ten', scopes: ['prompt'], requests_per_minute: 10 })).json<{ key: string }>()
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => ask(index % 2, 'POST', '/prompt', { prompt: 'Hello' }, key)))
    assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 10)
  })

  test('with a Redis that is away: answer health, and 500 where requests cannot be counted', { skip: redisMissing }, async t => {
    const { url, stop } = await startRedis(t)
    const { ask } = await openTwo(t, { REDIS_URL: url })
    await stop()
    await until('it is noticed', async () => (await ask(0, 'GET', '/health')).json<{ cache: { status: string } }>().cache.status === 'down')
    const answer = await ask(0, 'POST', '/prompt', { prompt: 'Hello' })
    assert.deepEqual([answer.statusCode, answer.body, answer.headers['content-type']], [500, 'Internal Server Error', 'text/plain; charset=utf-8'])
    assert.equal((await ask(0, 'GET', '/health')).statusCode, 200)
  })

  test('whose database is away: 503 for health, 500 for whoever has a key', async t => {
    const { ask, services } = await openTwo(t)
    await services[0]!.pool.end()
    const health = await ask(0, 'GET', '/health')
    assert.deepEqual([health.statusCode, health.json<{ status: string, database: string }>().status, health.json<{ database: string }>().database], [503, 'down', 'down'])
    const answer = await ask(0, 'GET', '/settings')
    assert.deepEqual([answer.statusCode, answer.body], [500, 'Internal Server Error'])
  })
})
