import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveConfig } from '../../src/config/resolve.ts'
import type { FeatureConfig } from '../../src/config/schema.ts'

const settings = (features: Readonly<Record<string, FeatureConfig>>, plan = {}) => resolveConfig({ legacy: { origin: 'http://127.0.0.1:1' }, candidate: { origin: 'http://127.0.0.1:2' }, features, plan }, { folder: '/srv/app' })
const riskOf = (name: string, routes: readonly string[], plan = {}) => settings({ [name]: { routes: [...routes] } }, plan).features[0]!.risk

test('health and utilities are low, records medium, sign-in, money and complex logic high', () => {
  assert.equal(riskOf('health', ['GET /health']), 'low')
  assert.equal(riskOf('docs', ['/docs', '/docs/*']), 'low')
  assert.equal(riskOf('vehicles', ['/api/vehicles', '/api/vehicles/*']), 'medium')
  assert.equal(riskOf('auth', ['/api/auth/*']), 'high')
  assert.equal(riskOf('basket', ['POST /api/checkout']), 'high')
  assert.equal(riskOf('ai', ['POST /api/ai/generate']), 'high')
  assert.equal(riskOf('all', ['/*']), 'medium')
})

test('a health check beside records does not make them low', () => {
  assert.equal(riskOf('vehicles', ['GET /api/vehicles/health', '/api/vehicles/*']), 'medium')
})

test('rules of the config come before the built-in ones: the first that matches a route, the highest of the routes', () => {
  const plan = { risks: [{ routes: '^GET /api/auth', risk: 'low', reason: 'read only' }, { routes: '/api/auth', risk: 'medium', reason: 'tokens are checked elsewhere' }] }
  assert.equal(riskOf('auth', ['GET /api/auth/verify'], plan), 'low')
  assert.equal(riskOf('auth', ['GET /api/auth/verify', 'POST /api/auth/login'], plan), 'medium')
})

test('a risk in the feature itself wins, and has no reason but that', () => {
  const [auth, other] = settings({ auth: { routes: ['/api/auth/*'], risk: 'low' }, other: { routes: ['/other'] } }, { risks: [{ routes: '.*', risk: 'high', reason: 'everything is' }] }).features
  assert.deepEqual([auth!.risk, auth!.riskReason, other!.risk, other!.riskReason], ['low', undefined, 'high', 'everything is'])
})

test('features move in the order of their judged risks', () => {
  assert.deepEqual(settings({ auth: { routes: ['/auth'] }, cars: { routes: ['/cars'] }, health: { routes: ['/health'] } }).rollout.order, ['health', 'cars', 'auth'])
})
