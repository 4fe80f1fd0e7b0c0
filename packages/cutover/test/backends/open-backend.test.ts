import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test, type TestContext } from 'node:test'
import Fastify from 'fastify'
import type { BackendSettings } from '../../src/config/settings.ts'
import type { ListenerTarget } from '../../src/config/target.ts'
import { openBackend } from '../../src/backends/open-backend.ts'
import { serve } from '../fixtures/backends/serve.ts'
import { freePort, keptLog } from '../fixtures/backends/watch.ts'

const fixtures = join(import.meta.dirname, '../fixtures/backends')

function settings (source: BackendSettings['source']): BackendSettings {
  return { name: 'legacy', source, health: undefined, startTimeoutMs: 15_000, stopTimeoutMs: 2000 }
}

const module = (file: string, name = 'default') => settings({ kind: 'module', path: resolve(fixtures, 'modules', file), export: name })

async function answerOf (t: TestContext, file: string, name?: string) {
  const backend = await openBackend(module(file, name), { log: keptLog() })
  t.after(() => backend.stop())
  const { url } = await serve(t, backend.target as ListenerTarget)
  return await (await fetch(url)).text()
}

test('a module gives its default export, a named one, or what a factory makes', async t => {
  assert.equal(await answerOf(t, 'app.ts'), 'default /')
  assert.equal(await answerOf(t, 'app.ts', 'named'), 'named /')
  assert.equal(await answerOf(t, 'app.cjs', 'app'), 'cjs /')
  assert.equal(await answerOf(t, 'express.cjs'), 'express')
  assert.equal(await answerOf(t, 'factory.mjs'), 'fastify')
})

test('a module that cannot be loaded, or lacks the export, says so', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'syntax.ts'), 'const = 1')
  const opening = (file: string, name?: string) => openBackend(module(file, name), { log: keptLog() })
  await assert.rejects(opening('none.ts'), { code: 'CUT_MODULE_UNREADABLE', message: /none\.ts of the legacy backend could not be loaded: there is no such file/ })
  await assert.rejects(opening('broken.mjs'), { code: 'CUT_MODULE_UNREADABLE', message: /DATABASE_URL is missing/ })
  await assert.rejects(opening(join(folder, 'syntax.ts')), { code: 'CUT_MODULE_UNREADABLE' })
  await assert.rejects(opening('app.ts', 'app'), { code: 'CUT_MODULE_EXPORT', message: /has no export "app"\. It exports: .*named.*Name one of them with `export`/ })
})

test('a listener is open while it is healthy, and closed once', async () => {
  const app = Fastify()
  let closed = 0
  app.addHook('onClose', async () => { closed++ })
  const backend = await openBackend(settings({ kind: 'listener', listener: app }), { log: keptLog() })
  const states: string[] = []
  backend.onState(({ state }) => states.push(state))
  assert.deepEqual(backend.state(), { state: 'healthy', detail: 'Fastify' })
  assert.equal(backend.kind, 'listener')
  await Promise.all([backend.stop(), backend.stop()])
  assert.equal(closed, 1)
  assert.deepEqual(states, ['stopped'])
})

test('a listener that is no application is refused in the name of its backend', async () => {
  await assert.rejects(openBackend(settings({ kind: 'listener', listener: 42 }), { log: keptLog() }), { code: 'CUT_APPLICATION_UNKNOWN', message: /of the legacy backend is a number/ })
})

test('a command and an origin are opened by their settings', async t => {
  const url = new URL(`http://127.0.0.1:${await freePort()}`)
  const command = await openBackend(settings({ kind: 'command', command: `"${process.execPath}" program.mjs`, cwd: fixtures, env: {}, url }), { log: keptLog() })
  t.after(() => command.stop())
  assert.equal(command.kind, 'command')
  const origin = await openBackend(settings({ kind: 'origin', url }), { log: keptLog() })
  t.after(() => origin.stop())
  assert.equal(origin.kind, 'origin')
  assert.equal(origin.state().state, 'healthy')
})
