import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import express from 'express'
import fastify from 'fastify'
import { defineConfig, type ConfigInput } from '../../src/config/define.ts'
import { resolveConfig } from '../../src/config/resolve.ts'

const origins = { legacy: { origin: 'http://127.0.0.1:5001' }, candidate: { origin: 'http://127.0.0.1:3001/base' } }
const resolve = (input: unknown, env = {}) => resolveConfig(input, { folder: '/srv/app', file: 'cutover.config.ts', env })

test('defaults are filled in and texts become numbers', () => {
  const settings = resolve({ ...origins, features: { vehicles: { routes: ['GET /api/vehicles/:id'] } } })
  assert.deepEqual(settings.features, [{
    name: 'vehicles',
    routes: [{ methods: ['GET'], path: '/api/vehicles/:id' }],
    risk: 'medium',
    riskReason: 'it reads records',
    share: 0,
    stickyBy: undefined,
    pin: { legacy: [], candidate: [] },
    env: undefined,
    fallback: true
  }])
  assert.equal(settings.stateDir, '/srv/app/.cutover')
  assert.equal(settings.timeouts.firstByteMs, 30_000)
  assert.equal(settings.fallback.bodyLimitBytes, 64_000)
  assert.equal(settings.limits.bodyBytes, Infinity)
  assert.deepEqual(settings.listen, { host: '127.0.0.1', port: 3000 })
  assert.deepEqual(settings.force, { header: 'x-cutover-backend', secret: undefined })
})

test('what is written wins over the defaults', () => {
  const settings = resolve({
    ...origins,
    features: { a: { routes: ['/a'], share: '12.5%', stickyBy: 'header:Authorization', pin: { candidate: ['alice'] }, fallback: false } },
    limits: { body: '10MB' },
    breaker: { window: '1m' },
    stateDir: '/var/lib/cutover'
  })
  const [feature] = settings.features
  assert.equal(feature?.share, 1250)
  assert.deepEqual(feature?.stickyBy, { kind: 'header', name: 'authorization' })
  assert.deepEqual(feature?.pin, { legacy: [], candidate: ['alice'] })
  assert.equal(feature?.fallback, false)
  assert.equal(settings.limits.bodyBytes, 10_000_000)
  assert.equal(settings.breaker.windowMs, 60_000)
  assert.equal(settings.breaker.failures, 10)
  assert.equal(settings.stateDir, '/var/lib/cutover')
})

test('a feature falls back as the general setting says unless it says otherwise', () => {
  const settings = resolve({ ...origins, features: { a: { routes: ['/a'] }, b: { routes: ['/b'], fallback: true } }, fallback: { enabled: false } })
  assert.deepEqual(settings.features.map(feature => feature.fallback), [false, true])
})

test('each kind of backend is told apart', () => {
  const kinds = [
    { module: './dist/app.js', export: 'app' },
    { command: 'node app.js', origin: 'http://127.0.0.1:9', cwd: 'server', env: { A: '1' }, startTimeout: '1m' },
    { origin: 'http://127.0.0.1:9' }
  ].map(legacy => resolve({ legacy, candidate: origins.candidate, features: {} }).legacy)
  assert.deepEqual(kinds.map(({ source }) => source), [
    { kind: 'module', path: '/srv/app/dist/app.js', export: 'app' },
    { kind: 'command', command: 'node app.js', cwd: '/srv/app/server', env: { A: '1' }, url: new URL('http://127.0.0.1:9') },
    { kind: 'origin', url: new URL('http://127.0.0.1:9') }
  ])
  assert.equal(kinds[1]?.startTimeoutMs, 60_000)
})

test('applications are taken as they are, in short and in full, and stay unfrozen', async t => {
  const legacy = express()
  const candidate = fastify()
  t.after(() => candidate.close())
  const server = createServer()
  const settings = resolve(defineConfig({ legacy, candidate, features: {} }))
  assert.ok(settings.legacy.source.kind === 'listener' && settings.candidate.source.kind === 'listener')
  assert.equal(settings.legacy.source.listener, legacy)
  assert.equal(settings.candidate.source.listener, candidate)
  assert.equal(Object.isFrozen(legacy) || Object.isFrozen(candidate), false)
  assert.equal(Object.isFrozen(settings.legacy.source), true)
  candidate.decorate('later', true)
  const full = resolve({ legacy: { listener: server, startTimeout: '5s' }, candidate, features: {} })
  assert.ok(full.legacy.source.kind === 'listener')
  assert.equal(full.legacy.source.listener, server)
})

test('settings are frozen all the way down and the input is left alone', () => {
  const input: ConfigInput = { ...origins, features: { a: { routes: ['/a'], pin: { legacy: [] }, stickyBy: () => 'x' } } }
  const before = JSON.stringify(input)
  const settings = resolve(input)
  assert.equal(JSON.stringify(input), before)
  assert.throws(() => { (settings.features[0]!.routes as unknown[]).push('/b') }, TypeError)
  assert.throws(() => { (settings.listen as { port: number }).port = 1 }, TypeError)
  assert.equal(Object.isFrozen(input.features.a), false)
})

test('an undefined value counts as left out', () => {
  assert.equal(resolve({ ...origins, features: {}, stateDir: undefined, listen: { port: undefined } }).listen.port, 3000)
})

test('the process\'s variables win over the file', () => {
  const settings = resolve({ ...origins, features: {}, listen: { port: 1, host: '::1' }, admin: { token: 'from-the-file-0000' } },
    { CUTOVER_PORT: '8080', CUTOVER_ADMIN_TOKEN: 'from-the-process-0', CUTOVER_FORCE_SECRET: 'a-secret-of-testers' })
  assert.deepEqual(settings.listen, { host: '::1', port: 8080 })
  assert.equal(settings.admin.token, 'from-the-process-0')
  assert.equal(settings.force.secret, 'a-secret-of-testers')
})
