import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { after, before, describe, test, type TestContext } from 'node:test'
import { findPort } from '@cutover-examples/runtime/free-port'
import { LimitsUnavailable, type RateLimits } from '../domain/rate-limits.ts'
import type { Environment } from '../environment.ts'
import type { OpenServices } from '../services.ts'
import { ask, faceNames, openFace, openWorld, until, type OpenFace, type World } from './world.ts'

const redisServer = '/usr/bin/redis-server'
const redisMissing = await access(redisServer).then(() => false, () => process.env.CUTOVER_CI === '1' ? false : 'the Debian package redis-server is not installed')
const ours = /^(?:ratelimit-.*|retry-after|content-type|cache-control|vary)$/

/** Both faces, each with services of its own as in two processes, on one database. */
async function openBoth (t: TestContext, world: World, settings: Partial<Environment> = {}): Promise<{ readonly faces: readonly OpenFace[], readonly services: readonly OpenServices[] }> {
  const DATABASE_URL = await world.cloneDatabase()
  const services = await Promise.all(faceNames.map(async () => await world.services({ ...settings, DATABASE_URL })))
  const faces = await Promise.all(faceNames.map(async (name, index) => await openFace(name, services[index]!)))
  t.after(async () => {
    await Promise.all(faces.map(async face => await face.stop()))
    await Promise.all(services.map(async each => await each.close()))
  })
  // Connections are there before anybody waits for one: on a busy machine that takes longer than the pool's patience.
  await Promise.all(services.flatMap(({ pool }) => Array.from({ length: pool.options.max ?? 1 }, async () => await pool.query('select pg_sleep(0.05)'))))
  return { faces, services }
}

async function startRedis (t: TestContext, port: number): Promise<{ readonly url: string, stop (): Promise<void> }> {
  const child = spawn(redisServer, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--daemonize', 'no'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = once(child, 'exit')
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  t.after(stop)
  let said = ''
  child.stdout.on('data', chunk => { said += chunk })
  await until('redis starts', () => said.includes('Ready to accept connections'))
  return { url: `redis://127.0.0.1:${port}`, stop }
}

describe('the limits', () => {
  let world: World
  before(async () => { world = await openWorld() })
  after(async () => { await world?.close() })

  async function thirtyAtOnce (t: TestContext, settings: Partial<Environment>): Promise<void> {
    const { faces, services } = await openBoth(t, world, { AI_TIMEOUT_MS: 30_000, ...settings })
    const token = services[0]!.tokens.issue('00000000-0000-4000-8000-00000000000a')
    const answers = await Promise.all(Array.from({ length: 30 }, async (_, index) => await ask(faces[index % 2]!.url, '/api/ai/generate', { token, json: { prompt: 'Hello' } })))
    const statuses = answers.map(({ status }) => status)
    assert.equal(statuses.filter(status => status === 200).length, 10, statuses.join())
    assert.equal(statuses.filter(status => status === 429).length, 20, statuses.join())
    // 9 … 0 are each told once, by whichever server.
    const remaining = answers.filter(({ status }) => status === 200).map(({ headers }) => Number(headers.get('ratelimit-remaining')))
    assert.deepEqual(remaining.sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  }

  test('let 10 of 30 generations pass that one user sends at once through both servers', async t => { await thirtyAtOnce(t, {}) })

  test('do so on Redis too', { skip: redisMissing }, async t => {
    const redis = await startRedis(t, await findPort())
    await thirtyAtOnce(t, { REDIS_URL: redis.url })
  })

  test('say the same on both faces, before and after they are reached', async t => {
    const { faces, services } = await openBoth(t, world, { AI_REQUESTS_PER_MINUTE: 2 })
    const told: unknown[][] = []
    for (const [index, face] of faces.entries()) {
      const token = services[0]!.tokens.issue(`00000000-0000-4000-8000-00000000000${index}`)
      const answers: unknown[] = []
      for (let times = 0; times < 3; times++) {
        const answer = await ask(face.url, '/api/ai/generate', { token, json: {} })
        answers.push([answer.status, [...answer.headers].filter(([name]) => ours.test(name)), await answer.text()])
      }
      told.push(answers)
    }
    assert.deepEqual(told[1], told[0])
    assert.deepEqual(told[0]!.at(-1), [429, [
      ['cache-control', 'no-store'], ['content-type', 'application/json; charset=utf-8'],
      ['ratelimit-limit', '2'], ['ratelimit-policy', '2;w=60'], ['ratelimit-remaining', '0'], ['ratelimit-reset', '60'],
      ['retry-after', '60'], ['vary', 'Origin, Accept-Encoding']
    ], '{"error":{"code":"TOO_MANY_REQUESTS","message":"Too many requests: try again when the time in Retry-After is over"}}'])
  })

  test('hold for all requests of an address, but for health checks, and are told only when reached', async t => {
    const { faces } = await openBoth(t, world, { REQUESTS_PER_MINUTE: 3 })
    const told: unknown[][] = []
    for (const { url } of faces) {
      const answers: unknown[] = []
      for (const path of ['/health', '/nowhere', '/api/ai/capabilities', '/docs', '/api/auth/verify', '/nowhere', '/health']) {
        const answer = await ask(url, path)
        answers.push([path, path === '/docs' ? undefined : answer.status, [...answer.headers].filter(([name]) => /^ratelimit|^retry/.test(name)), path === '/docs' ? undefined : await answer.text()])
      }
      // Another client of the same proxy.
      const other = await ask(url, '/api/ai/capabilities', { headers: { 'x-forwarded-for': '192.0.2.7' } })
      answers.push(other.status)
      told.push(answers)
    }
    assert.deepEqual(told[1], told[0])
    assert.deepEqual((told[0] as [string, number][]).slice(0, -1).map(([, status]) => status), [200, 404, 200, undefined, 429, 429, 200])
    assert.equal(told[0]!.at(-1), 200)
    assert.deepEqual((told[0] as [string, number, string[][]][])[4]![2].map(([name]) => name), ['ratelimit-limit', 'ratelimit-policy', 'ratelimit-remaining', 'ratelimit-reset', 'retry-after'])
  })

  for (const [index, name] of faceNames.entries()) {
    test(`on ${name}: when nothing can be counted, sign-ins pass and generations are refused`, async t => {
      const services = await world.services()
      t.after(services.close)
      const down = { hit: async () => { throw new LimitsUnavailable('the store is down') } }
      const rateLimits: RateLimits = { ...services.rateLimits, signIn: { ...services.rateLimits.signIn, counters: down }, generate: { ...services.rateLimits.generate, counters: down } }
      const face = await openFace(faceNames[index]!, { ...services, rateLimits })
      t.after(face.stop)
      const login = await ask(face.url, '/api/auth/login', { json: { email: 'ada@example.com', password: 'analytical engine' } })
      assert.equal(login.status, 200)
      assert.equal(login.headers.get('ratelimit-limit'), null)
      const { token } = await login.json() as { token: string }
      const asked = world.standIn.asked
      const refused = await ask(face.url, '/api/ai/generate', { token, json: { prompt: 'Hello' } })
      assert.equal(refused.status, 503)
      assert.equal(refused.headers.get('retry-after'), '30')
      assert.match(await refused.text(), /"code":"LIMITS_UNAVAILABLE"/)
      assert.equal(world.standIn.asked, asked)
    })
  }

  test('are refused at once while Redis is away, and counted again when it is back', { skip: redisMissing }, async t => {
    const port = await findPort()
    const redis = await startRedis(t, port)
    const services = await world.services({ REDIS_URL: redis.url })
    t.after(services.close)
    const { counters } = services.rateLimits.generate
    assert.equal((await counters.hit('a', 60_000)).hits, 1)
    await redis.stop()
    await until('redis is missed', async () => await counters.hit('a', 60_000).then(() => false, error => error instanceof LimitsUnavailable))
    await startRedis(t, port)
    await until('redis is back', async () => await counters.hit('b', 60_000).then(({ hits }) => hits > 0, () => false))
  })
})
