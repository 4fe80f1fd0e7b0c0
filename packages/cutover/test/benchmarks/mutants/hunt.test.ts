import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { hunt, type Grounds, type Hunt, type HuntOptions } from '../../../benchmarks/proofs/mutants/hunt.ts'
import type { Scenario } from '../../../src/parity/scenario/scenario.ts'
import { fakeContext, type Backend } from '../../parity/trial/fake-sides.ts'

const document = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 't', version: '1' },
  paths: { '/small': { get: { parameters: [{ name: 'n', in: 'query', schema: { type: 'integer', minimum: 0, maximum: 9 } }], responses: { 200: { description: 'ok' } } } } }
})

/** Says whether a number is small; `fault` is what the candidate answers to some. */
function small (fault: (n: number, asked: number) => string | undefined = () => undefined): Backend {
  let asked = 0
  return name => (request, response) => {
    if (request.url === '/openapi.json') return response.end(document)
    const text = new URL(request.url!, 'http://localhost').searchParams.get('n') ?? ''
    const answer = /^\d$/.test(text) ? 'yes' : 'no'
    const wrong = name === 'candidate' ? fault(Number(text), ++asked) : undefined
    response.statusCode = (wrong ?? answer) === 'yes' ? 200 : 400
    response.setHeader('content-type', 'text/plain')
    response.end(wrong ?? answer)
  }
}

const ask = (n: number): Scenario => ({ name: `ask ${n}`, steps: [{ request: `GET /small?n=${n}` }] })

async function huntIn (context: TestContext, backend: Backend, scenarios: readonly Scenario[], more: Partial<HuntOptions> = {}, description: string | null = '/openapi.json'): Promise<Hunt> {
  const { sides } = await fakeContext(context, backend)
  const parity = { compare: {}, timeoutMs: 2000, bodyLimitBytes: 10_000, state: { settleMs: 0 }, openapi: description === null ? {} : { candidate: description }, fuzz: { headers: {}, skip: [] } }
  const grounds = { scenarios, settings: { parity } } as unknown as Grounds
  return await hunt(grounds, sides, { verifyMs: 20_000, fuzzMs: 1500, seed: 1, untilFirst: true, ...more })
}

test('what a scenario shows is caught by verify, which ends there', async context => {
  const { by, findings, whole, fuzzMs } = await huntIn(context, small(n => n === 3 ? 'no' : undefined), [ask(3), ask(4)])
  assert.equal(by, 'verify')
  assert.deepEqual(findings.map(({ case: name, message }) => [name, message]), [['ask 3', '/status is another']])
  assert.deepEqual([whole, fuzzMs], [false, undefined])
})

test('what no scenario shows is caught by fuzz', async context => {
  const { by, findings, whole } = await huntIn(context, small(n => n === 9 ? 'no' : undefined), [ask(4)], { fuzzMs: 20_000 })
  assert.equal(by, 'fuzz')
  assert.equal(findings[0]?.endpoint, 'GET /small')
  assert.equal(whole, true)
})

test('a candidate without a fault is not blamed', async context => {
  const { by, findings, unconfirmed, failed, whole, fuzzNote } = await huntIn(context, small(), [ask(4)])
  assert.deepEqual({ by, findings, unconfirmed, failed, whole, fuzzNote }, { by: undefined, findings: [], unconfirmed: [], failed: [], whole: true, fuzzNote: undefined })
})

test('what does not show again is no catch', async context => {
  const { by, unconfirmed } = await huntIn(context, small((_, asked) => asked === 1 ? 'no' : undefined), [ask(4)])
  assert.equal(by, undefined)
  assert.deepEqual(unconfirmed.map(({ case: name, confirmed }) => [name, confirmed]), [['ask 4', false]])
})

test('what the candidate shows without a fault is no catch', async context => {
  const faulty = small(n => n === 3 ? 'no' : undefined)
  const { findings } = await huntIn(context, faulty, [ask(3)])
  const control = new Set(findings.map(({ cause }) => cause))
  const { by, whole } = await huntIn(context, faulty, [ask(3), ask(4)], { control, fuzzMs: 500 })
  assert.deepEqual([by, whole], [undefined, true])
  const both = await huntIn(context, small(n => n === 3 || n === 5 ? 'no' : undefined), [ask(3), { name: 'another', steps: [{ request: 'GET /small?n=5', endpoint: 'another' }] }], { control })
  assert.deepEqual(both.findings.map(({ case: name }) => name), ['another'])
})

test('where fuzz has nothing to go by it says so', async context => {
  assert.match((await huntIn(context, small(), [ask(4)], {}, null)).fuzzNote!, /names no description/)
  assert.match((await huntIn(context, small(), [ask(4)], {}, '/none')).fuzzNote!, /none/)
})

test('a scenario that cannot be run is told', async context => {
  const { failed } = await huntIn(context, small(), [{ name: 'lost', steps: [{ request: 'GET /small', capture: { id: '/id' } }] }], { fuzzMs: 200 })
  assert.match(failed[0]!, /^lost: step 1/)
})
