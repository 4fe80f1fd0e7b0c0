import { defineConfig } from 'cutover'

// What clients of the candidate see and clients of legacy do not, on purpose. Everything else is equal; the scenarios
// in contract/ prove it.
export const intendedDifferences = [
  { routes: ['GET /docs', 'GET /docs/*'], reason: 'The candidate serves its OpenAPI document and a page to read it; legacy answers 404.' },
  { routes: ['GET /api/vehicles//'], reason: 'Express takes two slashes at the end for the list; on the candidate an empty id is a fault of the request (400).' },
  { header: '*', reason: 'The candidate writes header names in lower case; names have no case (RFC 9110, 5.1).' }
] as const

export default defineConfig({
  legacy: { module: './backends.ts', export: 'legacy', health: '/health' },
  candidate: { module: './backends.ts', export: 'candidate', health: '/health' },
  features: {
    health: { routes: ['GET /health'], risk: 'low', env: 'FEATURE_FASTIFY_HEALTH' },
    auth: { routes: ['/api/auth', '/api/auth/*'], risk: 'medium', env: 'AUTH_BACKEND' },
    vehicles: { routes: ['/api/vehicles', '/api/vehicles/*'], risk: 'high', stickyBy: 'header:authorization', env: 'VEHICLES_BACKEND' },
    // Unknown routes and the documentation; with the three above it is the whole server.
    'everything-else': { routes: ['/*'], risk: 'low', env: 'BACKEND_FRAMEWORK' }
  }
})
