import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cutover } from '../harness.ts'
import { answering, health, projectOf } from './project.ts'

const scenarios = { 'scenarios/health.yaml': health, 'scenarios/total.yaml': 'name: total\nsteps:\n  - request: GET /total\n' }

test('backends that answer alike end with 0', async t => {
  const { folder } = await projectOf(t, answering(1), answering(1), scenarios)
  const { code, out, err } = await cutover(folder, ['verify'])
  assert.equal(code, 0, out + err)
  assert.match(out, /^✓ No difference\n {2}verify · 2 cases · [\s\S]*2 requests to 2 endpoints; --coverage lists them/)
  assert.match(err, /^Asking whether legacy, its twin and the candidate are up\.\nRunning 2 scenarios\.\nStopping the backends\.\n$/)
})

test('what a description names and no scenario asks is told; one that cannot be read is too', async t => {
  const { folder } = await projectOf(t, answering(1), answering(1), { 'scenarios/health.yaml': health })
  const { code, out } = await cutover(folder, ['verify', '--json'])
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(out).untested, ['GET /total'])
  const config = JSON.parse(readFileSync(join(folder, 'cutover.config.json'), 'utf8'))
  writeFileSync(join(folder, 'cutover.config.json'), JSON.stringify({ ...config, features: { all: { routes: ['GET /health'] } } }))
  assert.deepEqual(JSON.parse((await cutover(folder, ['verify', '--json'])).out).untested, ['GET /total'])
  assert.deepEqual(JSON.parse((await cutover(folder, ['verify', '--json', 'health'])).out).untested, [])
  writeFileSync(join(folder, 'cutover.config.json'), JSON.stringify({ ...config, parity: { ...config.parity, openapi: { candidate: '/health' } } }))
  const unread = await cutover(folder, ['verify'])
  assert.equal(unread.code, 0, unread.out)
  assert.match(unread.out, /Which operations no scenario asks is not known\. .*\/health/)
})

test('a difference ends with 1, and goes into every report', async t => {
  const { folder } = await projectOf(t, answering(1), answering(2), scenarios)
  const { code, out } = await cutover(folder, ['verify', '--junit', 'out/parity.xml', '--report', 'out/parity.json', '--github'])
  assert.equal(code, 1)
  assert.match(out, /^✗ 1 difference that nothing explains/)
  assert.match(out, /GET \/total/)
  assert.match(out, /^::error file=scenarios\/total\.yaml,line=1,title=cutover verify%3A GET \/total::/m)
  const junit = readFileSync(join(folder, 'out/parity.xml'), 'utf8')
  assert.match(junit, /<testsuites name="cutover" tests="2" failures="1" errors="0" skipped="0"/)
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'out/parity.json'), 'utf8')).findings.map((finding: { message: string }) => finding.message), ['/body/total has another value'])
})

test('--json is JSON on standard output and nothing else; annotations go where they are read too', async t => {
  const { folder } = await projectOf(t, answering(1), answering(2), scenarios)
  const { code, out, err } = await cutover(folder, ['verify', '--json'], { env: { GITHUB_ACTIONS: 'true' } })
  assert.equal(code, 1)
  assert.equal(JSON.parse(out).same, false)
  assert.match(err, /^::error /m)
})

test('scenarios are chosen by name, pattern or file', async t => {
  const { folder } = await projectOf(t, answering(1), answering(2), scenarios)
  for (const word of ['health', 'hea*', 'scenarios/health.yaml']) {
    const { code, out } = await cutover(folder, ['verify', word])
    assert.equal(code, 0, word)
    assert.match(out, /1 case/)
  }
  const { code, err } = await cutover(folder, ['verify', 'helth'])
  assert.deepEqual([code, err], [2, 'There is no scenario "helth". There are: health, total.\n'])
})

test('without scenarios it shows how to begin', async t => {
  const { folder } = await projectOf(t, answering(1), answering(1))
  const { code, err } = await cutover(folder, ['verify'])
  assert.equal(code, 2)
  assert.match(err, /There are no scenarios in .*health\.yaml:\n\n {2}name: health\n {2}steps:\n[\s\S]*cutover fuzz/)
})

test('a backend that is down ends with 3', async t => {
  const { folder } = await projectOf(t, answering(1), answering(1), scenarios)
  const config = JSON.parse(readFileSync(join(folder, 'cutover.config.json'), 'utf8'))
  writeFileSync(join(folder, 'cutover.config.json'), JSON.stringify({ ...config, candidate: { origin: 'http://127.0.0.1:1' } }))
  const { code, err } = await cutover(folder, ['verify'])
  assert.equal(code, 3)
  assert.match(err, /The candidate backend at http:\/\/127\.0\.0\.1:1\/? is down/)
})

test('ctrl-c reports what was found until then', async t => {
  const signals = new EventEmitter()
  const stop: ReturnType<typeof answering> = (request, response, body) => {
    if (request.url === '/health') signals.emit('SIGINT')
    return answering(2)(request, response, body)
  }
  const { folder } = await projectOf(t, answering(1), stop, { ...scenarios, 'scenarios/a.yaml': 'name: a\nsteps:\n  - request: GET /total\n' })
  const { code, out, err } = await cutover(folder, ['verify'], { signals })
  assert.equal(code, 1)
  assert.match(out, /^✗ 1 difference/)
  assert.match(err, /Stopping: what was found is reported\. Once more stops at once\./)
  assert.equal(signals.listenerCount('SIGINT') + signals.listenerCount('SIGTERM'), 0)
})

test('ctrl-c before anything was compared is no pass; a second one ends at once', async t => {
  const signals = new EventEmitter()
  const exits: number[] = []
  const { folder } = await projectOf(t, answering(1), (request, response) => {
    if (request.url !== '/health') return response.end()
    signals.emit('SIGINT')
    signals.emit('SIGTERM')
    response.end()
  }, { 'scenarios/health.yaml': health })
  const { code } = await cutover(folder, ['verify'], { signals, onExit: code => exits.push(code) })
  assert.deepEqual([code, exits], [3, [3]])
})

test('the last report is kept for gates and reports, readable by its owner only', async t => {
  const { folder } = await projectOf(t, answering(1), answering(2), scenarios)
  await cutover(folder, ['verify'])
  const file = join(folder, '.cutover/parity/verify.json')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const kept = JSON.parse(readFileSync(file, 'utf8'))
  assert.deepEqual([kept.version, kept.same, kept.complete, kept.scope], [1, false, true, undefined])
  assert.ok(Math.abs(Date.parse(kept.at) - Date.now()) < 60_000)
  assert.deepEqual(kept.features.map(({ feature, cases, requests, differences, untested }: Record<string, unknown>) => ({ feature, cases, requests, differences, untested })), [
    { feature: 'all', cases: 2, requests: 2, differences: 1, untested: [] }
  ])
  await cutover(folder, ['verify', 'health'])
  const narrowed = JSON.parse(readFileSync(file, 'utf8'))
  assert.deepEqual([narrowed.same, narrowed.scope, narrowed.features[0].untested], [true, 'the scenarios health', ['GET /total']])
})

test('a report that cannot be kept changes nothing but a note', async t => {
  const { folder } = await projectOf(t, answering(1), answering(1), { ...scenarios, '.cutover': 'a file, where the folder should be' })
  const { code, err } = await cutover(folder, ['verify'])
  assert.equal(code, 0)
  assert.match(err, /could not be kept as .*verify\.json/)
})
