import { defineConfig } from 'cutover'

// The documentation, which legacy does not have.
const documentation = ['GET|HEAD /docs', 'GET|HEAD /docs/*']
const documented = 'The candidate serves its OpenAPI document and a page to read it; legacy answers 404.'

export default defineConfig({
  legacy: { module: './backends.ts', export: 'legacy', health: '/health' },
  candidate: { module: './backends.ts', export: 'candidate', health: '/health' },
  features: {
    health: { routes: ['GET /health'], risk: 'low', env: 'FEATURE_FASTIFY_HEALTH' },
    auth: { routes: ['/api/auth', '/api/auth/*'], risk: 'medium', env: 'AUTH_BACKEND' },
    vehicles: { routes: ['/api/vehicles', '/api/vehicles/*'], risk: 'high', stickyBy: 'header:authorization', env: 'VEHICLES_BACKEND' },
    // Unknown routes and the documentation; with the three above it is the whole server.
    'everything-else': { routes: ['/*'], risk: 'low', env: 'BACKEND_FRAMEWORK' }
  },
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
  // A part of what is read goes to both faces: that warms up the candidate, and shows what differs in live traffic.
  shadow: { share: '20%' },
  // For a demonstration of a minute, whose few clients send hundreds of requests and not millions. Who has more traffic and
  // more time asks for more: stages from 1%, each held for minutes, an error rate below 0.1% (which takes about 5,000
  // requests to show), p95 at most 1.2 times legacy's.
  rollout: {
    stages: ['10%', '25%', '50%', '100%'],
    hold: '2s',
    minimumRequests: 50,
    gates: {
      errorRate: { below: '2%' },
      p75: { relativeToLegacy: 3 },
      sampleRatio: true,
      parity: { differences: 0 }
    }
  },
  bench: {
    routes: [
      { name: 'health', path: '/health' },
      { name: 'list', path: '/api/vehicles', headers: { authorization: 'Bearer ${token}' } } // eslint-disable-line no-template-curly-in-string
    ],
    signIn: 'session',
    others: { hono: { module: './backends.ts', export: 'hono', routes: ['health', 'list'] } },
    facts: {
      'schemas and types': {
        legacy: 'Joi by hand on each route; request.body is any',
        candidate: 'TypeBox on each route: validation, serializers and types from one schema',
        hono: 'validators as middleware; types flow from them'
      },
      OpenAPI: { legacy: 'none', candidate: 'generated, at /docs', hono: '@hono/zod-openapi, another way to write routes' },
      middleware: { legacy: 'what the team has', candidate: 'plugins with hooks; fastify-express-compat for the rest', hono: 'on web standards; Express middleware does not fit' }
    }
  }
})
