import { test } from 'node:test'
import express from 'express'
import fastify from 'fastify'
import { defineConfig } from '../../src/config/define.ts'

test('a config is typed as a user writes it', () => {
  const backends = { legacy: { origin: 'http://127.0.0.1:1' }, candidate: { origin: 'http://127.0.0.1:2' } }
  defineConfig({ ...backends, features: {} })
  defineConfig({ legacy: express(), candidate: fastify(), features: { a: { routes: ['/a'], stickyBy: request => request.headers.host?.toString() } } })
  defineConfig({ ...backends, features: { a: { routes: ['/a'], risk: 'high', share: undefined } }, listen: { port: 80 }, trustedProxies: 1 })
  // @ts-expect-error a feature needs routes
  defineConfig({ ...backends, features: { a: {} } })
  // @ts-expect-error an unknown key
  defineConfig({ ...backends, features: { a: { routes: [], routs: [] } } })
  // @ts-expect-error an unknown risk
  defineConfig({ ...backends, features: { a: { routes: [], risk: 'hgh' } } })
  // @ts-expect-error a candidate is needed
  defineConfig({ legacy: backends.legacy, features: {} })
  // @ts-expect-error an unknown key of a backend
  defineConfig({ ...backends, legacy: { orign: 'http://127.0.0.1:1' }, features: {} })
})
