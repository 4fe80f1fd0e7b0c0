import { defineConfig, type ConfigInput } from 'cutover'
import { readRouterEnvironment } from './environment.ts'

// The documentation, which legacy does not have.
const documentation = ['GET|HEAD /docs', 'GET|HEAD /docs/*']
const documented = 'The candidate serves its OpenAPI document and a page to read it; legacy answers 404.'

/**
 * Two servers on two ports, and the router in front of them. Where the servers run elsewhere (compose.yaml, render.yaml),
 * EXPRESS_URL and FASTIFY_URL say where; else the router starts and watches them.
 * @param serverEnv variables for both servers, beside those of this process
 */
export function configFor (variables: NodeJS.ProcessEnv, serverEnv: Readonly<Record<string, string>> = {}): ConfigInput {
  const environment = readRouterEnvironment(variables)
  const rollBack = environment.FASTIFY_ROLLBACK_ON_ERROR
  const env = 'FASTIFY_TRAFFIC_PERCENTAGE'
  return {
    legacy: server('legacy/server.ts', 'EXPRESS_PORT', environment.EXPRESS_PORT, environment.EXPRESS_URL, serverEnv),
    candidate: server('candidate/server.ts', 'FASTIFY_PORT', environment.FASTIFY_PORT, environment.FASTIFY_URL, serverEnv),
    // One variable moves all of them at start; `cutover share ai 25%` one of them, live.
    features: {
      // No side keeps anything of a user: each request is drawn by itself, and the percentage is one of requests.
      auth: { routes: ['/api/auth', '/api/auth/*'], risk: 'high', env },
      // Nothing would break here either. But a user who asks again should not see two servers in turns, and a complaint should
      // lead to one of them: a user stays on one side, whichever token they use, and the percentage is one of users.
      ai: { routes: ['/api/ai', '/api/ai/*'], risk: 'medium', stickyBy: 'jwt:sub', env },
      // Health, the documentation and unknown routes: with the two above it is the whole server.
      'everything-else': { routes: ['/*'], risk: 'low', env }
    },
    // Edited there while the router runs, the variable moves all of them at once.
    envFile: '.env',
    listen: { host: environment.HOST, port: environment.PORT },
    stateDir: environment.STATE_DIR,
    ...environment.ROUTER_TRUSTED_PROXIES !== '' && { trustedProxies: environment.ROUTER_TRUSTED_PROXIES.split(',').map(one => one.trim()) },
    headers: { serverTiming: environment.FASTIFY_DEBUG_MODE },
    fallback: { enabled: rollBack },
    breaker: { enabled: rollBack },
    // Longer than AI_TIMEOUT_MS, so that the server's own answer to a slow AI service is the one that clients get.
    timeouts: { firstByte: '35s' },
    parity: {
      surroundings: './verification.ts',
      scenarios: './scenarios',
      openapi: { candidate: '/docs/json' },
      // Everything that differs on purpose; all else is equal, and `cutover verify` proves it.
      compare: {
        statuses: [
          { legacy: 404, candidate: 200, routes: documentation, reason: documented },
          { legacy: 404, candidate: 302, routes: documentation, reason: documented }
        ],
        ignore: [
          { path: '/body', routes: documentation, reason: documented },
          { path: '/headers/*', routes: documentation, reason: documented }
        ]
      },
      fuzz: {
        signIn: 'session',
        headers: { authorization: 'Bearer ${token}' } // eslint-disable-line no-template-curly-in-string
      }
    },
    // For a demonstration; who has more traffic asks for more: see docs/guides/rollout.md.
    rollout: {
      stages: ['10%', '50%', '100%'],
      hold: '2s',
      minimumRequests: 50,
      gates: { errorRate: { below: '2%' }, p75: { relativeToLegacy: 3 }, sampleRatio: true, parity: { differences: 0 } }
    },
    bench: {
      routes: [
        { name: 'health', path: '/health' },
        { name: 'verify', path: '/api/auth/verify', headers: { authorization: 'Bearer ${token}' } }, // eslint-disable-line no-template-curly-in-string
        { name: 'profile', path: '/api/auth/profile', headers: { authorization: 'Bearer ${token}' } }, // eslint-disable-line no-template-curly-in-string
        { name: 'capabilities', path: '/api/ai/capabilities' }
      ],
      signIn: 'session'
    }
  }
}

function server (file: string, portVariable: string, port: number, url: string | undefined, env: Readonly<Record<string, string>>): ConfigInput['legacy'] {
  if (url !== undefined) return { origin: url.includes('://') ? url : `http://${url}`, health: '/health' }
  return {
    command: `node --import tsx --conditions=cutover-source ${file}`,
    cwd: import.meta.dirname,
    env: { ...env, [portVariable]: '{port}', BEHIND_ROUTER: 'true' },
    origin: `http://127.0.0.1:${port}`,
    health: '/health'
  }
}

export default defineConfig(configFor(process.env))
