import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openHosted, type Hosted, type HostedOptions, type HostedSource } from '../../../src/backends/hosted/hosted.ts'
import { isRunning, keptLog, until } from '../../fixtures/backends/watch.ts'

const folder = join(import.meta.dirname, '../../fixtures/backends/hosted')
const app: HostedSource = { kind: 'module', path: join(folder, 'app.ts'), export: 'default' }

function optionsFor (how: string, changed: Partial<HostedOptions & { source: HostedSource }> = {}) {
  const log = keptLog()
  return { name: 'legacy', source: app, env: { HOW: how, GREETING: 'hello' }, startTimeoutMs: 20_000, stopTimeoutMs: 5000, log, ...changed }
}

async function open (t: TestContext, how = '', changed?: Partial<HostedOptions & { source: HostedSource }>) {
  const options = optionsFor(how, changed)
  const hosted = await openHosted(options)
  t.after(() => hosted.stop())
  return { hosted, log: options.log as ReturnType<typeof keptLog> }
}

async function ask (hosted: Hosted, path = '/') {
  const response = await fetch(new URL(path, hosted.origin))
  return { status: response.status, text: await response.text() }
}

test('a TypeScript module is served by a process of its own, with its environment, until it is stopped', async t => {
  const { hosted, log } = await open(t)
  const answer = JSON.parse((await ask(hosted)).text)
  assert.equal(answer.pid, hosted.pid)
  assert.notEqual(answer.pid, process.pid)
  assert.equal(answer.greeting, 'hello')
  assert.ok(log.lines.includes('[legacy] about to start'))
  await hosted.stop()
  assert.equal(await hosted.exited, 'exited with code 0')
  assert.equal(await isRunning(hosted.pid), false)
})

test('an application that the config file holds is taken from there', async t => {
  for (const backend of ['legacy', 'candidate'] as const) {
    const { hosted } = await open(t, '', { source: { kind: 'config', file: join(folder, 'config.ts'), backend } })
    assert.equal((await ask(hosted)).text, `${backend} in ${hosted.pid}`)
  }
})

test('a module that cannot be imported is told with its reason, and nothing is left running', async () => {
  await assert.rejects(openHosted(optionsFor('throw-at-import')), (error: { code: string, message: string }) => {
    assert.equal(error.code, 'CUT_SIDE_FAILED')
    assert.match(error.message, /^The legacy backend could not be started .*app\.ts of the legacy backend could not be loaded: the quick brown setting is missing/)
    return true
  })
})

test('a missing export and an unusable application are told', async () => {
  await assert.rejects(openHosted(optionsFor('', { source: { ...app, export: 'nothing' } })), /has no export "nothing"/)
  await assert.rejects(openHosted(optionsFor('', { source: { kind: 'config', file: join(folder, 'missing.ts'), backend: 'legacy' } })), /missing\.ts could not be loaded/)
})

test('one that ends before it is ready is told with its last output', async () => {
  await assert.rejects(openHosted(optionsFor('crash-at-start')), (error: Error) => {
    assert.match(error.message, /it exited with code 7\.\nIts last output:\n {2}about to start\n {2}no table in the database$/)
    return true
  })
})

test('one that is not ready in time is ended', async () => {
  const options = optionsFor('never-ready', { startTimeoutMs: 1500, stopTimeoutMs: 200 })
  await assert.rejects(openHosted(options), /it was not ready within 1500ms/)
})

test('one whose health check fails is not ready', async () => {
  await assert.rejects(openHosted(optionsFor('ill', { startTimeoutMs: 1500, health: '/health' })), /it was not ready within 1500ms/)
})

test('giving up ends what is starting', async () => {
  const giveUp = new AbortController()
  const options = optionsFor('never-ready', { stopTimeoutMs: 200, signal: giveUp.signal })
  const opening = openHosted(options)
  const log = options.log as ReturnType<typeof keptLog>
  until(() => log.lines.includes('[legacy] about to start')).then(() => giveUp.abort())
  await assert.rejects(opening, /it was told to give up/)
})

test('one that dies says how', async t => {
  const { hosted } = await open(t)
  await assert.rejects(ask(hosted, '/die'))
  assert.equal(await hosted.exited, 'exited with code 7')
})

test('one that hangs at its end is killed, with what it started', async t => {
  const { hosted } = await open(t, 'hang-at-close', { stopTimeoutMs: 300 })
  const family = Number((await ask(hosted, '/family')).text)
  assert.equal(await isRunning(family), true)
  await hosted.stop()
  assert.equal(await hosted.exited, 'was killed by SIGKILL')
  assert.equal(await isRunning(family), false)
})

test('a request that never ends does not keep it from ending', async t => {
  const { hosted } = await open(t)
  const hanging = assert.rejects(ask(hosted, '/hang'))
  const socket = connect(Number(hosted.origin.port), '127.0.0.1')
  await once(socket, 'connect')
  await ask(hosted)
  await hosted.stop()
  await hanging
  socket.destroy()
  assert.equal(await hosted.exited, 'exited with code 0')
})

test('what the application throws is a 500, and its process goes on', async t => {
  const { hosted, log } = await open(t)
  assert.equal((await ask(hosted, '/throw')).status, 500)
  assert.equal((await ask(hosted)).status, 200)
  await until(() => log.lines.some(line => line.includes('thrown by the application')))
})

test('upgrades reach the application', async t => {
  const { hosted } = await open(t)
  const socket = connect(Number(hosted.origin.port), '127.0.0.1')
  socket.write('GET /socket HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n')
  let text = ''
  for await (const chunk of socket) text += chunk
  assert.match(text, /^HTTP\/1\.1 101 [\s\S]*hello$/)
})

test('it ends when the process that started it is killed', async t => {
  const owner = spawn(process.execPath, [...process.execArgv, join(folder, 'owner.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => owner.kill('SIGKILL'))
  const [line] = await once(owner.stdout, 'data') as [Buffer]
  const pid = Number(line.toString())
  assert.equal(await isRunning(pid), true)
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  let running = true
  await until(() => {
    isRunning(pid).then(value => { running = value })
    return !running
  })
})
