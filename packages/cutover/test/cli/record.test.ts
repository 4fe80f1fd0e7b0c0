import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { adminListener, cutover, folderWith } from './harness.ts'

const status = { active: true, share: 1000, features: ['vehicles'], folder: '/r/1', startedAt: '2026-01-01T00:00:00.000Z', recorded: 3, dropped: { aborted: 1, queue: 0, error: 0 } }

test('record begins, and ctrl-c ends it with what was recorded and dropped', async t => {
  const signals = new EventEmitter()
  const admin = await adminListener(t, ({ method }) => {
    if (method === 'GET') signals.emit('SIGINT')
    return { body: method === 'DELETE' ? { ...status, active: false, recorded: 5 } : status }
  })
  const { code, out } = await cutover(admin.folder, ['record', 'vehicles', '--share', '10%', '--for', '10m'], { signals })
  assert.equal(code, 0)
  assert.match(out, /^Recording 10% of vehicles into \/r\/1[^\n]*\n5 recorded, 1 dropped \(1 left by their client\): \/r\/1\n$/)
  assert.deepEqual(admin.asked.map(({ method, url }) => `${method} ${url}`), ['POST /api/record', 'GET /api/record', 'DELETE /api/record'])
  assert.deepEqual(admin.asked[0]!.body, { share: '10%', features: ['vehicles'], seconds: 600 })
  assert.equal(signals.listenerCount('SIGINT'), 0)
})

test('on a terminal one line says how it goes, never longer than the terminal, and the last what comes next', async t => {
  const signals = new EventEmitter()
  const admin = await adminListener(t, ({ method }) => {
    if (method === 'GET') signals.emit('SIGINT')
    return { body: method === 'DELETE' ? { ...status, active: false } : { ...status, recorded: 1_234_567, dropped: { aborted: 12_345, queue: 23_456, error: 34_567 } } }
  })
  const { err } = await cutover(admin.folder, ['record'], { signals, terminal: true, errorTerminal: true, columns: 60 })
  const drawn = err.split('\r').filter(line => line.includes(' recorded'))
  assert.ok(drawn.length > 0)
  for (const line of drawn) assert.ok(stripVTControlCharacters(line).length <= 59, line)
  assert.match(stripVTControlCharacters(err), /\r {2}cutover replay \/r\/1\n$/)
})

test('a disk that fails ends it with 3 and says why', async t => {
  const admin = await adminListener(t, () => ({ body: { ...status, active: false, failure: 'The disk is full.' } }))
  const { code, err } = await cutover(admin.folder, ['record'])
  assert.equal(code, 3)
  assert.match(err, /The disk is full/)
})

test('without a running switch it says so; a wrong share or time is wrong usage', async t => {
  const folder = folderWith(t, { 'cutover.config.json': '{"legacy":{"origin":"http://a"},"candidate":{"origin":"http://b"},"features":{}}' })
  assert.match((await cutover(folder, ['record'])).err, /No switch is running/)
  assert.equal((await cutover(folder, ['record', '--share', '110%'])).code, 2)
  assert.equal((await cutover(folder, ['record', '--for', 'long'])).code, 2)
})
