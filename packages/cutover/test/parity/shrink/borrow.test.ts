/* eslint-disable no-template-curly-in-string -- scenarios are written with them */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fillStep, firstValues } from '../../../src/parity/scenario/fill.ts'
import { loadScenarios } from '../../../src/parity/scenario/load.ts'
import type { Scenario, Step } from '../../../src/parity/scenario/scenario.ts'
import { writeScenario } from '../../../src/parity/scenario/write.ts'
import { cleanScenario } from '../../../src/parity/shrink/clean-scenario.ts'
import { saveFound } from '../../../src/parity/shrink/save-found.ts'

const password = 'analytical engine no. 1'
const session: Scenario = { name: 'session', steps: [{ request: 'POST /login', json: { email: 'ada@example.com', password }, capture: { token: '/token' } }] }
const found = (steps: readonly Step[]): Scenario => ({ name: 'found', steps })

test('a saved find borrows the password of the sign-in, and still sends it', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-borrow-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, '00-session.yaml'), writeScenario(session))
  const steps: readonly Step[] = [
    { request: 'POST /login', json: { email: 'ada@example.com', password } },
    { request: 'POST /login', json: { email: 'ada@example.com', password: `${password} ` } },
    { request: 'POST /login', text: JSON.stringify({ email: 'ada@example.com', password }).slice(0, -1) },
    { request: 'POST /login', form: { password } },
    { request: `GET /login?hint=${encodeURIComponent(password)}` }
  ]
  const { file, redacted } = await saveFound(join(folder, 'found'), { cause: '0123456789ab', endpoint: 'POST /login', message: 'x' }, found(steps), {}, [session])
  assert.deepEqual(redacted, ['step 5, request'])
  const text = await readFile(file, 'utf8')
  assert.doesNotMatch(text, /analytical/)
  const loaded = (await loadScenarios(folder)).find(each => each.file === file)!.scenario
  for (const [index, step] of loaded.steps.entries()) {
    const [request, before] = [fillStep(step, firstValues(loaded)), fillStep(steps[index]!, new Map())]
    assert.ok('body' in request && 'body' in before)
    assert.equal(request.body.toString(), before.body.toString(), step.request)
  }
})

test('what resembles a secret, or is one that nothing lends, is redacted', () => {
  const one = (json: unknown, sources = [session]) => cleanScenario(found([{ request: 'POST /login', json }]), { names: ['badge'], json: ['/owner/code'] }, sources)
  const { scenario, redacted } = one({ password: 'ANALYTICAL ENGINE NO. 1', badge: 'aaaaaaaaaaaaaaaaaaaa', owner: { code: 'analytical', name: 'analytical' }, refreshToken: 'eyJhbGciOiJIUzI1NiJ9' })
  assert.deepEqual(scenario.steps[0]!.json, { password: 'redacted', badge: 'aaaaaaaaaaaaaaaaaaaa', owner: { code: 'redacted', name: 'analytical' }, refreshToken: 'redacted' })
  assert.deepEqual(redacted, ['step 1, body, password', 'step 1, body, code', 'step 1, body, refreshToken'])
  // Without a scenario to tell secrets by, any longer value under a secret name may be one.
  assert.deepEqual(one({ password: 'correct horse', pin: 'aaaaaaaa' }, []).scenario.steps[0]!.json, { password: 'redacted', pin: 'aaaaaaaa' })
  const bytes = cleanScenario(found([{ request: 'POST /', base64: Buffer.from(`a\xff${password}`, 'latin1').toString('base64') }]), {}, [session]).scenario.steps[0]!.base64!
  assert.doesNotMatch(Buffer.from(bytes, 'base64').toString('latin1'), /analytical/)
})

test('values of `let` and headers are borrowed too, under names that are free', () => {
  const source: Scenario = { name: 'keys', let: { apiKey: 'k-0123456789' }, steps: [{ request: 'GET /', headers: { 'x-key': '${apiKey}' } }] }
  const { scenario, redacted } = cleanScenario({ name: 'x', let: { apiKey: 'k-0123456789' }, steps: [{ request: 'GET /', headers: { 'x-key': '${apiKey}', 'x-other': 'k-0123456789x' } }] }, {}, [source])
  assert.deepEqual(scenario.let, { apiKey: { from: 'keys', at: '/let/apiKey' }, apiKey2: { from: 'keys', at: '/let/apiKey' } })
  assert.equal(scenario.steps[0]!.headers!['x-other'], '${apiKey2}x')
  assert.deepEqual(redacted, [])
})

test('a text that is nowhere to be borrowed is told', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-borrow-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const borrowing = (from: string, at: string) => writeFile(join(folder, 'a.yaml'), writeScenario({ name: 'a', let: { x: { from, at } }, steps: [{ request: 'GET /' }] }))
  await borrowing('none', '/name')
  await assert.rejects(loadScenarios(folder), /no scenario "none"/)
  await borrowing('a', '/steps/3')
  await assert.rejects(loadScenarios(folder), /no text at \/steps\/3/)
})
