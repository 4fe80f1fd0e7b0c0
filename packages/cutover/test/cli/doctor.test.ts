import assert from 'node:assert/strict'
import { chmodSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { tokenFinding } from '../../src/cli/doctor/configuration.ts'
import type { Finding } from '../../src/cli/doctor/finding.ts'
import { clockFinding, frameworkFindings, nodeFinding, peerFindings } from '../../src/cli/doctor/machine.ts'
import { adminListener, cutover, folderWith, statusResponse, token } from './harness.ts'

/** A backend on a free port, whose /health answers this status. */
async function backend (t: TestContext, status = 200, date?: string): Promise<string> {
  const server = createServer((_request, response) => { response.writeHead(status, date === undefined ? {} : { date }).end() })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => { server.close(); server.closeAllConnections() })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A port that nobody listens on, and one that somebody does. */
async function takenPort (t: TestContext): Promise<number> {
  const server = createTcpServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => { server.close() })
  return (server.address() as AddressInfo).port
}

interface Report {
  readonly code: number
  readonly findings: readonly Finding[]
  of (about: string): Finding | undefined
}

async function doctor (folder: string, env: Readonly<Record<string, string>> = {}): Promise<Report> {
  const { code, out } = await cutover(folder, ['doctor', '--json'], { env })
  const { findings } = JSON.parse(out) as { findings: Finding[] }
  return { code, findings, of: about => findings.find(finding => finding.about === about) }
}

async function config (t: TestContext, extra: object = {}): Promise<string> {
  return JSON.stringify({
    legacy: { origin: await backend(t), health: '/health' },
    candidate: { origin: await backend(t), health: '/health' },
    features: { vehicles: { routes: ['/a'], env: 'VEHICLES_BACKEND' } },
    listen: { port: 0 },
    ...extra
  })
}

test('all well ends with 0', async t => {
  const { code, findings } = await doctor(folderWith(t, { 'cutover.config.json': await config(t) }))
  assert.deepEqual(findings.filter(({ state }) => state !== 'ok'), [])
  assert.equal(code, 0)
})

test('every finding that is not ok has a remedy, and a person reads it', async t => {
  const folder = folderWith(t, { 'cutover.config.json': await config(t, { legacy: { origin: 'http://127.0.0.1:1' }, admin: { enabled: false } }) })
  const { code, findings } = await doctor(folder)
  assert.equal(code, 1)
  for (const finding of findings) assert.equal(finding.state === 'ok', finding.remedy === undefined, finding.about)
  const { out } = await cutover(folder, ['doctor'])
  assert.match(out, /^✗ legacy .*nothing listens there\n +→ Start it/m)
  assert.match(out, /^! admin /m)
  assert.match(out, /1 problem, 1 warning\.\n$/)
})

test('without a config, or with a broken one, the rest is still checked', async t => {
  const none = await doctor(folderWith(t))
  assert.deepEqual([none.code, none.of('config')?.remedy, none.of('node')?.state], [1, 'cutover init', 'ok'])
  const broken = await doctor(folderWith(t, { 'cutover.config.json': '{' }))
  assert.match(broken.of('config')!.detail, /line 1, column 2/)
})

test('a port in use is found', async t => {
  const port = await takenPort(t)
  const { of } = await doctor(folderWith(t, { 'cutover.config.json': await config(t, { listen: { port }, admin: { port } }) }))
  assert.match(of('listen port')!.detail, new RegExp(`127\\.0\\.0\\.1:${port} is in use`))
  assert.equal(of('admin port')?.state, 'fail')
})

test('an address of another machine is found', async t => {
  const { of } = await doctor(folderWith(t, { 'cutover.config.json': await config(t, { listen: { host: '192.0.2.1', port: 3000 } }) }))
  assert.match(of('listen port')!.detail, /192\.0\.2\.1 is not an address of this machine/)
})

test('a backend that is down, sick or unchecked is found', async t => {
  const sick = await doctor(folderWith(t, { 'cutover.config.json': await config(t, { legacy: { origin: await backend(t, 500), health: '/health' } }) }))
  assert.match(sick.of('legacy')!.detail, /\/health answers 500/)
  const unchecked = await doctor(folderWith(t, { 'cutover.config.json': await config(t, { candidate: { origin: await backend(t) } }) }))
  assert.equal(unchecked.of('candidate')?.state, 'warn')
})

test('a module that is not built and a command whose port is taken are found', async t => {
  const { of } = await doctor(folderWith(t, { 'cutover.config.json': await config(t, { legacy: { module: './dist/app.js' }, candidate: { command: 'node x.js', origin: `http://127.0.0.1:${await takenPort(t)}` } }) }))
  assert.match(of('legacy')!.detail, /dist\/app\.js is not there/)
  assert.match(of('candidate')!.detail, /something listens at/)
})

test('a running switch tells how its backends are, and its ports are its own', async t => {
  const port = await takenPort(t)
  const admin = await adminListener(t, () => ({ body: statusResponse({ backends: { legacy: { kind: 'origin', target: 'http://a', state: 'healthy' }, candidate: { kind: 'origin', target: 'http://b', state: 'unhealthy', detail: 'nothing listens there' } } }) }))
  const folder = folderWith(t, { 'cutover.config.json': await config(t, { listen: { port } }), '.cutover/admin.json': JSON.stringify({ url: admin.url, token, pid: 1 }) })
  chmodSync(join(folder, '.cutover/admin.json'), 0o600)
  const { of } = await doctor(folder)
  assert.equal(of('listen port')?.state, 'ok')
  assert.match(of('candidate')!.detail, /unhealthy: http:\/\/b: nothing listens there/)
})

test('what a killed switch left behind is only a warning', async t => {
  const admin = await adminListener(t, () => ({ body: {} }))
  await admin.close()
  const folder = folderWith(t, { 'cutover.config.json': await config(t), '.cutover/admin.json': JSON.stringify({ url: admin.url, token, pid: 77 }) })
  chmodSync(join(folder, '.cutover/admin.json'), 0o600)
  const { code, of } = await doctor(folder)
  assert.deepEqual([code, of('switch')?.state], [0, 'warn'])
})

test('an admin.json that others may read fails', { skip: process.platform === 'win32' }, async t => {
  const folder = folderWith(t, { 'cutover.config.json': await config(t), '.cutover/admin.json': '{}' })
  chmodSync(join(folder, '.cutover/admin.json'), 0o644)
  const { of } = await doctor(folder)
  assert.match(of('state folder')!.remedy!, /^chmod 600 /)
})

test('a state folder that cannot be written fails', { skip: process.getuid?.() === 0 }, async t => {
  const folder = folderWith(t, { 'cutover.config.json': await config(t), '.cutover/x': '' })
  const mode = statSync(join(folder, '.cutover')).mode
  chmodSync(join(folder, '.cutover'), 0o500)
  t.after(() => chmodSync(join(folder, '.cutover'), mode))
  assert.match((await doctor(folder)).of('state folder')!.detail, /is not writable/)
})

test('a state folder that is a file fails', async t => {
  assert.match((await doctor(folderWith(t, { 'cutover.config.json': await config(t), '.cutover': '' }))).of('state folder')!.detail, /is not a folder/)
})

test('a journal that is broken is told by its line', async t => {
  const folder = folderWith(t, { 'cutover.config.json': await config(t), '.cutover/journal.ndjson': '{"at":"2026-01-01T00:00:00Z"}\n{"at"\n' })
  assert.match((await doctor(folder)).of('journal')!.detail, /journal\.ndjson, line 2: it is not JSON/)
})

test('a journal from the future points at the clock', async t => {
  const folder = folderWith(t, { 'cutover.config.json': await config(t), '.cutover/journal.ndjson': `{"at":"${new Date(Date.now() + 3_600_000).toISOString()}"}\n` })
  assert.equal((await doctor(folder)).of('clock')?.state, 'fail')
})

test('a backend with another time points at the clock', async t => {
  const { of } = await doctor(folderWith(t, { 'cutover.config.json': await config(t, { legacy: { origin: await backend(t, 200, 'Thu, 01 Jan 2015 00:00:00 GMT'), health: '/health' } }) }))
  assert.match(of('clock')!.detail, /says 2015-01-01/)
})

test('a feature\'s variable with a mistake fails, as it would at start', async t => {
  const folder = folderWith(t, { 'cutover.config.json': await config(t) })
  assert.match((await doctor(folder, { VEHICLES_BACKEND: 'fastfy' })).of('feature vehicles')!.detail, /VEHICLES_BACKEND=fastfy is not a backend/)
  assert.match((await doctor(folder, { VEHICLES_BACKEND: 'fastify' })).of('feature vehicles')!.detail, /VEHICLES_BACKEND sets 100%/)
})

test('what is open that need not be is a warning', async t => {
  const { of, code } = await doctor(folderWith(t, {
    'cutover.config.json': await config(t, {
      admin: { host: '0.0.0.0', token: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaa' },
      listen: { host: '0.0.0.0', port: 0 },
      trustedProxies: true,
      force: { header: 'x-mine' },
      features: { pay: { routes: ['/pay'], risk: 'high' } },
      envFile: 'gone.env'
    })
  }))
  assert.equal(code, 0)
  for (const about of ['admin', 'admin token', 'trustedProxies', 'force', 'envFile']) assert.equal(of(about)?.state, 'warn', about)
})

test('versions that are too old are told', t => {
  assert.equal(nodeFinding('20.18.3').state, 'fail')
  assert.deepEqual(['20.19.0', '22.0.0', '24.1.0'].map(version => nodeFinding(version).state), ['ok', 'ok', 'ok'])
  const folder = folderWith(t, { 'node_modules/express/package.json': '{"version":"3.21.2"}', 'node_modules/fastify/package.json': '{"version":"5.1.0"}' })
  assert.deepEqual(frameworkFindings(folder).map(({ about, state }) => [about, state]), [['express', 'warn'], ['fastify', 'ok']])
})

test('optional packages are listed, present or not', t => {
  const folder = folderWith(t, { 'node_modules/here/package.json': '{"version":"1.2.3"}' })
  const findings = peerFindings({ peerDependenciesMeta: { here: { optional: true }, gone: { optional: true }, needed: {} } }, folder)
  assert.deepEqual(findings.map(({ about, detail }) => [about, detail.split(':')[0]]), [['here', '1.2.3'], ['gone', 'not installed']])
})

test('a token is judged by how hard it is to guess', () => {
  assert.equal(tokenFinding(undefined).state, 'ok')
  assert.equal(tokenFinding('a'.repeat(64)).state, 'warn')
  assert.equal(tokenFinding('short-but-various').state, 'warn')
  assert.equal(tokenFinding('q8Zr2Lk0Vf7Ytw3XeSbN1mHc').state, 'ok')
  assert.doesNotMatch(JSON.stringify(tokenFinding('hunter2hunter2hunter2')), /hunter2/)
})

test('a clock that is right is right', () => {
  const now = new Date('2026-01-01T00:00:00Z')
  assert.equal(clockFinding(now, [{ from: 'a', at: new Date(now.getTime() - 1000) }], now).state, 'ok')
})

test('a notification whose variable is missing is a warning, and no secret is shown', async t => {
  const notify = [{ slack: 'env:SLACK_WEBHOOK' }, { github: { repository: 'me/shop', deployment: 1 } }, { webhook: 'https://hooks.example.test/SECRET' }]
  const folder = folderWith(t, { 'cutover.config.json': await config(t, { rollout: { notify } }) })
  const without = await doctor(folder)
  assert.deepEqual([without.code, without.of('rollout.notify[0]')?.state, without.of('rollout.notify[1]')?.state], [0, 'warn', 'warn'])
  assert.match(without.of('rollout.notify[0]')!.detail, /the variable SLACK_WEBHOOK is not set/)
  const withThem = await doctor(folder, { SLACK_WEBHOOK: 'https://hooks.example.test/SECRET', GITHUB_TOKEN: 'SECRET' })
  assert.deepEqual([0, 1, 2].map(place => withThem.of(`rollout.notify[${place}]`)!.detail), ['slack hooks.example.test', 'github me/shop', 'webhook hooks.example.test'])
  assert.doesNotMatch(JSON.stringify(withThem.findings), /SECRET/)
})

test('says whether there is a database to clone, and never its URL', async t => {
  const mongodb = folderWith(t, { 'cutover.config.json': await config(t, { parity: { state: { mongodb: 'env:MONGO' } } }) })
  const missing = (await doctor(mongodb)).of('parity.state')
  assert.deepEqual([missing?.state, missing?.remedy], ['warn', 'Set MONGO to the URL of the database.'])
  const { findings, of } = await doctor(mongodb, { MONGO: 'mongodb://ada:hunter2@127.0.0.1:1/shop' })
  assert.match(of('parity.state')?.detail ?? '', /^MongoDB, .* MONGODB_URI$/)
  assert.doesNotMatch(JSON.stringify(findings), /hunter2/)
  const postgres = folderWith(t, { 'cutover.config.json': await config(t, { parity: { state: { postgres: 'postgres://127.0.0.1:1/shop', variable: 'PG' } } }) })
  assert.match((await doctor(postgres)).of('parity.state')?.detail ?? '', /^PostgreSQL, .* PG$/)
})
