import { demoUsers } from '../../../../examples/aegis/data/seed.ts'
import { startMongo } from '../../../../examples/runtime/mongodb.ts'
import { CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { againstPlan, type Plan } from './example/against-plan.ts'
import type { Example } from './example/example.ts'
import { measure } from './example/measure.ts'

const routes = ['notes', 'me', 'health'] as const

const plan: Plan = {
  route: 'notes',
  targets: {
    rps: { want: '>= 2', words: '2 to 3×' },
    p95: { want: '<= 0.4', words: '−60 %' },
    memory: { want: '<= 0.56', words: '−44 %' },
    cpu: { want: '<= 0.62', words: '−38 %' }
  }
}

const aegis: Example<typeof routes[number]> = {
  name: 'aegis',
  faces: ['legacy', 'candidate'],
  routes,
  async open () {
    const database = await startMongo('aegis')
    return {
      env: {
        NODE_ENV: 'production',
        MONGODB_URI: database.url,
        SESSION_SECRET: 'a secret of the bench, known to all who read this',
        CSRF_SECRET: 'another secret of the bench, known to all who read this',
        WEB_ORIGINS: 'http://localhost:3000',
        WEBAUTHN_RP_ID: 'localhost',
        SEED_DEMO_DATA: 'true'
      },
      close: () => database.stop()
    }
  },
  async requestsAt (origin) {
    const headers = { authorization: `Bearer ${await signIn(origin)}` }
    await writeNotes(origin, headers)
    const get = (path: string) => ({ method: 'GET', path, headers })
    return { notes: get('/api/notes'), me: get('/api/auth/me'), health: { method: 'GET', path: '/health', headers: {} } }
  }
}

/** The Fastify face of the aegis example over its Express face, beside what the plan promised. */
export async function run (options: Options): Promise<Figure> {
  return againstPlan(aegis, await measure(aegis, options), plan, options.log)
}

async function signIn (origin: string): Promise<string> {
  const { email, authHash } = demoUsers[0]!
  const { token } = await post(origin, '/api/auth/login', { email, authHash }) as { token: string }
  return token
}

/** A page of notes, of which a user has many: without them, an empty list would be measured. */
async function writeNotes (origin: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(`${origin}/api/notes`, { headers })
  const { notes } = await response.json() as { notes: readonly unknown[] }
  for (let written = notes.length; written < 20; written++) {
    await post(origin, '/api/notes', { encryptedTitle: Buffer.alloc(48, written).toString('base64'), encryptedData: Buffer.alloc(300, written).toString('base64') }, headers)
  }
}

async function post (origin: string, path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const response = await fetch(`${origin}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
  if (!response.ok) throw new CannotRun(`aegis answered ${response.status} to POST ${path}: ${await response.text()}`)
  return await response.json()
}
