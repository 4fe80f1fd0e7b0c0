import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { openGenerator } from '../../../src/bench/generator/generator.ts'
import { served } from './served.ts'

const here = import.meta.dirname

function scratch (t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'cutover-generator-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('it runs tasks in a process of its own, and says what broke one', async t => {
  const origin = await served(t, (_request, response) => { response.end('ok') })
  const generator = await openGenerator(here)
  t.after(() => generator.close())
  const task = { kind: 'closed', origin, requests: [{ method: 'GET', path: '/', headers: {} }], connections: 2, ms: 50, rampMs: 10, pids: [], core: null } as const
  const { requests, failed } = await generator.run(task)
  assert.ok(requests > 0)
  assert.equal(failed, 0)
  await assert.rejects(generator.run({ ...task, origin: 'no origin' }), { code: 'CUT_BENCH_GENERATOR' })
  const stopping = new AbortController()
  setTimeout(() => stopping.abort(new Error('enough')), 20)
  await assert.rejects(generator.run({ ...task, ms: 60_000 }, stopping.signal), /enough/)
})

test('a package that is missing is named', async t => {
  const hooks = "export async function resolve (name, context, next) { if (name === 'autocannon') throw Object.assign(new Error('not here'), { code: 'ERR_MODULE_NOT_FOUND' }); return next(name, context) }"
  const folder = scratch(t)
  writeFileSync(join(folder, 'hooks.mjs'), hooks)
  writeFileSync(join(folder, 'register.mjs'), "import { register } from 'node:module'\nregister('./hooks.mjs', import.meta.url)\n")
  const before = process.env.NODE_OPTIONS
  process.env.NODE_OPTIONS = `--import=${pathToFileURL(join(folder, 'register.mjs')).href}`
  t.after(() => {
    if (before === undefined) delete process.env.NODE_OPTIONS
    else process.env.NODE_OPTIONS = before
  })
  await assert.rejects(openGenerator(folder), { code: 'CUT_PACKAGE_MISSING', message: '`cutover bench` needs the package autocannon, which is not installed. Run `npm install autocannon`.' })
})
