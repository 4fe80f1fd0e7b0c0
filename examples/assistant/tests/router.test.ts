import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createSwitch, type Switch, type SwitchOptions } from 'cutover'
import { findPort } from '@cutover-examples/runtime/free-port'
import { configFor } from '../cutover.config.ts'
import { createTokens } from '../domain/tokens.ts'
import { binomialInterval } from '@cutover-examples/runtime/sampling'
import { verificationSecret } from '../verification.ts'
import { ask, openWorld, until, type World } from './world.ts'

type Line = Parameters<NonNullable<SwitchOptions['log']>>[0]

/** The router with both servers, each in a process of its own, as `cutover up` starts them. */
interface OpenRouter {
  readonly router: Switch
  readonly url: string
  readonly lines: Line[]
}

const user = '00000000-0000-4000-8000-00000000000a'
const token = createTokens(verificationSecret).issue(user)

describe('the router', () => {
  let world: World
  let databaseUrl: string
  let envFile: string
  before(async () => {
    world = await openWorld()
    envFile = join(await mkdtemp(join(tmpdir(), 'assistant-env-')), '.env')
    databaseUrl = await world.cloneDatabase()
  })
  after(async () => {
    await world?.close()
    await rm(dirname(envFile), { recursive: true, force: true })
  })

  async function openRouter (variables: Record<string, string>): Promise<OpenRouter> {
    const lines: Line[] = []
    const ports = { EXPRESS_PORT: String(await findPort()), FASTIFY_PORT: String(await findPort()) }
    const router = await createSwitch({
      ...configFor({ ...ports, ...variables }, {
        NODE_ENV: 'test',
        DATABASE_URL: databaseUrl,
        DATABASE_POOL: '3',
        SEED_DEMO_DATA: 'false',
        JWT_SECRET: verificationSecret,
        REDIS_URL: '',
        OPENAI_BASE_URL: world.standIn.url,
        OPENAI_API_KEY: 'for-the-stand-in',
        REQUESTS_PER_MINUTE: '1000000',
        LOG_LEVEL: 'info'
      }),
      environment: variables,
      envFile,
      journal: false,
      log: line => { lines.push(line) }
    })
    return { router, url: await router.listen({ port: 0 }), lines }
  }

  const killCandidate = ({ lines }: OpenRouter): void => {
    const pid = lines.map(({ message }) => /^\[candidate\] \{.*"pid":(\d+).*"msg":"request"/.exec(message)?.[1]).findLast(found => found !== undefined)
    assert.ok(pid !== undefined, 'the candidate has logged no request')
    process.kill(Number(pid), 'SIGKILL')
  }

  describe('at half, with FASTIFY_ROLLBACK_ON_ERROR and FASTIFY_DEBUG_MODE', () => {
    let open: OpenRouter
    before(async () => { open = await openRouter({ FASTIFY_TRAFFIC_PERCENTAGE: '50', FASTIFY_ROLLBACK_ON_ERROR: 'true', FASTIFY_DEBUG_MODE: 'true' }) }, { timeout: 60_000 })
    after(async () => { await open?.router.close() })

    test('FASTIFY_TRAFFIC_PERCENTAGE is the share of every feature', () => {
      assert.deepEqual(open.router.control.features().map(({ feature, share }) => [feature, share]), [['auth', 5000], ['ai', 5000], ['everything-else', 5000]])
    })

    test('keeps the percentage within its sampling error, one request at a time', async () => {
      const sides = await Promise.all(Array.from({ length: 300 }, async () => (await ask(open.url, '/health')).headers.get('x-routed-to')))
      const { least, most } = binomialInterval(sides.length, 0.5, 1 - 1e-9)
      const candidate = sides.filter(side => side === 'candidate').length
      assert.ok(candidate >= least && candidate <= most, `${candidate} of ${sides.length} is not within ${least}–${most}`)
    })

    test('keeps a user of /api/ai on one side, whichever token they use', async () => {
      for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
        const sides = await Promise.all(Array.from({ length: 4 }, async () => {
          const own = createTokens(verificationSecret).issue(`00000000-0000-4000-8000-00000000000${id}`)
          return (await ask(open.url, '/api/ai/capabilities', { token: own })).headers.get('x-routed-to')
        }))
        assert.equal(new Set(sides).size, 1, sides.join())
      }
    })

    test('gives each answer the id that the server has logged, and Server-Timing', async () => {
      for (const [side, share] of [['legacy', 0], ['candidate', 10_000]] as const) {
        await open.router.control.setShare('auth', share, { who: 'test', why: 'to see both' })
        const answer = await ask(open.url, '/api/auth/verify', { token })
        assert.equal(answer.status, 200)
        assert.equal(answer.headers.get('x-routed-to'), side)
        assert.match(answer.headers.get('server-timing') ?? '', /\S/)
        const id = answer.headers.get('x-request-id')
        assert.match(id ?? '', /\S/)
        await until(`${side} logs ${id}`, () => open.lines.some(({ message }) => message.startsWith(`[${side}] {`) && message.includes(`"requestId":"${id}"`) && message.includes('"url":"/api/auth/verify"')))
      }
      const given = await ask(open.url, '/health', { headers: { 'x-request-id': 'mine.1' } })
      assert.equal(given.headers.get('x-request-id'), 'mine.1')
    })

    test('takes a token of one server on the other', async () => {
      await open.router.control.setShare('auth', 0, { who: 'test', why: 'legacy signs in' })
      const login = await ask(open.url, '/api/auth/login', { json: { email: 'ada@example.com', password: 'analytical engine' } })
      const { token: legacys } = await login.json() as { token: string }
      await open.router.control.setShare('auth', 10_000, { who: 'test', why: 'the candidate checks' })
      const profile = await ask(open.url, '/api/auth/profile', { token: legacys })
      assert.deepEqual([profile.status, profile.headers.get('x-routed-to')], [200, 'candidate'])
    })

    test('moves every feature, live, when the variable is edited in .env', async () => {
      await writeFile(envFile, 'FASTIFY_TRAFFIC_PERCENTAGE=75\n')
      await until('all are at 75 %', () => open.router.control.features().every(({ share }) => share === 7500))
    })

    test('fails no safe request when Fastify is killed under load, and goes on with Express', { timeout: 60_000 }, async () => {
      for (const { feature } of open.router.control.features()) await open.router.control.setShare(feature, 10_000, { who: 'test', why: 'all on Fastify' })
      const running = { yes: true }
      let sent = 0
      const failures: string[] = []
      const sides = new Set<string | null>()
      const clients = Array.from({ length: 6 }, async (_, index) => {
        while (running.yes) {
          const answer = await ask(open.url, ['/health', '/api/auth/verify', '/api/ai/capabilities'][index % 3]!, { token }).catch((error: unknown) => String(error))
          if (typeof answer === 'string') failures.push(answer)
          else {
            sides.add(answer.headers.get('x-routed-to'))
            if (answer.status !== 200) failures.push(`${answer.status} ${await answer.text()}`)
            else await answer.arrayBuffer()
          }
          sent++
        }
      })
      await until('load', () => sent > 60)
      killCandidate(open)
      const at = sent
      await until('more load', () => sent > at + 150)
      running.yes = false
      await Promise.all(clients)
      assert.deepEqual(failures, [])
      assert.deepEqual([...sides].sort(), ['candidate', 'legacy'])
      // A write is never sent twice, but one that Fastify cannot have got is Express's.
      const generated = await ask(open.url, '/api/ai/generate', { token, json: { prompt: 'Still there?' } })
      assert.equal(generated.status, 200)
    })
  })

  test('with FASTIFY_ROLLBACK_ON_ERROR=false, a dead Fastify is seen by clients', { timeout: 60_000 }, async () => {
    const open = await openRouter({ FASTIFY_TRAFFIC_PERCENTAGE: '100', FASTIFY_ROLLBACK_ON_ERROR: 'false' })
    try {
      const fine = await ask(open.url, '/health')
      assert.deepEqual([fine.status, fine.headers.get('x-routed-to'), fine.headers.get('server-timing')], [200, 'candidate', null])
      await until('the log line', () => open.lines.some(({ message }) => message.startsWith('[candidate] {') && message.includes('"msg":"request"')))
      killCandidate(open)
      await until('a failure', async () => (await ask(open.url, '/health')).status >= 500)
    } finally {
      await open.router.close()
    }
  })
})
