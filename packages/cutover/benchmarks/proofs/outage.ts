import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startDatabase } from '../../../../examples/runtime/postgres.ts'
import { findRedis, startRedis } from '../../../../examples/runtime/redis.ts'
import { demoKeys } from '../../../../examples/neuroroute/data/seed.ts'
import type { Behaviour } from '../../../../examples/neuroroute/external/stand-in/behaviour.ts'
import { startStandIn, type StandIn } from '../../../../examples/neuroroute/external/stand-in/stand-in.ts'
import { findPython, PythonMissing } from '../../../../examples/neuroroute/python.ts'
import { prepareDatabase, providersAt } from '../../../../examples/neuroroute/verification.ts'
import { bound, CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { freePort } from '../harness/process.ts'
import { withScratch } from '../harness/scratch.ts'
import { transpile } from '../harness/transpile.ts'
import { account, type Account, type Span } from './outage/account.ts'
import { sendPrompts } from './outage/traffic.ts'
import { startGateway, type RunningGateway } from './rollback/gateway.ts'

const rate = 80
// Of one cache for both sides: what one side alone knows would make an outage differ.
const redis = findRedis()
const cachedPart = redis === undefined ? 0 : 0.2
const feature = 'prompts'
const holdMs = 12_000
const patienceMs = 90_000

type Side = 'legacy' | 'candidate'

/** What happens while half of the traffic is on the candidate. */
interface Course {
  readonly name: string
  readonly events: ReadonlyArray<{ readonly span: string, readonly sides: readonly Side[], readonly provider: 'openai' | 'all', readonly behaviour: Behaviour, readonly ms: number }>
}

const both = ['legacy', 'candidate'] as const
const hidden = { span: 'one provider', sides: both, provider: 'openai', behaviour: 'down', ms: 3_000 } as const
const total = { span: 'all providers', sides: both, provider: 'all', behaviour: 'overloaded', ms: 4_000 } as const
const own = { span: 'candidate alone', sides: ['candidate'], provider: 'all', behaviour: 'overloaded', ms: 0 } as const

// The last two are the plants: what counts no blame for an outage must count it for them.
const courses: readonly Course[] = [
  { name: 'outage', events: [hidden, total] },
  { name: 'own fault', events: [own] },
  { name: 'own fault in an outage', events: [total, own] }
]

interface Place {
  readonly code: string
  readonly python: string
  readonly options: Options
}

/** neuroroute is rolled out under load while its providers fail: an outage that both sides suffer, then faults of the candidate alone. */
export async function run (options: Options): Promise<Figure> {
  const python = pythonOf()
  const code = await transpile(fileURLToPath(new URL('../../../../examples/neuroroute', import.meta.url)), 'cutover-outage')
  try {
    const accounts = new Map<string, Account>()
    for (const course of courses) {
      accounts.set(course.name, await withScratch(folder => one(course, folder, { code, python, options })))
      options.log(`${course.name}: ${describe(accounts.get(course.name)!)}`)
    }
    const [outage, own, inside] = courses.map(({ name }) => accounts.get(name)!) as [Account, Account, Account]
    return {
      figure: 'outage',
      bounds: [
        bound('blamed_for_outage', '== 0', outage.blamed),
        bound('arrived', '== 1', outage.arrived ? 1 : 0),
        // That there was an outage of both, and one that failover hid.
        bound('outage_failed_legacy', '>= 50', outage.spans['all providers']!.legacy.failed),
        bound('outage_failed_candidate', '>= 50', outage.spans['all providers']!.candidate.failed),
        bound('hidden_failed', '== 0', outage.spans['one provider']!.legacy.failed + outage.spans['one provider']!.candidate.failed),
        bound('failed_elsewhere', '== 0', outage.failedElsewhere),
        bound('rolled_back', '== 1', own.rollbacks),
        bound('rolled_back_after_outage', '== 1', inside.rollbacks)
      ],
      accounts: Object.fromEntries(accounts),
      method: `${rate} prompts a second, open loop, ${cachedPart * 100} % of them may be answered from the cache, which is one for both (Redis; none of them where redis-server is not installed); cutover up with FastAPI and Fastify as commands, each with a stand-in of its providers of its own; cutover rollout with stages of 50 and 100 %, each held ${holdMs / 1000} s. Two seconds into the first: "one provider" has OpenAI refuse connections to both sides for ${hidden.ms / 1000} s, "all providers" has all answer 529 to both for ${total.ms / 1000} s, "candidate alone" to the candidate only, for good. blamed_for_outage: rollbacks, failed gates, and whether the breaker took the feature off for any request. Gates: errorRate at most twice legacy's, p95 below 2 s, sampleRatio, and the one against bursts. HEALTH_PAUSE_MS 200, so that both sides find a provider well again at about the same time`,
      machine: machine()
    }
  } finally {
    await rm(code, { recursive: true, force: true })
  }
}

async function one ({ name, events }: Course, folder: string, { code, python, options }: Place): Promise<Account> {
  const database = await startDatabase('neuroroute').catch((error: unknown) => { throw new CannotRun(`no database: ${String(error)}`) })
  const cache = redis === undefined ? undefined : await startRedis(redis)
  const standIns: Record<Side, StandIn> = { legacy: await startStandIn(), candidate: await startStandIn() }
  try {
    await prepareDatabase(database.url)
    const gateway = await startGateway(folder, await configOf({ code, python, database: database.url, redis: cache?.url ?? '', standIns }))
    const key = (await demoKeys())[0]!.key
    try {
      const traffic = sendPrompts({ url: gateway.url, rate, cachedPart, key })
      const spans: Record<string, Span> = {}
      try {
        await warm(gateway.url, key)
        await gateway.command('rollout', 'start', feature)
        await wait(2_000)
        for (const { span, sides, provider, behaviour, ms } of events) {
          const from = Date.now()
          for (const side of sides) standIns[side].control({ [provider]: behaviour })
          if (ms === 0) {
            await until(gateway, ({ kind }) => kind === 'rollback', 30_000)
            spans[span] = { from, to: Date.now() }
            break
          }
          await wait(ms)
          for (const side of sides) standIns[side].control({})
          // Pauses of models, and what waits for a retry.
          spans[span] = { from, to: Date.now() + 1_000 }
          if (events.at(-1)?.span === span) await until(gateway, ({ kind, event }) => kind === 'rollback' || event === 'completed', patienceMs)
          else if (events.at(-1)?.ms !== 0) await wait(1_500)
        }
        await wait(1_000)
        options.log(`${name}: ${traffic.outcomes.length} prompts answered`)
      } finally {
        await traffic.finish()
      }
      return account({ outcomes: traffic.outcomes, journal: await gateway.journal(), spans })
    } finally {
      await gateway.stop()
    }
  } finally {
    for (const standIn of Object.values(standIns)) await standIn.close()
    await cache?.stop()
    await database.stop()
  }
}

async function configOf ({ code, python, database, redis, standIns }: { readonly code: string, readonly python: string, readonly database: string, readonly redis: string, readonly standIns: Readonly<Record<Side, StandIn>> }) {
  const backend = async (side: Side, command: string) => {
    const port = await freePort()
    return {
      command,
      cwd: code,
      origin: `http://127.0.0.1:${port}`,
      health: '/models',
      env: {
        NODE_ENV: 'test',
        LOG_LEVEL: 'error',
        SEED_DEMO_DATA: 'false',
        DATABASE_URL: database,
        REDIS_URL: redis,
        ...providersAt(standIns[side].url),
        OPENAI_CONCURRENCY: '500',
        ANTHROPIC_CONCURRENCY: '500',
        HEALTH_PAUSE_MS: '200',
        FASTAPI_PORT: '{port}',
        FASTIFY_PORT: '{port}',
        PYTHONDONTWRITEBYTECODE: '1'
      }
    }
  }
  return {
    legacy: await backend('legacy', `"${python}" -m legacy`),
    candidate: await backend('candidate', `"${process.execPath}" "${join(code, 'candidate/server.js')}"`),
    features: { [feature]: { routes: ['/prompt'], risk: 'high' } },
    listen: { port: 0 },
    headers: { serverTiming: true },
    rollout: {
      stages: ['50%', '100%'],
      hold: `${holdMs}ms`,
      minimumRequests: 100,
      gates: { errorRate: { relativeToLegacy: 2 }, p95: { below: '2s' }, sampleRatio: true }
    }
  }
}

/** As servers are that have been running: what they do in their first seconds is not what is asked here. */
async function warm (url: string, key: string): Promise<void> {
  for (let count = 0; count < 50; count++) {
    const answer = await fetch(`${url}/prompt`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify({ prompt: 'Are you well?', cache: false }) })
    if (answer.status !== 200) throw new CannotRun(`before any outage a prompt was answered ${answer.status}: ${await answer.text()}`)
    await answer.arrayBuffer()
  }
}

async function until (gateway: RunningGateway, found: (line: Awaited<ReturnType<RunningGateway['journal']>>[number]) => boolean, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs
  while (performance.now() < end && !(await gateway.journal()).some(found)) await wait(100)
}

function pythonOf (): string {
  try {
    return findPython().path
  } catch (error) {
    throw error instanceof PythonMissing ? new CannotRun(error.message) : error
  }
}

function describe ({ blamed, arrived, rollbacks, takenOff, reason, spans }: Account): string {
  const told = Object.entries(spans).map(([name, { legacy, candidate }]) => `${name}: ${legacy.failed} of ${legacy.requests} failed on legacy, ${candidate.failed} of ${candidate.requests} on the candidate`)
  return `${arrived ? 'arrived' : rollbacks > 0 ? `rolled back (${reason})` : 'neither arrived nor rolled back'}, blamed ${blamed} times, ${takenOff} requests taken off by the breaker; ${told.join('; ')}`
}
