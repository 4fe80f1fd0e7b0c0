import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { findPaths, proposeFeatures } from '../../src/cli/find-routes.ts'
import { readProject } from '../../src/cli/project.ts'
import { loadConfig } from '../../src/config/load.ts'
import { cutover, folderWith } from './harness.ts'

const expressApp = {
  'package.json': JSON.stringify({ name: 'shop', type: 'module', main: 'src/server.js', scripts: { start: 'node src/server.js' }, dependencies: { express: '^5.0.0' } }),
  'src/server.js': `import express from 'express'
const app = express()
app.get('/health', (req, res) => res.json({ ok: true }))
app.use('/api/auth', auth)
app.use('/api/vehicles', vehicles)
app.post("/api/v2/userProfiles/:id", profile)
app.get('/', home)`,
  'src/vehicles.js': "router.get('/vehicles/:id', one)",
  'node_modules/x/index.js': "app.get('/not-ours', x)",
  'test/x.test.js': "app.get('/only-in-tests', x)"
}

test('an Express project gets a commented config that loads, with a feature for each group of routes', async t => {
  const folder = folderWith(t, expressApp)
  const { code, out } = await cutover(folder, ['init'])
  assert.equal(code, 0)
  assert.match(out, /^Wrote cutover\.config\.js/)
  assert.match(out, /cutover doctor/)
  const settings = await loadConfig({ cwd: folder, env: {} })
  assert.deepEqual(settings.features.map(({ name, risk, share, env }) => [name, risk, share, env]), [
    ['health', 'low', 0, 'HEALTH_BACKEND'],
    ['vehicles', 'medium', 0, 'VEHICLES_BACKEND'],
    ['auth', 'high', 0, 'AUTH_BACKEND'],
    ['user-profiles', 'high', 0, 'USER_PROFILES_BACKEND']
  ])
  assert.ok(settings.legacy.source.kind === 'command')
  assert.equal(settings.legacy.source.command, 'npm start')
  assert.equal(settings.legacy.health, '/health')
  assert.match(readFileSync(join(folder, 'cutover.config.js'), 'utf8'), /\/\/ .*Found: express, src\/server\.js\./)
})

test('each format is one that loads', async t => {
  for (const format of ['ts', 'mts', 'js', 'mjs', 'json']) {
    const folder = folderWith(t, { ...expressApp, 'package.json': '{"dependencies":{"express":"5"}}', '.env': 'A=1' })
    assert.equal((await cutover(folder, ['init', '--format', format])).code, 0, format)
    const settings = await loadConfig({ cwd: folder, env: {} })
    assert.equal(settings.file, join(folder, `cutover.config.${format}`))
    assert.equal(settings.envFile, join(folder, '.env'))
    assert.equal(settings.features.length, 4, format)
  }
})

test('the format suits the project', async t => {
  const names = { 'cutover.config.ts': { 'package.json': '{"devDependencies":{"typescript":"6"}}' }, 'cutover.config.mjs': { 'package.json': '{}' }, 'cutover.config.json': { 'requirements.txt': 'fastapi==0.120\n' } }
  for (const [name, files] of Object.entries(names)) {
    const folder = folderWith(t, files)
    await cutover(folder, ['init'])
    assert.ok(existsSync(join(folder, name)), name)
  }
})

test('a FastAPI project is started by uvicorn, with routes from its decorators', async t => {
  const folder = folderWith(t, {
    'pyproject.toml': '[project]\ndependencies = ["fastapi>=0.100"]',
    'app/main.py': "app = FastAPI()\n@app.get('/health')\ndef health(): ...\n@app.post('/prompt')\ndef prompt(): ...\nrouter = APIRouter(prefix='/models')"
  })
  await cutover(folder, ['init'])
  const { legacy, features } = await loadConfig({ cwd: folder, env: {} })
  assert.ok(legacy.source.kind === 'command')
  assert.equal(legacy.source.command, 'uvicorn app.main:app --host 127.0.0.1 --port 5001')
  assert.deepEqual(features.map(({ name }) => name), ['health', 'models', 'prompt'])
})

test('backends that run already are taken by their URL', async t => {
  const folder = folderWith(t, expressApp)
  assert.equal((await cutover(folder, ['init', '--legacy', 'http://127.0.0.1:8000', '--candidate', 'http://127.0.0.1:8001'])).code, 0)
  const { legacy, candidate } = await loadConfig({ cwd: folder, env: {} })
  assert.deepEqual([legacy.source, candidate.source], [{ kind: 'origin', url: new URL('http://127.0.0.1:8000') }, { kind: 'origin', url: new URL('http://127.0.0.1:8001') }])
  assert.equal((await cutover(folder, ['init', '--force', '--legacy', 'localhost'])).code, 2)
})

test('a config that is there is kept unless --force says otherwise', async t => {
  const folder = folderWith(t, { ...expressApp, 'cutover.config.ts': 'mine' })
  const { code, err } = await cutover(folder, ['init'])
  assert.equal(code, 2)
  assert.match(err, /cutover\.config\.ts exists already\. Use --force/)
  assert.equal(existsSync(join(folder, 'cutover.config.js')), false)
  assert.equal((await cutover(folder, ['init', '--force', '--format', 'ts'])).code, 0)
  assert.notEqual(readFileSync(join(folder, 'cutover.config.ts'), 'utf8'), 'mine')
})

test('an empty folder gets a config that loads, with a place to begin', async t => {
  const folder = folderWith(t)
  const { code, out } = await cutover(folder, ['init', '--json'])
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(out).features, [{ name: 'example', routes: ['/api/example', '/api/example/*'], risk: 'medium' }])
  assert.equal((await loadConfig({ cwd: folder, env: {} })).features.length, 1)
})

test('quotes and backslashes of a project reach the config whole', async t => {
  const folder = folderWith(t, { 'package.json': '{"type":"module","dependencies":{"koa":"3"}}', "src/it's/x.js": "router.get('/a', x)", '.env': '' })
  await cutover(folder, ['init', '--legacy', "http://127.0.0.1:1/it's\\here"])
  assert.equal((await loadConfig({ cwd: folder, env: {} })).legacy.source.kind, 'origin')
})

test('frameworks and entries are told by the manifest', t => {
  const folder = folderWith(t, { 'package.json': '{"main":"./lib/app.js","scripts":{"start":"node --enable-source-maps ./run.mjs --x","dev":"tsx watch src/main.ts"},"dependencies":{"@nestjs/core":"11","express":"5","fastify":"5"}}', 'run.mjs': '', 'src/main.ts': '', 'lib/app.js': '' })
  const project = readProject(folder)
  assert.deepEqual(project.frameworks, ['nest', 'express', 'fastify'])
  assert.deepEqual(project.entries, ['src/main.ts', 'run.mjs', 'lib/app.js'])
})

test('a broken package.json is no reason to stop', async t => {
  assert.equal((await cutover(folderWith(t, { 'package.json': '{' }), ['init'])).code, 0)
})

test('routes are found by a light look, in the project\'s own sources only', t => {
  assert.deepEqual(findPaths(folderWith(t, expressApp)), ['/', '/api/auth', '/api/v2/userProfiles/:id', '/api/vehicles', '/health', '/vehicles/:id'])
  assert.deepEqual(findPaths(folderWith(t, { 'a.ts': "@Controller('cats')\nclass A { @Get(':id') one () {} }\nfastify.register(routes, { prefix: '/dogs' })\napp.route(`/$" + '{x}`)' })), ['/:id', '/dogs', '/cats'].sort())
})

test('routes of one name join one feature', () => {
  assert.deepEqual(proposeFeatures(['/v1/orders', '/v2/orders/:id']), [{ name: 'orders', routes: ['/v1/orders', '/v1/orders/*', '/v2/orders', '/v2/orders/*'], risk: 'high' }])
})
