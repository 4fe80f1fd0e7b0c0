import { demoAccounts } from '../../../../examples/assistant/data/seed.ts'
import { startDatabase } from '../../../../examples/runtime/postgres.ts'
import type { Figure, Options } from '../harness/figure.ts'
import { againstPlan, type Plan } from './example/against-plan.ts'
import type { Example } from './example/example.ts'
import { measure } from './example/measure.ts'
import { signIn } from './example/sign-in.ts'

const routes = ['profile', 'capabilities', 'health'] as const

const plan: Plan = {
  route: 'profile',
  targets: {
    rps: { want: '>= 2', words: '2 to 3×' },
    p95: { want: '<= 0.7', words: '−30 to −50 %' },
    memory: { want: '<= 0.8', words: '−20 to −30 %' }
  }
}

// Beyond what any load reaches: the limiter counts as it does in production, and refuses nobody.
const unlimited = '1000000000'

const assistant: Example<typeof routes[number]> = {
  name: 'assistant',
  faces: ['legacy', 'candidate'],
  routes,
  ownHeaders: ['ratelimit', 'ratelimit-remaining', 'ratelimit-reset', 'x-ratelimit-remaining', 'x-ratelimit-reset'],
  async open () {
    const database = await startDatabase('assistant')
    return {
      env: {
        NODE_ENV: 'production',
        DATABASE_URL: database.url,
        JWT_SECRET: 'a secret of the bench, known to all who read this',
        SEED_DEMO_DATA: 'true',
        OPENAI_BASE_URL: 'http://127.0.0.1:1',
        OPENAI_API_KEY: 'not asked here',
        REQUESTS_PER_MINUTE: unlimited,
        AUTH_REQUESTS_PER_MINUTE: unlimited,
        AI_REQUESTS_PER_MINUTE: unlimited,
        EXPRESS_PORT: '{port}',
        FASTIFY_PORT: '{port}'
      },
      close: () => database.stop()
    }
  },
  async requestsAt (origin) {
    const { email, password } = demoAccounts[0]
    const headers = { authorization: `Bearer ${await signIn('assistant', origin, { email, password })}` }
    const get = (path: string) => ({ method: 'GET', path, headers })
    return { profile: get('/api/auth/profile'), capabilities: get('/api/ai/capabilities'), health: { method: 'GET', path: '/health', headers: {} } }
  }
}

/** The Fastify server of the assistant example over its Express server, beside what the plan promised. */
export async function run (options: Options): Promise<Figure> {
  return againstPlan(assistant, await measure(assistant, options), plan, options.log)
}
