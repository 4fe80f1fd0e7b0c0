import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import Fastify from 'fastify'
import { createSwitch, type Switch, type SwitchOptions } from '../../src/library/create-switch.ts'
import { openGateway } from '../../src/library/gateway.ts'
import { resolveConfig } from '../../src/config/resolve.ts'
import { eventually } from '../integration/in-process/serve.ts'

const cause = { who: 'test', why: 'because' }
const saying = (name: string) => (_: unknown, response: ServerResponse): void => { response.end(name) }

async function folderOf (t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-library-'))
  t.after(async () => await rm(folder, { recursive: true, force: true }))
  return folder
}

const options = (folder: string, more: Partial<SwitchOptions> = {}): SwitchOptions => ({
  legacy: saying('legacy'),
  candidate: saying('candidate'),
  features: { x: { routes: ['/x'], env: 'X_BACKEND' }, y: { routes: ['/y'], share: '10%' } },
  folder,
  environment: {},
  ...more
})

async function during<T> (made: SwitchOptions, work: (app: Switch) => Promise<T> | T): Promise<T> {
  const app = await createSwitch(made)
  try {
    return await work(app)
  } finally {
    await app.close()
  }
}

const shares = (app: Switch): Record<string, string> => Object.fromEntries(app.control.features().map(({ feature, share, rolledBack }) => [feature, `${share}${rolledBack ? ' rolled back' : ''}`]))

test('shares and a rollback survive a restart, whatever the environment said before', async t => {
  const folder = await folderOf(t)
  const environment = { X_BACKEND: '100%' }
  await during(options(folder, { environment }), async app => {
    assert.deepEqual(shares(app), { x: '10000', y: '1000' })
    await app.control.setShare('y', 2_500, cause)
    await app.control.rollback('x', cause)
  })
  await during(options(folder, { environment }), app => assert.deepEqual(shares(app), { x: '0 rolled back', y: '2500' }))
  await during(options(folder, { environment: { X_BACKEND: 'candidate' } }), app => assert.deepEqual(shares(app), { x: '10000', y: '2500' }, 'another text is something new'))
  await during(options(folder), app => assert.deepEqual(shares(app), { x: '10000', y: '2500' }))
  const lines = (await readFile(join(folder, '.cutover', 'journal.ndjson'), 'utf8')).trimEnd().split('\n').map(line => JSON.parse(line))
  assert.deepEqual(lines.map(({ who, feature, to }) => `${who} ${feature} ${to}`), ['env:X_BACKEND x 10000', 'config y 1000', 'test y 2500', 'test x 0', 'env:X_BACKEND x 10000'])
})

test('without a journal, shares end with the process', async t => {
  const folder = await folderOf(t)
  await during(options(folder, { journal: false }), async app => { await app.control.setShare('x', 100, cause) })
  await during(options(folder, { journal: false }), app => assert.deepEqual(shares(app), { x: '0', y: '1000' }))
  await assert.rejects(stat(join(folder, '.cutover')), { code: 'ENOENT' })
})

test('a value that is none stops the start, and says which', async t => {
  const folder = await folderOf(t)
  let closed = 0
  const candidate = Fastify()
  candidate.addHook('onClose', async () => { closed++ })
  await assert.rejects(createSwitch(options(folder, { candidate, environment: { X_BACKEND: 'mars' } })), { code: 'CUT_ENV_INVALID', message: /X_BACKEND=mars/ })
  assert.equal(closed, 1, 'the backends are stopped again')
  const descriptors = existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').map(fd => `/proc/self/fd/${fd}`).filter(fd => existsSync(fd)) : []
  assert.deepEqual(descriptors.map(fd => readlinkSync(fd)).filter(path => path.startsWith(folder)), [], 'and the journal is closed')
})

test('an edited env file moves a feature without a restart', async t => {
  const folder = await folderOf(t)
  const file = join(folder, '.env')
  await writeFile(file, 'X_BACKEND=legacy\n')
  await during(options(folder, { envFile: '.env' }), async app => {
    await writeFile(file, 'X_BACKEND=25%\n')
    await eventually(() => shares(app).x === '2500', 'the raise')
    await writeFile(file, 'X_BACKEND=mars\n')
    await writeFile(file, 'X_BACKEND=fastify\n')
    await eventually(() => shares(app).x === '10000', 'the second raise')
    await app.control.rollback('x', cause)
    await writeFile(file, '# untouched\nX_BACKEND=fastify\n')
    await writeFile(file, 'X_BACKEND=express\n')
    await eventually(() => shares(app).x === '0', 'the end of the rollback')
  })
})

test('backends are given as objects, module paths and origins, also mixed', async t => {
  const folder = await folderOf(t)
  await writeFile(join(folder, 'app.mjs'), 'export const app = (request, response) => { response.end(`module ${request.url}`) }\n') // eslint-disable-line no-template-curly-in-string
  const far = createServer(saying('far')).listen(0, '127.0.0.1')
  await once(far, 'listening')
  t.after(() => { far.close(); far.closeAllConnections() })
  const module = { module: './app.mjs', export: 'app' }
  const origin = { origin: `http://127.0.0.1:${(far.address() as AddressInfo).port}` }
  const fastify = Fastify()
  fastify.get('/x', async () => 'fastify')
  for (const [legacy, candidate, expected] of [[module, saying('function'), ['module /', 'function']], [origin, module, ['far', 'module /x']], [saying('function'), fastify, ['function', 'fastify']]] as const) {
    await during(options(folder, { legacy, candidate, journal: false, features: { x: { routes: ['/x'], share: '100%' } } } as Partial<SwitchOptions>), async app => {
      const url = await app.listen({ port: 0 })
      assert.deepEqual([await (await fetch(url + '/')).text(), await (await fetch(url + '/x')).text()], expected)
    })
  }
})

test('a config that is wrong is refused with every mistake', async t => {
  const folder = await folderOf(t)
  const wrong = options(folder, { features: { x: { routes: ['/a*', '/b/:id.json', '/c/:(\\d+)', '/d/*/e', '/ok', '/d/:id?'] } } })
  await assert.rejects(createSwitch(wrong), error => {
    const { code, message } = error as { code: string, message: string }
    assert.equal(code, 'CUT_CONFIG_INVALID')
    for (const route of ['/a*', '/b/:id.json', '/c/:(\\d+)', '/d/*/e', '/d/:id?']) assert.ok(message.includes(`"${route}"`), `${route} in ${message}`)
    assert.equal(message.includes('"/ok"'), false)
    return true
  })
})

test('a taken port is an error that says so, and the switch can still be closed', async t => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.after(() => taken.close())
  const { port } = taken.address() as AddressInfo
  await during(options('/', { journal: false }), async app => {
    await assert.rejects(app.listen({ port }), { code: 'CUT_PORT_UNAVAILABLE', message: new RegExp(`${port}.*EADDRINUSE`) })
    assert.match(await app.listen({ port: 0 }), /^http:\/\/127\.0\.0\.1:\d+$/)
  })
})

test('closing lets open requests finish and stops both backends, once', async t => {
  const backends = [Fastify(), Fastify()] as const
  const closed: number[] = []
  backends.forEach((backend, i) => {
    backend.addHook('onClose', async () => { closed.push(i) })
  })
  let answer: (() => void) | undefined
  backends[1].get('/x', async () => await new Promise(resolve => { answer = () => resolve('done') }))
  const app = await createSwitch(options('/', { legacy: backends[0], candidate: backends[1], journal: false, features: { x: { routes: ['/x'], share: '100%' } } }))
  const url = await app.listen({ port: 0 })
  const open = fetch(url + '/x')
  await eventually(() => answer !== undefined, 'the request')
  const closing = Promise.all([app.close(), app.close()])
  answer!()
  assert.equal(await (await open).text(), 'done')
  await closing
  assert.deepEqual(closed.sort(), [0, 1])
  await assert.rejects(fetch(url))
})

test('a gateway leaves its admin address for the commands while it runs, for nobody else', async t => {
  const folder = await folderOf(t)
  const settings = resolveConfig({ legacy: saying('legacy'), candidate: saying('candidate'), features: { x: { routes: ['/x'] } }, listen: { port: 0 } }, { folder })
  const gateway = await openGateway(settings, { env: {} })
  const file = join(folder, '.cutover', 'admin.json')
  const { url, token, pid } = JSON.parse(await readFile(file, 'utf8'))
  assert.deepEqual([url, pid], [gateway.adminUrl, process.pid])
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.match(url, /^http:\/\/127\.0\.0\.1:/)
  assert.ok(token.length >= 32)
  assert.equal((await fetch(`${url}/metrics`)).status, 401)
  assert.equal((await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).status, 200)
  assert.equal(await (await fetch(gateway.url + '/x')).text(), 'legacy')
  await gateway.close()
  await assert.rejects(stat(file), { code: 'ENOENT' })
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.after(() => taken.close())
  await assert.rejects(openGateway({ ...settings, listen: { host: '127.0.0.1', port: (taken.address() as AddressInfo).port } }, { env: {} }), { code: 'CUT_PORT_UNAVAILABLE' })
})
