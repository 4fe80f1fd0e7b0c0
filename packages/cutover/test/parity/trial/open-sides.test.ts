import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { loadConfig } from '../../../src/config/load.ts'
import { resolveConfig } from '../../../src/config/resolve.ts'
import { openSides, type OpenSidesOptions } from '../../../src/parity/trial/open-sides.ts'
import type { Side } from '../../../src/parity/trial/side.ts'
import type { StateClone, StateSource } from '../../../src/state/state.ts'
import { isRunning } from '../../fixtures/backends/watch.ts'

const fixtures = join(import.meta.dirname, '../../fixtures')
const module = './backends/hosted/app.ts'
const surroundings = './parity/surroundings.ts'

interface Answer { readonly pid: number, readonly greeting?: string, readonly database?: string }

function settingsOf (config: object = {}, env: Record<string, string> = {}) {
  return resolveConfig({ legacy: { module, startTimeout: '20s', stopTimeout: '2s' }, candidate: { module, export: 'default', startTimeout: '20s', stopTimeout: '2s' }, features: {}, ...config, ...apart(config) }, { folder: fixtures, env })
}

/** Both backends are the same module here, which a config must not say. */
function apart (config: { candidate?: unknown }): object {
  return config.candidate === undefined ? { candidate: { command: `"${process.execPath}" backends/program.mjs`, origin: 'http://127.0.0.1:3001', startTimeout: '20s', stopTimeout: '2s' } } : {}
}

/** A state whose clones are only names, and that notes what is done with it. */
function noted (scheme = 'test') {
  const events: string[] = []
  const unused = async (): Promise<never> => { throw new Error('not asked for here') }
  const openState = async (url: string): Promise<StateSource> => {
    events.push(`open ${url}`)
    return {
      kind: 'test',
      async clone (name): Promise<StateClone> {
        events.push(`clone ${name}`)
        return { name, url: `${scheme}://${name}`, reset: unused, dump: unused, stop: unused, start: unused }
      },
      async close () { events.push('close') }
    }
  }
  return { events, openState }
}

async function open (t: TestContext, settings: Parameters<typeof openSides>[0], options: Partial<OpenSidesOptions> = {}) {
  const sides = await openSides(settings, { log () {}, ...options })
  t.after(() => sides.close())
  return sides
}

const ask = async (side: Side): Promise<Answer> => await (await fetch(new URL('/', side.origin()))).json() as Answer

test('three sides run in processes of their own, each on its own clone', async t => {
  const { events, openState } = noted()
  const closed = globalThis as { surroundings?: string[] }
  const sides = await open(t, settingsOf({ parity: { surroundings } }), { openState, env: { candidate: { GREETING: 'for the candidate' } } })
  const answers = await Promise.all([sides.legacy, sides.twin!, sides.candidate].map(ask))
  assert.deepEqual(answers.map(({ greeting }) => greeting), ['from the surroundings', 'from the surroundings', 'for the candidate'])
  assert.deepEqual(answers.slice(0, 2).map(({ database }) => database), ['test://legacy', 'test://twin'])
  assert.equal(new Set(answers.map(({ pid }) => pid)).size, 3)
  assert.deepEqual([sides.legacy, sides.twin!, sides.candidate].map(({ name, state }) => [name, state?.url]), [['legacy', 'test://legacy'], ['twin', 'test://twin'], ['candidate', 'test://candidate']])
  assert.deepEqual(sides.notes, [])
  await Promise.all([sides.close(), sides.close()])
  assert.deepEqual([events[0], ...events.slice(1, -1).sort(), events.at(-1)], ['open test://source', 'clone candidate', 'clone legacy', 'clone twin', 'close'])
  assert.deepEqual(closed.surroundings, ['opened', 'closed'])
  for (const { pid } of answers) assert.equal(await isRunning(pid), false)
})

test('a side that died is revived on the same clone, once, elsewhere', async t => {
  const { events, openState } = noted()
  const sides = await open(t, settingsOf({ parity: { state: { postgres: 'postgres://source' } } }), { openState, twin: false })
  const before = await ask(sides.legacy)
  await sides.legacy.revive()
  assert.equal((await ask(sides.legacy)).pid, before.pid, 'one that lives is left alone')
  const { port } = sides.legacy.origin()
  await assert.rejects(fetch(new URL('/die', sides.legacy.origin())))
  await Promise.all([sides.legacy.revive(), sides.legacy.revive()])
  const after = await ask(sides.legacy)
  assert.notEqual(after.pid, before.pid)
  assert.equal(after.database, 'test://legacy')
  assert.notEqual(sides.legacy.origin().port, port)
  assert.equal(events.filter(event => event.startsWith('clone')).length, 2)
  await sides.close()
  assert.equal(await isRunning(after.pid), false)
  await assert.rejects(sides.legacy.revive(), { code: 'CUT_SIDE_DOWN' })
})

test('a clone of MongoDB is found in MONGODB_URI, by the adapter that is told its collections', async t => {
  const { openState } = noted('mongodb')
  const told: unknown[] = []
  const opening: typeof openState = async (url, ...options) => {
    told.push(url, ...options as unknown[])
    return await openState(url)
  }
  const sides = await open(t, settingsOf({ parity: { state: { mongodb: 'mongodb://source/x', collections: ['notes'] } } }), { openState: opening, twin: false })
  assert.equal((await ask(sides.legacy)).database, 'mongodb://legacy')
  assert.deepEqual(told, ['mongodb://source/x', { collections: ['notes'] }])
})

test('a command, too, gets its clone and a port of its own, whatever its env says, and is revived', async t => {
  const { openState } = noted()
  const command = { command: `"${process.execPath}" backends/program.mjs`, origin: 'http://127.0.0.1:5001', env: { GREETING: 'configured', PORT: '5001' } }
  const sides = await open(t, settingsOf({ legacy: command, candidate: { module }, parity: { state: { postgres: 'postgres://source', variable: 'GREETING' } } }), { openState })
  assert.deepEqual((await Promise.all([sides.legacy, sides.twin!].map(ask))).map(({ greeting }) => greeting), ['test://legacy', 'test://twin'])
  assert.ok(![sides.legacy, sides.twin!].some(side => side.origin().port === '5001'))
  await assert.rejects(fetch(new URL('/kill', sides.twin!.origin())))
  await sides.twin!.revive()
  assert.equal((await ask(sides.twin!)).greeting, 'test://twin')
})

test('a failure of one side closes all that was opened', async () => {
  const { events, openState } = noted()
  const pids: number[] = []
  const record = ({ message }: { message: string }) => { if (message.includes('about to start')) pids.push(1) }
  await assert.rejects(
    openSides(settingsOf({ parity: { state: { postgres: 'postgres://source' } } }), { log: record, openState, env: { twin: { HOW: 'throw-at-import' } } }),
    { code: 'CUT_SIDE_FAILED', message: /^The twin backend .*quick brown setting/s }
  )
  assert.equal(events.at(-1), 'close')
})

test('without a database the report is told so', async t => {
  const sides = await open(t, settingsOf(), { twin: false })
  assert.equal(sides.legacy.state, undefined)
  assert.equal(sides.twin, undefined)
  assert.match(sides.notes[0]!, /No database is configured .*only answers are compared/)
  assert.match(sides.notes[1]!, /No twin was started/)
})

test('a variable that is not set is an error, not a comparison without a database', async () => {
  const settings = settingsOf({ parity: { state: { postgres: 'env:NOT_SET_HERE' } } })
  await assert.rejects(openSides(settings, { log () {} }), { code: 'CUT_SIDE_STATE', message: /NOT_SET_HERE/ })
})

test('origins are used as they are, with the twin that is named', async t => {
  const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const port = (server.address() as AddressInfo).port
  const origins = (twin?: string) => settingsOf({ legacy: { origin: `http://127.0.0.1:${port}` }, candidate: { origin: `http://localhost:${port}` }, parity: { ...(twin === undefined ? {} : { twin }), state: { postgres: 'postgres://source' } } })
  const { events, openState } = noted()
  const sides = await open(t, origins(`http://127.0.0.1:${port}/twin`), { openState })
  assert.equal(sides.twin?.origin().pathname, '/twin')
  assert.equal(sides.candidate.origin().hostname, 'localhost')
  assert.deepEqual(events, [], 'no database is cloned that nobody would use')
  assert.match(sides.notes[0]!, /legacy and candidate are origins that run already/)
  assert.match((await open(t, origins(), { openState })).notes[1]!, /There is no twin/)
  server.close()
  server.closeAllConnections()
  await assert.rejects(sides.legacy.revive(), { code: 'CUT_SIDE_DOWN' })
  await assert.rejects(openSides(origins(), { log () {}, openState }), { code: 'CUT_SIDE_DOWN' })
})

test('an application in code is started again from its config file, and told of where there is none', async t => {
  const settings = await loadConfig({ cwd: fixtures, file: 'backends/hosted/config.ts', env: {} })
  const sides = await open(t, settings)
  const texts = await Promise.all([sides.legacy, sides.twin!, sides.candidate].map(async side => await (await fetch(side.origin())).text()))
  assert.deepEqual(texts.map(text => text.replace(/\d+/, 'N')), ['legacy in N', 'legacy in N', 'candidate in N'])
  assert.equal(new Set(texts.map(text => /\d+/.exec(text)![0])).size, 3)
  const inCode = settingsOf({ legacy: () => {}, candidate: { module } })
  await assert.rejects(openSides(inCode, { log () {} }), { code: 'CUT_SIDE_IN_CODE', message: /as a module/ })
})

test('surroundings that fail, or are none, are told', async () => {
  const withSurroundings = (path: string) => openSides(settingsOf({ parity: { surroundings: path } }), { log () {} })
  await assert.rejects(withSurroundings('./parity/broken-surroundings.ts'), { code: 'CUT_SURROUNDINGS_FAILED', message: /no database here/ })
  await assert.rejects(withSurroundings('./parity/odd-surroundings.ts'), { code: 'CUT_SURROUNDINGS_FAILED', message: /an env whose PORT is not a text/ })
  await assert.rejects(withSurroundings('./parity/missing.ts'), { code: 'CUT_MODULE_UNREADABLE' })
})

test('functions that derive values are those that the module returns and those that it exports', async t => {
  const sides = await open(t, settingsOf({ parity: { surroundings: './parity/derivations.ts' } }), { twin: false })
  assert.deepEqual(Object.keys(sides.derive ?? {}).sort(), ['again', 'reverse'])
  assert.equal(await sides.derive!.reverse!({ values: {}, with: 'abc', origin: '' }), 'cba')
})

test('giving up stops what is starting', async () => {
  const { events, openState } = noted()
  await assert.rejects(openSides(settingsOf({ parity: { surroundings } }), { log () {}, openState, signal: AbortSignal.abort(new Error('enough')) }), /enough/)
  const giveUp = new AbortController()
  const log = ({ message }: { message: string }) => { if (message.includes('about to start')) giveUp.abort(new Error('enough')) }
  await assert.rejects(openSides(settingsOf({ parity: { surroundings } }), { log, openState, signal: giveUp.signal, env: { legacy: { HOW: 'never-ready' } } }), /told to give up|enough/)
  assert.equal(events.at(-1), 'close')
})
