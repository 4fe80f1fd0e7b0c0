import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { findConfig, loadConfig } from '../../src/config/load.ts'

/** A folder with these files in it. */
function folderWith (t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cutover-load-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const body = `{
  legacy: { origin: 'http://127.0.0.1:5001' },
  candidate: { origin: 'http://127.0.0.1:3001' },
  features: { health: { routes: ['GET /health'] } }
}`
const json = '{"legacy":{"origin":"http://127.0.0.1:5001"},"candidate":{"origin":"http://127.0.0.1:3001"},"features":{"health":{"routes":["GET /health"]}}}'

const forms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'TypeScript, with defineConfig where cutover is not installed': { 'cutover.config.ts': `import { defineConfig } from 'cutover'\nconst port: number = 3000\nexport default defineConfig({ listen: { port }, ...${body} })` },
  'an ES module in a CommonJS project': { 'package.json': '{}', 'cutover.config.mjs': `export default ${body}` },
  'ES syntax in a .js of a CommonJS project': { 'package.json': '{}', 'cutover.config.js': `import { defineConfig } from 'cutover'\nexport default defineConfig(${body})` },
  'a CommonJS module': { 'package.json': '{}', 'cutover.config.js': `module.exports = ${body}` },
  'a .js of an ES project': { 'package.json': '{"type":"module"}', 'cutover.config.js': `export default ${body}` },
  'an asynchronous function': { 'cutover.config.mts': `export default async () => (${body})` },
  JSON: { 'cutover.config.json': json }
}

for (const [name, files] of Object.entries(forms)) {
  test(`a config is loaded from ${name}`, async t => {
    const folder = folderWith(t, files)
    const settings = await loadConfig({ cwd: folder, env: {} })
    assert.equal(settings.folder, folder)
    assert.equal(settings.features[0]?.name, 'health')
    assert.equal(settings.listen.port, 3000)
  })
}

test('a config is found in a folder above', t => {
  const folder = folderWith(t, { 'cutover.config.json': json, 'src/deep/x.txt': '' })
  assert.equal(findConfig(join(folder, 'src/deep')), join(folder, 'cutover.config.json'))
})

test('no config anywhere is said with what to do', async t => {
  const folder = folderWith(t, {})
  await assert.rejects(loadConfig({ cwd: folder, env: {} }), { code: 'CUT_CONFIG_NOT_FOUND', message: /cutover init/ })
})

test('packages that a config imports work as they do in Node', async t => {
  const imports = "import express from 'express'\nimport fastify, { fastify as named } from 'fastify'\nimport { Hono } from 'hono'\nif (fastify !== named || new Hono() === undefined) throw new Error('not as in Node')"
  const folder = folderWith(t, { 'cutover.config.ts': `${imports}\nexport default { legacy: express(), candidate: fastify(), features: {} }` })
  symlinkSync(join(import.meta.dirname, '../../../../node_modules'), join(folder, 'node_modules'))
  const settings = await loadConfig({ cwd: folder, env: {} })
  assert.equal(settings.legacy.source.kind, 'listener')
  const { default: fastify } = await import('fastify')
  const { default: express } = await import('express')
  assert.ok(settings.candidate.source.kind === 'listener' && settings.legacy.source.kind === 'listener')
  assert.equal((settings.candidate.source.listener as { version: string }).version, fastify().version)
  assert.equal((settings.legacy.source.listener as { request: object }).request !== undefined, express() !== undefined)
})

test('what a config imports keeps one instance', async t => {
  const folder = folderWith(t, {
    'database.ts': 'export const database: object = { opened: Math.random() }',
    'legacy.ts': "import { database } from './database.js'\nexport const legacy = Object.assign((req: unknown, res: unknown) => {}, { database })",
    'candidate.ts': "import { database } from './database.ts'\nexport const candidate = Object.assign((req: unknown, res: unknown) => {}, { database })",
    'cutover.config.ts': "import { legacy } from './legacy.ts'\nimport { candidate } from './candidate.ts'\nexport default { legacy, candidate, features: {} }"
  })
  const { legacy, candidate } = await loadConfig({ cwd: folder, env: {} })
  assert.ok(legacy.source.kind === 'listener' && candidate.source.kind === 'listener')
  const database = (listener: unknown) => (listener as { database: object }).database
  assert.equal(database(legacy.source.listener), database(candidate.source.listener))
})

const unreadable: Readonly<Record<string, [file: string, text: string, reason: RegExp]>> = {
  'a syntax error in JSON': ['cutover.config.json', '{\n  "legacy": ,\n}', /cutover\.config\.json could not be loaded: line 2, column 13/],
  'a syntax error in TypeScript': ['cutover.config.ts', 'export default {', /cutover\.config\.ts could not be loaded: .+/],
  'a missing import': ['cutover.config.ts', "import './gone.ts'\nexport default {}", /could not be loaded: .*gone/],
  'a throw': ['cutover.config.mjs', "throw new Error('no database')", /could not be loaded: no database/],
  'no default export': ['cutover.config.mjs', 'export const config = {}', /no default export/]
}

for (const [name, [file, text, reason]] of Object.entries(unreadable)) {
  test(`${name} is told with the file`, async t => {
    await assert.rejects(loadConfig({ cwd: folderWith(t, { [file]: text }), env: {} }), { code: 'CUT_CONFIG_UNREADABLE', message: reason })
  })
}

test('a file that --config names and that is not there is told', async t => {
  await assert.rejects(loadConfig({ cwd: folderWith(t, {}), file: 'gone.ts', env: {} }), { code: 'CUT_CONFIG_UNREADABLE', message: /gone\.ts could not be loaded: there is no such file/ })
})

test('variables of the .env file count where the process sets none', async t => {
  const folder = folderWith(t, {
    'conf/cutover.config.json': json.replace('{', '{"envFile":"../.env",'),
    '.env': 'CUTOVER_PORT=4000\nCUTOVER_HOST=0.0.0.0\n'
  })
  const settings = await loadConfig({ cwd: folder, file: 'conf/cutover.config.json', env: { CUTOVER_HOST: '::1' } })
  assert.deepEqual(settings.listen, { host: '::1', port: 4000 })
  assert.equal(settings.envFile, join(folder, '.env'))
})
