import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Scenario } from '../../../src/parity/scenario/scenario.ts'
import { confirmTrial } from '../../../src/parity/trial/confirm-trial.ts'
import { fakeContext, type Backend } from './fake-sides.ts'

const scenario: Scenario = { name: 'x', steps: [{ request: 'GET /' }] }

/** Answers with what `value` gives for a side in the run of that number, from 1. */
function answering (value: (name: string, run: number) => unknown): Backend {
  const runs = new Map<string, number>()
  return name => (_, response) => {
    const run = (runs.get(name) ?? 0) + 1
    runs.set(name, run)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ value: value(name, run) }))
  }
}

test('a scenario without a difference is run once', async context => {
  const { runs, findings } = await confirmTrial(scenario, await fakeContext(context, answering(() => 'a')))
  assert.equal(runs, 1)
  assert.deepEqual(findings, [])
})

test('a difference that is always there is confirmed in three runs', async context => {
  const { runs, findings } = await confirmTrial(scenario, await fakeContext(context, answering(name => name === 'candidate')))
  assert.equal(runs, 3)
  assert.deepEqual(findings.map(({ confirmed, message }) => [confirmed, message]), [[true, '/body/value has another value']])
})

test('a difference that does not show again is not confirmed', async context => {
  const { runs, findings } = await confirmTrial(scenario, await fakeContext(context, answering((name, run) => name === 'candidate' && run === 1)))
  assert.equal(runs, 4)
  assert.deepEqual(findings.map(({ confirmed }) => confirmed), [false])
})

test('a race that shows in every other run is confirmed', async context => {
  const { findings } = await confirmTrial(scenario, await fakeContext(context, answering((name, run) => name === 'candidate' && run % 2 === 1)))
  assert.deepEqual(findings.map(({ confirmed }) => confirmed), [true])
})

test('requests at the same moment are tried several times, and a race that is lost now and then is confirmed', async context => {
  const together: Scenario = { name: 'x', steps: [{ request: 'GET /' }, { request: 'GET /', together: true }] }
  const { runs } = await confirmTrial(together, await fakeContext(context, answering(() => 'a')))
  assert.equal(runs, 3)
  // Each run has two requests: it shows in the third, the eighth and the thirteenth.
  const { findings } = await confirmTrial(together, await fakeContext(context, answering((name, request) => name === 'candidate' && Math.ceil(request / 2) % 5 === 3)))
  assert.deepEqual(findings.map(({ confirmed }) => confirmed), [true])
})

test('what legacy and its own twin differ in as often is no finding', async context => {
  const words = ['a', 'b']
  const { findings, unstable } = await confirmTrial(scenario, await fakeContext(context, answering((name, run) => words[name === 'legacy' ? 0 : (run + (name === 'twin' ? 1 : 0)) % 2])))
  assert.deepEqual(findings, [])
  assert.equal(unstable.length, 1)
})

test('times in whole seconds that legacy and its twin agreed on by chance are no finding', async context => {
  // The candidate's clock is always past the next second when the others' are not; on a later twin they differ too.
  const began = Date.now()
  const second = (name: string) => Math.floor((began + (Date.now() - began > 1000 ? 1100 : 0) + (name === 'candidate' ? 1000 : 0)) / 1000)
  const { findings } = await confirmTrial(scenario, await fakeContext(context, answering(second)))
  assert.deepEqual(findings, [])
})

test('a value of an invented class that is wrong on the candidate alone is confirmed', async context => {
  const fixed = '00000000-0000-4000-8000-000000000000'
  const { findings } = await confirmTrial(scenario, await fakeContext(context, answering(name => name === 'candidate' ? fixed.replace(/0$/, '1') : fixed)))
  assert.deepEqual(findings.map(({ confirmed }) => confirmed), [true])
})

test('without a twin a difference is confirmed too', async context => {
  const { findings } = await confirmTrial(scenario, await fakeContext(context, answering(name => name === 'candidate' ? 1 : 2), { twin: false }))
  assert.deepEqual(findings.map(({ confirmed }) => confirmed), [true])
})

test('what another scenario has confirmed needs no further run', async context => {
  const trial = await fakeContext(context, answering(name => name === 'candidate'))
  const [finding] = (await confirmTrial(scenario, trial)).findings
  const again = await confirmTrial(scenario, trial, { known: new Set([finding!.cause]) })
  assert.equal(again.runs, 1)
  assert.deepEqual(again.findings.map(({ confirmed }) => confirmed), [true])
})

test('a time in another time zone is found, though times are noise', async context => {
  const now = (name: string) => new Date(Date.now() + (name === 'twin' ? 1 : name === 'candidate' ? 2 * 3600_000 : 0)).toISOString()
  const { findings } = await confirmTrial(scenario, await fakeContext(context, answering(now)))
  assert.deepEqual(findings.map(({ message, confirmed }) => [message, confirmed]), [['/body/value has another value', true]])
})
