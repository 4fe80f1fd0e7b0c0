import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { startDatabase } from '@cutover-examples/runtime/postgres'
import { findRedis, startRedis } from '@cutover-examples/runtime/redis'
import { buildApp } from '../candidate/app.ts'
import { readEnvironment } from '../environment.ts'
import { startStandIn, type StandIn } from '../external/stand-in/stand-in.ts'
import { openServices } from '../services.ts'
import { prepareDatabase, providersAt } from '../verification.ts'
import { demoKeys } from '../data/seed.ts'
import { needPython } from './need-python.ts'

const { python, skip } = needPython()
const program = findRedis()
if (program === undefined && process.env.CUTOVER_CI === '1') throw new Error('redis-server is not installed: apt-get install redis-server')

type Faces = Readonly<Record<'legacy' | 'candidate', string>>
interface Reply { readonly id: string, readonly key: string, readonly output: string, readonly cached: boolean, readonly strategy: string }
const ways = [['legacy', 'candidate'], ['candidate', 'legacy']] as const

// Both as they stand behind the switch, on one database: what outlives a request must be one.
for (const kind of ['PostgreSQL alone', 'Redis'] as const) {
  const withRedis = kind === 'Redis'
  describe(`both faces, on ${kind}`, { skip: skip || (withRedis && program === undefined ? 'the Debian package redis-server is not installed' : false) }, () => {
    const closers: Array<() => Promise<unknown>> = []
    let faces: Faces
    let standIn: StandIn
    let admin: string

    before(async () => {
      const database = await startDatabase('neuroroute')
      closers.push(() => database.stop())
      standIn = await startStandIn()
      closers.push(() => standIn.close())
      await prepareDatabase(database.url)
      const redis = withRedis ? await startRedis(program!) : undefined
      if (redis !== undefined) closers.push(() => redis.stop())
      const env = { NODE_ENV: 'test', LOG_LEVEL: 'silent', SEED_DEMO_DATA: 'false', DATABASE_URL: database.url, REDIS_URL: redis?.url ?? '', ...providersAt(standIn.url) }
      const legacy = await startLegacy(env)
      closers.push(() => stop(legacy.child))
      const candidate = await startCandidate(env)
      closers.push(() => candidate.close())
      faces = { legacy: legacy.url, candidate: candidate.listeningOrigin }
      admin = (await demoKeys())[0]!.key
    })
    after(async () => {
      for (const close of closers.reverse()) await close()
    })

    async function ask (face: keyof Faces, method: string, path: string, { key = admin, json, status }: { key?: string, json?: unknown, status: number | readonly number[] }): Promise<Reply & { readonly status: number }> {
      const response = await fetch(faces[face] + path, { method, headers: { authorization: `Bearer ${key}`, ...json !== undefined && { 'content-type': 'application/json' } }, ...json !== undefined && { body: JSON.stringify(json) } })
      const text = await response.text()
      assert.ok([status].flat().includes(response.status), `${face} answered ${response.status} to ${method} ${path}: ${text}`)
      return { ...text === '' ? {} : JSON.parse(text), status: response.status } as Reply & { status: number }
    }

    for (const [one, other] of ways) {
      test(`a key that ${one} makes is taken by ${other}, until ${one} revokes it`, async () => {
        const { id, key } = await ask(one, 'POST', '/keys', { json: { name: 'of both', scopes: ['usage'] }, status: 201 })
        await ask(other, 'GET', '/usage', { key, status: 200 })
        await ask(one, 'DELETE', `/keys/${id}`, { status: 204 })
        await until(async () => (await ask(other, 'GET', '/usage', { key, status: [200, 401] })).status === 401)
      })

      test(`settings that ${one} changes are ${other}'s`, async () => {
        const strategy = one === 'legacy' ? 'quality' : 'cost'
        await ask(one, 'PATCH', '/settings', { json: { strategy }, status: 200 })
        const top = strategy === 'quality' ? 'claude-3-7-sonnet' : 'gpt-4o-mini'
        await until(async () => (await ask(other, 'POST', '/prompt', { json: { prompt: 'Who is asked?', cache: false }, status: 200 }) as unknown as { model: string }).model === top)
      })

      test(`an answer that ${one} cached is ${withRedis ? '' : 'not '}served by ${other}`, async () => {
        const json = { prompt: `Once, ${randomUUID()}, é 🧭` }
        const asked = await ask(one, 'POST', '/prompt', { json, status: 200 })
        const again = await ask(other, 'POST', '/prompt', { json, status: 200 })
        assert.deepEqual([asked.cached, again.cached, again.output], [false, withRedis, asked.output])
      })
    }

    test('a key\'s requests are counted over both', async () => {
      const { key } = await ask('legacy', 'POST', '/keys', { json: { name: 'five a minute', scopes: ['prompt'], requests_per_minute: 5 }, status: 201 })
      const statuses = await Promise.all(Array.from({ length: 12 }, async (_, index) =>
        (await ask(index % 2 === 0 ? 'legacy' : 'candidate', 'POST', '/prompt', { key, json: { prompt: 'Count me.' }, status: [200, 429] })).status))
      assert.equal(statuses.filter(status => status === 200).length, 5)
    })

    test('a key\'s requests count down by one on both, and each face says how many are left', async () => {
      const { key } = await ask('legacy', 'POST', '/keys', { json: { name: 'four a minute', scopes: ['prompt'], requests_per_minute: 4 }, status: 201 })
      const told: Array<readonly [number, string | null, string | null, boolean]> = []
      for (const face of ['legacy', 'candidate', 'candidate', 'legacy', 'legacy', 'candidate'] as const) {
        const { status, headers } = await fetch(`${faces[face]}/prompt`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: '{"prompt":"Count down."}' })
        const retryAfter = Number(headers.get('retry-after'))
        told.push([status, headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining'), retryAfter >= 1 && retryAfter <= 60])
      }
      assert.deepEqual(told, [[200, '4', '3', false], [200, '4', '2', false], [200, '4', '1', false], [200, '4', '0', false], [429, '4', '0', true], [429, '4', '0', true]])
    })

    for (const face of ['legacy', 'candidate'] as const) {
      test(`a client that leaves ${face} in the middle of a stream ends the provider's request`, async () => {
        const { left } = standIn.requests()
        const controller = new AbortController()
        const response = await fetch(`${faces[face]}/prompt`, {
          method: 'POST',
          headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
          body: JSON.stringify({ prompt: '[stand-in all=stall] and then nothing', stream: true }),
          signal: controller.signal
        })
        const reader = response.body!.getReader()
        for (let text = ''; !text.includes('event: delta');) text += Buffer.from((await reader.read()).value ?? []).toString()
        controller.abort()
        await until(() => standIn.requests().left > left)
      })
    }
  })
}

async function startLegacy (env: Readonly<Record<string, string>>): Promise<{ readonly child: ChildProcess, readonly url: string }> {
  const child = spawn(python!.path, ['-m', 'legacy'], { cwd: join(import.meta.dirname, '..'), env: { ...process.env, ...env, FASTAPI_PORT: '0', PYTHONDONTWRITEBYTECODE: '1' }, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', code => reject(new Error(`FastAPI ended with ${code}: ${said}`)))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const found = /listening on (\S+)/.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  return { child, url }
}

async function startCandidate (env: Readonly<Record<string, string>>): Promise<FastifyInstance> {
  const services = await openServices(readEnvironment(env), pino({ level: 'silent' }))
  const app = await buildApp(services, { onClose: () => services.close() })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return app
}

async function stop (child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}

async function until (holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000
  while (!await holds()) {
    assert.ok(Date.now() < deadline, 'it did not come to that within 15 s')
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
