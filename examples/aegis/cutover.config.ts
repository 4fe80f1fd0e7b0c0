import { defineConfig } from 'cutover'

// The documentation, which legacy does not have.
const documentation = ['GET|HEAD /docs', 'GET|HEAD /docs/*']
const documented = 'The candidate serves its OpenAPI document and a page to read it; legacy answers 404.'

// A user's browser sends the cookie, other clients send the token: whoever has neither is split request by request.
const bySession = 'cookie:session'
const resource = (name: string, risk: 'low' | 'medium' | 'high') => ({
  routes: [`/api/${name}`, `/api/${name}/*`], risk, stickyBy: bySession, env: `${name.toUpperCase()}_BACKEND`
}) as const

export default defineConfig({
  legacy: { module: './backends.ts', export: 'legacy', health: '/health' },
  candidate: { module: './backends.ts', export: 'candidate', health: '/health' },
  features: {
    health: { routes: ['GET /health'], risk: 'low', env: 'FEATURE_FASTIFY_HEALTH' },
    auth: resource('auth', 'high'),
    notes: resource('notes', 'high'),
    vault: resource('vault', 'high'),
    folders: resource('folders', 'medium'),
    tasks: resource('tasks', 'medium'),
    calendar: resource('calendar', 'medium'),
    gpa: resource('gpa', 'low'),
    social: resource('social', 'medium'),
    share: resource('share', 'high'),
    public: resource('public', 'medium'),
    mentions: resource('mentions', 'low'),
    activity: resource('activity', 'low'),
    audit: resource('audit', 'medium'),
    sockets: { routes: ['/socket.io', '/socket.io/*'], risk: 'high', stickyBy: bySession, env: 'SOCKETS_BACKEND' },
    // Unknown routes and the documentation; with those above it is the whole server.
    'everything-else': { routes: ['/*'], risk: 'low', env: 'BACKEND_FRAMEWORK' }
  },
  // Contents of 2 GB take their time on a slow line.
  timeouts: { request: '1h' },
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
    }
  },
  rollout: {
    stages: ['25%', '50%', '100%'],
    gates: {
      errorRate: { below: '0.1%' },
      p95: { below: '50ms' },
      // The plan says 150 MB. This is a ceiling for the whole process, which holds the switch and both faces: see the README.
      memory: { below: '512MB' },
      sampleRatio: true,
      parity: { differences: 0 }
    }
  },
  bench: {
    routes: [
      { name: 'health', path: '/health' },
      { name: 'me', path: '/api/auth/me', headers: { authorization: 'Bearer ${token}' } }, // eslint-disable-line no-template-curly-in-string
      { name: 'tasks', path: '/api/tasks', headers: { authorization: 'Bearer ${token}' } } // eslint-disable-line no-template-curly-in-string
    ],
    signIn: 'session'
  }
})
