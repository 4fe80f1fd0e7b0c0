import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { endsAfter, openCommand, restartDelay, type CommandOptions } from '../../src/backends/command.ts'
import type { BackendState } from '../../src/backends/backend.ts'
import { freePort, isRunning, keptLog, stateThat, until } from '../fixtures/backends/watch.ts'

const fixtures = join(import.meta.dirname, '../fixtures/backends')
const program = (...told: string[]) => [`"${process.execPath}"`, 'program.mjs', ...told].join(' ')

async function setUp (told: string[], changed: Partial<CommandOptions> = {}) {
  const log = keptLog()
  const options: CommandOptions = {
    name: 'candidate',
    command: program(...told),
    cwd: fixtures,
    env: {},
    url: new URL(`http://127.0.0.1:${await freePort()}`),
    health: '/health',
    startTimeoutMs: 15_000,
    stopTimeoutMs: 5000,
    log,
    ...changed
  }
  return { log, options }
}

async function open (t: TestContext, told: string[], changed?: Partial<CommandOptions>) {
  const { log, options } = await setUp(told, changed)
  const backend = await openCommand(options)
  t.after(() => backend.stop())
  const ask = async (path = '/') => await (await fetch(new URL(path, options.url))).json() as { pid: number, grandchild?: number, greeting?: string }
  return { log, options, backend, ask }
}

test('a command is started, waited for and stopped', async t => {
  const { backend, ask, log } = await open(t, [], { env: { GREETING: 'hello' } })
  assert.deepEqual(backend.state(), { state: 'healthy' })
  assert.equal(backend.target.kind, 'origin')
  const { pid, greeting } = await ask()
  assert.equal(greeting, 'hello')
  assert.ok(log.lines.includes(`[candidate] starting with NODE_ENV=${process.env.NODE_ENV} GREETING=hello`))
  assert.ok(log.lines.includes('[candidate] and a line on stderr'))
  await backend.stop()
  assert.equal(await isRunning(pid), false)
  assert.deepEqual(backend.state(), { state: 'stopped' })
})

test('without a health path an open port is enough', async t => {
  const { backend } = await open(t, ['ill'], { health: undefined })
  assert.equal(backend.state().state, 'healthy')
})

test('a PORT of its own wins over that of the URL', async () => {
  const elsewhere = await freePort()
  const { options } = await setUp([], { env: { PORT: String(elsewhere) }, startTimeoutMs: 1500 })
  await assert.rejects(openCommand(options), { code: 'CUT_COMMAND_NEVER_HEALTHY', message: /nothing listens there/ })
})

test('a command that ends is started again, and tells its states', async t => {
  const { backend, ask, log } = await open(t, [])
  const states: BackendState[] = []
  backend.onState(state => states.push(state))
  const { pid } = await ask()
  await ask('/kill').catch(() => {})
  await stateThat(backend, ({ state }) => state === 'starting')
  await stateThat(backend, ({ state }) => state === 'healthy')
  assert.notEqual((await ask()).pid, pid)
  assert.deepEqual(states, [
    { state: 'unhealthy', detail: 'it was killed by SIGKILL' },
    { state: 'unhealthy', detail: 'it was killed by SIGKILL; starting again in 250ms' },
    { state: 'starting', detail: 'restart 1' },
    { state: 'healthy' }
  ])
  assert.ok(log.lines.some(line => /killed by SIGKILL; starting again in 250ms/.test(line)))
})

test('a command that keeps ending is started again ever later', async t => {
  const { backend } = await open(t, ['crash'])
  const details: string[] = []
  backend.onState(({ detail }) => { if (detail?.includes('again') === true) details.push(detail) })
  await until(() => details.length === 3)
  assert.deepEqual(details, ['250ms', '500ms', '1s'].map(delay => `it exited with code 7; starting again in ${delay}`))
})

test('restarts wait 250 ms, doubling to 10 s, and being healthy for 30 s starts over', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 50, 5000].map(restartDelay), [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000])
  assert.equal(endsAfter(6, 29_999), 7)
  assert.equal(endsAfter(6, 30_000), 1)
})

test('stopping in the pause before a restart leaves nothing behind', async t => {
  const { backend, options } = await open(t, ['crash'])
  await stateThat(backend, ({ detail }) => detail?.includes('starting again') === true)
  await backend.stop()
  assert.deepEqual(backend.state(), { state: 'stopped' })
  await assert.rejects(fetch(options.url))
})

test('a command that ends three times before it is healthy is given up, with its last words', async () => {
  const { options, log } = await setUp(['crash-at-once'])
  await assert.rejects(openCommand(options), (error: Error & { code: string }) => {
    assert.equal(error.code, 'CUT_COMMAND_NEVER_HEALTHY')
    assert.match(error.message, /^The command of the candidate backend, `.*program\.mjs crash-at-once`, was not healthy at http:\/\/127\.0\.0\.1:\d+\/health within 15s: it exited with code 7\.\nIts last output:\n/)
    assert.match(error.message, /\n {2}cannot find the database/)
    return true
  })
  assert.equal(log.lines.filter(line => line.includes('starting with')).length, 3)
})

for (const [how, reason] of [['ill', '/health answers 503'], ['silent', 'nothing listens there']] as const) {
  test(`a command that is ${how} for its whole start timeout is ended and reported`, async () => {
    const { options } = await setUp([how, 'child'], { startTimeoutMs: 1200, stopTimeoutMs: 200 })
    await assert.rejects(openCommand(options), (error: Error) => {
      assert.ok(error.message.includes(`within 1200ms: ${reason}.`), error.message)
      return true
    })
    await assert.rejects(fetch(options.url))
  })
}

test('starting can be given up', async () => {
  const giveUp = new AbortController()
  const { options } = await setUp(['silent'], { signal: giveUp.signal })
  const opening = openCommand(options)
  giveUp.abort()
  await assert.rejects(opening, { code: 'CUT_COMMAND_NEVER_HEALTHY', message: /it was stopped/ })
})

test('a program that does not exist is reported at once', async () => {
  const { options } = await setUp([], { command: 'no-such-program-here --port 1' })
  await assert.rejects(openCommand(options), { code: 'CUT_COMMAND_NEVER_HEALTHY', message: /could not be started: .*ENOENT/ })
})

test('a command line that needs a shell, or a folder that is missing, is refused', async () => {
  const { options } = await setUp([])
  await assert.rejects(openCommand({ ...options, command: 'npm run build && npm start' }), { code: 'CUT_COMMAND_INVALID', message: /candidate backend, npm run build && npm start, is not usable: "&" needs a shell/ })
  await assert.rejects(openCommand({ ...options, cwd: '/no/such/folder' }), { code: 'CUT_COMMAND_INVALID', message: /folder \/no\/such\/folder does not exist/ })
})

test('a port that somebody else has is reported, rather than taken for the command', async t => {
  const taken = createServer((_request, response) => response.end('somebody else')).listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.after(() => taken.close())
  const { options } = await setUp([], { url: new URL(`http://127.0.0.1:${(taken.address() as AddressInfo).port}`) })
  await assert.rejects(openCommand(options), { code: 'CUT_ORIGIN_TAKEN', message: /Something already answers at http:\/\/127\.0\.0\.1:\d+, where the command of the candidate backend/ })
})

test('stopping ends the whole group, those that ignore SIGTERM by SIGKILL', async t => {
  const { backend, ask } = await open(t, ['deaf', 'child'], { stopTimeoutMs: 300 })
  const { pid, grandchild } = await ask()
  assert.ok(await isRunning(pid) && await isRunning(grandchild!))
  await backend.stop()
  assert.equal(await isRunning(pid), false)
  assert.equal(await isRunning(grandchild!), false)
})

test('what a killed command has started is ended before it is started again', async t => {
  const { backend, ask } = await open(t, ['child'], { stopTimeoutMs: 100 })
  const { grandchild } = await ask()
  await ask('/kill').catch(() => {})
  await stateThat(backend, ({ state }) => state === 'starting')
  assert.equal(await isRunning(grandchild!), false)
})

for (const [how, end] of [['exit', 3], ['SIGTERM', 'SIGTERM'], ['SIGINT', 'SIGINT'], ['throw', 1], ['own SIGTERM', 7]] as const) {
  test(`no command outlives this process when it ends by ${how}`, async t => {
    const port = await freePort()
    const owner = spawn(process.execPath, [...process.execArgv, join(fixtures, 'owner.ts'), program('child'), String(port), how], { cwd: fixtures, stdio: ['ignore', 'pipe', 'ignore'] })
    t.after(() => owner.kill('SIGKILL'))
    const exit = once(owner, 'exit')
    const [line] = await once(owner.stdout, 'data')
    const { pid, grandchild } = JSON.parse(String(line)) as { pid: number, grandchild: number }
    if (how.includes('SIG')) owner.kill(how.split(' ').at(-1) as NodeJS.Signals)
    const [code, signal] = await exit
    assert.equal(signal ?? code, end)
    for (let round = 0; await isRunning(pid) || await isRunning(grandchild); round++) {
      assert.ok(round < 500, 'an orphan is left')
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  })
}
