import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { buildApp } from '../../candidate/app.ts'
import { keys, openWorld, redisMissing, startRedis, until, type World } from '../data/world.ts'
import { needPython } from '../need-python.ts'

const { python, skip } = needPython()

/** The FastAPI face as a process of its own; ends with the test. */
async function startLegacy (t: TestContext, env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(python!.path, ['-m', 'legacy'], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, ...env, LOG_LEVEL: 'error', HOST: '127.0.0.1', FASTAPI_PORT: '0', PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'ignore', 'pipe']
  })
  const ended = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGTERM')
    await ended
  })
  let said = ''
  child.stderr.on('data', chunk => { said += chunk })
  await until('FastAPI listens', () => said.includes('listening on ') || child.exitCode !== null)
  const url = /listening on (\S+)/.exec(said)?.[1]
  assert.ok(url !== undefined, said)
  return url
}

describe('FastAPI and Fastify on one database and one Redis', { skip: skip || redisMissing }, () => {
  let world: World
  before(async () => { world = await openWorld() })
  after(async () => { await world?.close() })

  async function openBoth (t: TestContext) {
    const DATABASE_URL = await world.cloneDatabase()
    const { url: REDIS_URL } = await startRedis(t)
    const { url: provider } = world.standIn
    const services = await world.services(t, { DATABASE_URL, REDIS_URL })
    const app = await buildApp(services)
    const candidate = await app.listen({ host: '127.0.0.1', port: 0 })
    t.after(() => app.close())
    const legacy = await startLegacy(t, { DATABASE_URL, REDIS_URL, OPENAI_BASE_URL: provider, OPENAI_API_KEY: 'for-the-stand-in', ANTHROPIC_BASE_URL: provider, ANTHROPIC_API_KEY: 'for-the-stand-in' })
    const ask = async (face: 'legacy' | 'candidate', method: string, path: string, json?: object, key: string = keys.all): Promise<Response> => await fetch((face === 'legacy' ? legacy : candidate) + path, {
      method,
      headers: { authorization: `Bearer ${key}`, connection: 'close', ...json && { 'content-type': 'application/json' } },
      ...json && { body: JSON.stringify(json) }
    })
    return ask
  }

  test('an answer that one cached serves the other; a change at one is heard by the other', async t => {
    const ask = await openBoth(t)
    const cached = async (face: 'legacy' | 'candidate', prompt: string): Promise<{ cached: boolean, output: string }> => await (await ask(face, 'POST', '/prompt', { prompt, model: 'gpt-4o', temperature: 0.5, capabilities: ['math', 'code'] })).json() as { cached: boolean, output: string }
    for (const [first, second] of [['legacy', 'candidate'], ['candidate', 'legacy']] as const) {
      const prompt = `Who said “${first}” first? 😀`
      const [asked, known] = [await cached(first, prompt), await cached(second, prompt)]
      assert.deepEqual([asked.cached, known.cached], [false, true], `${first}, then ${second}`)
      assert.equal(known.output, asked.output)

      assert.equal((await ask(second, 'DELETE', '/cache?model=gpt-4o')).status, 204)
      await until(`${first} forgets`, async () => !(await cached(first, prompt)).cached)
      assert.equal((await ask(first, 'PATCH', '/settings', { disabled_models: [first === 'legacy' ? 'gpt-4.1' : 'gpt-4.1-mini'] })).status, 200)
      const listed = async (face: 'legacy' | 'candidate'): Promise<string> => await (await ask(face, 'GET', '/models')).text()
      await until(`${second} hears it`, async () => await listed('legacy') === await listed('candidate'))
    }
  })

  test('a key counts, and ends, at both', async t => {
    const ask = await openBoth(t)
    const { id, key } = await (await ask('legacy', 'POST', '/keys', { name: 'ten', scopes: ['prompt'], requests_per_minute: 10 })).json() as { id: string, key: string }
    const faces = ['legacy', 'candidate'] as const
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => ask(faces[index % 2]!, 'POST', '/prompt', { prompt: 'Hello' }, key)))
    assert.equal(answers.filter(({ status }) => status === 200).length, 10)
    assert.deepEqual(answers.filter(({ status }) => status === 200).map(({ headers }) => Number(headers.get('x-ratelimit-remaining'))).sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    assert.equal((await ask('candidate', 'DELETE', `/keys/${id}`)).status, 204)
    await until('it is nobody\'s', async () => (await ask('legacy', 'POST', '/prompt', { prompt: 'Hello' }, key)).status === 401)
    assert.equal((await ask('candidate', 'POST', '/prompt', { prompt: 'Hello' }, key)).status, 401)
  })
})
