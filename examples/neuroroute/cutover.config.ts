import { defineConfig, type ConfigInput } from 'cutover'
import { pythonOrDefault } from './python.ts'

// FastAPI's own descriptions and pages, and Fastify's.
const documentation = ['/openapi.json', '/docs', '/docs/*', '/redoc', '/redoc/*']
const documented = 'Each face describes itself with the tools of its framework: FastAPI with Swagger UI from a CDN and ReDoc, the candidate with Swagger UI of its own.'
const begins = 'How a key begins, which is made up with it: too short to be taken for a token.'
const took = 'How long this process has run and its attempts took, and what machine it is on.'

// Compiled, as in the container, modules are JavaScript.
const extension = import.meta.url.endsWith('.js') ? 'js' : 'ts'

/**
 * The old backend is another language in a process of its own; the new one is in the switch's process, with no proxy hop.
 * Where the old one runs elsewhere (compose.yaml), FASTAPI_URL says where; else the switch starts and watches it.
 * @param env variables for FastAPI, beside those of this process
 */
export function configFor (variables: NodeJS.ProcessEnv, env: Readonly<Record<string, string>> = {}): ConfigInput {
  return {
    legacy: variables.FASTAPI_URL
      ? { origin: variables.FASTAPI_URL, health: '/models' }
      : {
          command: `"${pythonOrDefault()}" -m legacy`,
          cwd: import.meta.dirname,
          env: { ...env, FASTAPI_PORT: '{port}' },
          origin: `http://127.0.0.1:${variables.FASTAPI_PORT || 8000}`,
          health: '/models'
        },
    candidate: { module: `./candidate/listener.${extension}`, export: 'candidate', health: '/models' },
    features: {
      health: { routes: ['GET /health'], risk: 'low', env: 'HEALTH_BACKEND' },
      models: { routes: ['/models', '/models/*'], risk: 'low', env: 'MODELS_BACKEND' },
      // No side keeps anything of a client that the other lacks: each request is drawn by itself.
      prompts: { routes: ['/prompt'], risk: 'high', env: 'PROMPTS_BACKEND' },
      usage: { routes: ['/usage'], risk: 'low', env: 'USAGE_BACKEND' },
      administration: { routes: ['/settings', '/cache', '/keys', '/keys/*'], risk: 'high', env: 'ADMINISTRATION_BACKEND' },
      // Unknown routes and the documentation; with those above it is the whole server.
      'everything-else': { routes: ['/*'], risk: 'low', env: 'BACKEND_FRAMEWORK' }
    },
    envFile: '.env',
    listen: { host: variables.HOST || '127.0.0.1', port: Number(variables.PORT || 3000) },
    stateDir: variables.STATE_DIR || '.cutover',
    // Longer than three models of PROVIDER_TIMEOUT_MS, each tried twice: the server's own answer is the one that clients get.
    timeouts: { firstByte: '70s' },
    parity: {
      surroundings: `./verification.${extension}`,
      scenarios: './scenarios',
      openapi: { candidate: '/openapi.json' },
      // Longer than a process's feed of settings takes to notice that its copy of the database is a new one.
      state: { settle: '150ms' },
      // Everything that differs on purpose; all else is equal, and `cutover verify` proves it.
      compare: {
        statuses: [
          { legacy: 200, candidate: 404, routes: ['/redoc', '/docs/oauth2-redirect'], reason: documented },
          { legacy: 307, candidate: 404, routes: ['/redoc/*', '/docs/*'], reason: documented },
          { legacy: 307, candidate: 200, routes: ['/docs/*'], reason: documented },
          { legacy: 404, candidate: 200, routes: ['/docs/*'], reason: documented },
          { legacy: 200, candidate: 405, routes: ['HEAD /openapi.json', 'HEAD /docs'], reason: documented }
        ],
        headers: [
          // That both count one after the other alike is in tests/faces.test.ts.
          { name: 'x-ratelimit-remaining', compare: 'presence', routes: ['POST /prompt'], reason: 'Of requests at the same moment, which one is counted first is chance, and which one asks the model for the others too.' }
        ],
        ignore: [
          { path: '/body', routes: documentation, reason: documented },
          { path: '/headers/*', routes: documentation, reason: documented },
          { path: '/body/uptime_seconds', kinds: ['value'], reason: took },
          { path: '/body/system/*', kinds: ['value'], reason: took },
          { path: '/body/**/latency_ms', kinds: ['value'], reason: took },
          { path: '/state/usage/*/attempts/*/latency_ms', kinds: ['value'], reason: took },
          { path: '/body/prefix', kinds: ['value'], reason: begins },
          { path: '/body/keys/*/prefix', kinds: ['value'], reason: begins },
          { path: '/state/api_keys/*/prefix', kinds: ['value'], reason: begins }
        ]
      },
      fuzz: {
        signIn: 'session',
        headers: { authorization: 'Bearer ${key}' }, // eslint-disable-line no-template-curly-in-string
        skip: documentation
      }
    },
    // Both sides call services of others, whose outages are nobody's fault: what counts is the candidate beside legacy.
    // For a demonstration; who has more traffic asks for more: see docs/guides/rollout.md.
    rollout: {
      stages: ['10%', '50%', '100%'],
      hold: '2s',
      minimumRequests: 50,
      gates: {
        errorRate: { relativeToLegacy: 2 },
        p75: { relativeToLegacy: 2 },
        memory: { below: '400MB' },
        sampleRatio: true,
        parity: { differences: 0 }
      }
    },
    bench: {
      routes: [
        { name: 'health', path: '/health' },
        { name: 'models', path: '/models' },
        { name: 'usage', path: '/usage', headers: { authorization: 'Bearer ${key}' } } // eslint-disable-line no-template-curly-in-string
      ]
    }
  }
}

export default defineConfig(configFor(process.env))
