import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { startDatabase } from '../../../../examples/runtime/postgres.ts'
import { findRedis, startRedis } from '../../../../examples/runtime/redis.ts'
import { demoKeys } from '../../../../examples/neuroroute/data/seed.ts'
import { startStandIn } from '../../../../examples/neuroroute/external/stand-in/stand-in.ts'
import { findPython, PythonMissing, type Python } from '../../../../examples/neuroroute/python.ts'
import { prepareDatabase, providersAt } from '../../../../examples/neuroroute/verification.ts'
import { bound, CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { detailsOf } from './example/details.ts'
import type { Example } from './example/example.ts'
import { comparisonOf, measure, memoryOf, pooledCpuOf } from './example/measure.ts'

const routes = ['health', 'models', 'cached', 'uncached'] as const
type Route = typeof routes[number]

// Beyond what any load reaches: the limiter counts as it does in production, and refuses nobody.
const unlimited = 2_000_000_000

const own = ['id', 'created_at', 'latency_ms']

/** @param redis the program; without it answers are cached in each process, and requests counted in the database */
function exampleOf (python: Python, redis: string | undefined): Example<Route> {
  const prompt = async (body: object): Promise<Readonly<Record<'method' | 'path' | 'body', string> & { headers: Record<string, string> }>> => ({
    method: 'POST',
    path: '/prompt',
    headers: { authorization: `Bearer ${(await demoKeys())[0]!.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'Which model answers a short question in English best, and why?', ...body })
  })
  return {
    name: 'neuroroute',
    faces: ['legacy', 'candidate'],
    commands: { legacy: `"${python.path}" -m legacy` },
    routes,
    // Digits of durations make bodies longer or shorter.
    ownHeaders: ['x-ratelimit-remaining', 'content-length'],
    ownMembers: { health: ['uptime_seconds', 'memory_mb', 'load', 'latency_ms', 'entries'], cached: own, uncached: own },
    async open () {
      const database = await startDatabase('neuroroute')
      const standIn = await startStandIn()
      const cache = redis === undefined ? undefined : await startRedis(redis)
      await prepareDatabase(database.url)
      await raiseLimits(database.url)
      return {
        env: {
          NODE_ENV: 'production',
          SEED_DEMO_DATA: 'false',
          DATABASE_URL: database.url,
          REDIS_URL: cache?.url ?? '',
          ...providersAt(standIn.url),
          // More than the connections of the bench: what is measured are servers, and not a limit that both keep.
          OPENAI_CONCURRENCY: '200',
          ANTHROPIC_CONCURRENCY: '200',
          PROVIDER_TIMEOUT_MS: '60000',
          FASTAPI_PORT: '{port}',
          FASTIFY_PORT: '{port}',
          PYTHONDONTWRITEBYTECODE: '1'
        },
        async close () {
          await cache?.stop()
          await standIn.close()
          await database.stop()
        }
      }
    },
    async prepare (origin) {
      const { path, ...request } = await prompt({})
      const answer = await fetch(origin + path, request)
      if (answer.status !== 200) throw new CannotRun(`${path} answered ${answer.status}: ${await answer.text()}`)
      await answer.arrayBuffer()
    },
    async requestsAt () {
      const get = (path: string) => ({ method: 'GET', path, headers: {} })
      return { health: get('/health'), models: get('/models'), cached: await prompt({}), uncached: await prompt({ cache: false }) }
    }
  }
}

/** The Fastify face of neuroroute over its FastAPI face: one Node process against one uvicorn worker. */
export async function run (options: Options): Promise<Figure> {
  const python = pythonOf()
  const redis = findRedis()
  const example = exampleOf(python, redis)
  const results = await measure(example, options)
  return {
    figure: 'neuroroute',
    bounds: [...results].flatMap(([connections, result]) => [
      ...routes.map(route => bound(`${route}_${connections}`, '> 1', comparisonOf(result, route)?.rate ?? null)),
      ...routes.map(route => bound(`${route}_p95_${connections}`, '', comparisonOf(result, route)?.p95 ?? null)),
      bound(`cpu_${connections}`, '', pooledCpuOf(result)),
      bound(`memory_${connections}`, '', memoryOf(result))
    ]),
    versions: { ...python.versions, fastify: fastifyVersion(), node: process.version },
    cache: redis === undefined ? 'redis-server is not installed: answers cached in the memory of each process, requests counted in PostgreSQL' : 'Redis: cached answers and counted requests',
    routes: { health: 'GET /health, with a query of the database', models: 'GET /models, six of them', cached: 'POST /prompt with a key, answered from the cache', uncached: 'POST /prompt with a key and cache: false, answered by a stand-in of the provider in the process of this program' },
    ...detailsOf(example, results, 'all routes pooled')
  }
}

function pythonOf (): Python {
  try {
    return findPython()
  } catch (error) {
    throw error instanceof PythonMissing ? new CannotRun(error.message) : error
  }
}

function fastifyVersion (): string {
  const require = createRequire(fileURLToPath(new URL('../../../../examples/neuroroute/package.json', import.meta.url)))
  return (require('fastify/package.json') as { version: string }).version
}

/** Keys may ask 100,000 times a minute at most; this load asks more often. */
async function raiseLimits (url: string): Promise<void> {
  const { Client } = await import('pg')
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query('update api_keys set requests_per_minute = $1', [unlimited])
  await client.end()
}
