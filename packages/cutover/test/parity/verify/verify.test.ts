import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { hasFindings } from '../../../src/parity/finding.ts'
import { readApi } from '../../../src/parity/fuzz/openapi/read.ts'
import type { Scenario } from '../../../src/parity/scenario/scenario.ts'
import { verify, type VerifyOptions } from '../../../src/parity/verify/verify.ts'
import { fakeContext, type Backend } from '../trial/fake-sides.ts'

const one = (name: string, request: string, more: Partial<Scenario['steps'][number]> = {}): Scenario => ({ name, steps: [{ request, ...more }] })

const echo: Backend = name => (request, response) => {
  response.statusCode = request.url!.startsWith('/none') ? 404 : 200
  response.end(`${request.url}${name === 'candidate' && request.url!.includes('bug') ? '!' : ''}`)
}

async function run (context: TestContext, scenarios: readonly Scenario[], backend: Backend = echo, more: Partial<VerifyOptions> = {}) {
  const { sides, rules, timeoutMs, bodyLimit } = await fakeContext(context, backend)
  return await verify({ scenarios, sides, rules, timeoutMs, bodyLimit, ...more })
}

test('a report says what was run, asked, answered and never asked', async context => {
  const report = await run(context, [one('a', 'GET /a?x=1'), one('b', 'GET /none'), one('c', 'GET /a')], echo, { known: ['GET /a', '/none', 'POST /a', '/api/*', '/:any'], notes: ['a note'] })
  assert.equal(hasFindings(report), false)
  assert.deepEqual(report.cases.map(({ name, outcome, steps }) => [name, outcome, steps]), [['a', 'same', 1], ['b', 'same', 1], ['c', 'same', 1]])
  assert.deepEqual(report.coverage, [{ endpoint: 'GET /a', requests: 2, statuses: { 200: 2 } }, { endpoint: 'GET /none', requests: 1, statuses: { 404: 1 } }])
  assert.deepEqual(report.untested, ['POST /a', '/api/*'])
  assert.deepEqual(report.notes, ['a note'])
})

test('a description tells which operations and statuses no scenario met', async context => {
  const answers = (...statuses: readonly string[]) => ({ responses: Object.fromEntries(statuses.map(status => [status, { description: '' }])) })
  const api = readApi(JSON.stringify({
    openapi: '3.0.3',
    paths: {
      '/things/{id}': { get: answers('200', '404', '410', '5XX'), delete: answers('204') },
      '/things/mine': { get: answers('200', '4XX', 'default') }
    }
  }), 'test')
  const report = await run(context, [one('a', 'GET /things/1'), one('b', 'GET /things/none/../2'), one('c', 'GET /things/none'), one('d', 'GET /things/mine')], () => (request, response) => {
    response.statusCode = request.url === '/things/none' ? 404 : 200
    response.end()
  }, { api })
  assert.deepEqual(report.coverage.map(({ endpoint, statuses, missing }) => [endpoint, statuses, missing]), [
    ['GET /things/${id}', { 200: 1, 404: 1 }, ['410']], // eslint-disable-line no-template-curly-in-string
    ['GET /things/mine', { 200: 1 }, ['4XX']],
    ['GET /things/none/../2', { 200: 1 }, undefined]
  ])
  assert.deepEqual(report.untested, ['DELETE /things/${id}']) // eslint-disable-line no-template-curly-in-string
})

test('a described status counts when the candidate answers it, whatever legacy does', async context => {
  const api = readApi(JSON.stringify({ openapi: '3.0.3', paths: { '/docs': { get: { responses: { 200: { description: '' } } } } } }), 'test')
  const answer = (good: string) => (name: string) => (_request: unknown, response: { statusCode: number, end (): void }) => {
    response.statusCode = name === good ? 200 : 404
    response.end()
  }
  assert.equal((await run(context, [one('a', 'GET /docs')], answer('candidate') as Backend, { api })).coverage[0]?.missing, undefined)
  assert.deepEqual((await run(context, [one('a', 'GET /docs')], answer('legacy') as Backend, { api })).coverage[0]?.missing, ['200'])
})

test('findings of one cause are one, with how often it was met', async context => {
  const report = await run(context, [one('a', 'GET /bug'), one('b', 'GET /bug?2'), one('c', 'GET /fine')])
  assert.deepEqual(report.findings.map(({ endpoint, occurrences, confirmed, case: name, step }) => [endpoint, occurrences, confirmed, name, step]), [['GET /bug', 2, true, 'a', 1]])
  assert.deepEqual(report.cases.map(({ outcome, causes }) => [outcome, causes.length]), [['different', 1], ['different', 1], ['same', 0]])
  assert.equal(hasFindings(report), true)
})

test('a scenario that breaks is a failed case, and the rest is run', async context => {
  const report = await run(context, [one('a', 'GET /a', { capture: { id: '/id' } }), one('b', 'GET /bug')])
  assert.deepEqual(report.cases.map(({ outcome }) => outcome), ['failed', 'different'])
  assert.match(report.cases[0]!.note!, /step 1, GET \/a: legacy answered 200, without \/id/)
})

test('an expectation that legacy does not meet is a finding', async context => {
  const report = await run(context, [one('a', 'GET /none', { expect: { status: 200 } })])
  assert.deepEqual(report.findings.map(({ kind, confirmed, message }) => [kind, confirmed, message]), [['expectation', true, 'status 200 was expected, 404 came']])
})

test('a backend that does not come up again ends the run; what was found is kept', async context => {
  const made = await fakeContext(context, echo)
  let revivals = 0
  const candidate = { ...made.sides.candidate, revive: async () => { if (++revivals > 3) throw new Error('the candidate is down') } }
  const scenarios = ['GET /bug', 'GET /1', 'GET /2', 'GET /3', 'GET /4'].map((request, index) => one(String(index), request))
  const report = await verify({ scenarios, sides: { ...made.sides, candidate }, rules: {}, timeoutMs: 1000, bodyLimit: 1000 })
  assert.deepEqual(report.cases.map(({ outcome }) => outcome), ['different', 'failed', 'failed', 'failed', 'skipped'])
  assert.equal(report.findings.length, 1)
  assert.match(report.notes[0]!, /1 of 5 scenarios were not run/)
})

test('an abort keeps what was found', async context => {
  const controller = new AbortController()
  const report = await run(context, [one('a', 'GET /bug'), one('b', 'GET /b'), one('c', 'GET /c')], echo, {
    signal: controller.signal,
    onProgress: ({ done }) => { if (done === 1) controller.abort() }
  })
  assert.deepEqual(report.cases.map(({ outcome }) => outcome), ['different', 'skipped', 'skipped'])
  assert.equal(report.findings.length, 1)
  assert.match(report.notes[0]!, /ended early: 2 of 3/)
})

test('an abort amid the first runs of a scenario keeps what these found', async context => {
  const controller = new AbortController()
  let asked = 0
  const report = await run(context, [one('a', 'GET /bug')], name => (request, response) => {
    if (name === 'candidate' && ++asked === 2) controller.abort()
    echo(name)(request, response)
  }, { signal: controller.signal })
  assert.deepEqual(report.findings.map(({ confirmed }) => confirmed), [false])
})

test('no scenarios are no proof, and the report says so', async context => {
  assert.match((await run(context, [])).notes[0]!, /nothing was compared/)
})
