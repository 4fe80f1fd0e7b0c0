import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { boundsOf } from '../../benchmarks/proofs/examples.ts'
import { openFault, type Fault } from '../../benchmarks/proofs/examples/fault.ts'
import { judge } from '../../benchmarks/proofs/examples/judged.ts'
import { isMet } from '../../benchmarks/harness/figure.ts'
import type { Finding, ParityReport } from '../../src/parity/finding.ts'

const clean: ParityReport = {
  command: 'verify',
  startedAt: '2026-01-01T00:00:00.000Z',
  durationMs: 1,
  cases: [{ name: 'a', steps: 1, durationMs: 1, outcome: 'same', causes: [] }],
  findings: [],
  leftOut: { 'GET /docs': [{ because: 'rule', reason: 'only there', pattern: '/body', kind: 'value', count: 3, example: '/body' }] },
  coverage: [{ endpoint: 'GET /a', requests: 1, statuses: { 200: 1 } }],
  untested: [],
  notes: []
}
const finding: Finding = { cause: '0', kind: 'answer', endpoint: 'GET /a', message: '/body differs', case: 'a', occurrences: 1, confirmed: true }
const api = { source: 'test', operations: [{ endpoint: 'GET /a', method: 'GET', path: '/a', parameters: [], body: undefined, responses: { 200: undefined, '5XX': undefined }, secured: false }] }
const found = { status: true, member: true, header: true }

function missed (report: Partial<ParityReport>, faults = found): string[] {
  const judged = judge({ report: { ...clean, ...report }, api, rules: {} })
  return boundsOf(new Map([['one', { judged, faults }], ['two', { judged: judge({ report: clean, api, rules: {} }), faults: found }]])).filter(bound => !isMet(bound)).map(({ name }) => name)
}

test('the proof fails for whatever a verification leaves open, and says for which example', () => {
  assert.deepEqual(missed({}), [])
  assert.deepEqual(missed({ findings: [finding] }), ['unexplained', 'unexplained_one'])
  assert.deepEqual(missed({ untested: ['GET /b'] }), ['endpoints_uncovered', 'endpoints_uncovered_one'])
  assert.deepEqual(missed({ coverage: [{ endpoint: 'GET /a', requests: 1, statuses: { 200: 1 }, missing: ['404', '409'] }] }), ['statuses_uncovered', 'statuses_uncovered_one'])
  assert.deepEqual(missed({ cases: [{ ...clean.cases[0]!, outcome: 'skipped' }] }), ['scenarios_not_run_one'])
  assert.deepEqual(missed({ cases: [] }), ['scenarios_not_run_one'])
  assert.deepEqual(missed({}, { ...found, header: false }), ['faults_found_one'])
})

test('an example that could not be verified is no pass, neither its own nor of all', () => {
  const bounds = boundsOf(new Map([['one', { problem: 'it does not start' }]])).filter(({ want }) => want !== '')
  assert.deepEqual(bounds.filter(isMet), [])
})

test('what differs on purpose is listed with its reason and how often it was met', () => {
  const { intended, leftOut } = judge({ report: clean, api, rules: { ignore: [{ path: '/body', routes: ['GET /docs'], reason: 'only there' }], statuses: [{ legacy: 404, candidate: 200, routes: ['GET /docs'], reason: 'only there' }], headers: [{ name: 'etag', compare: 'presence', reason: 'agreed' }] } })
  assert.deepEqual(intended, [
    { reason: 'only there', what: ['GET /docs: ignore /body', 'GET /docs: statuses 404 | 200'], met: 3 },
    { reason: 'agreed', what: ['every route: headers etag'], met: 0 }
  ])
  assert.match(leftOut[0]!, /5XX and default, described for 1 operations: .* scenarios met none/)
})

test('a fault changes what it says, and nothing else', async t => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/none' ? 404 : 200, { 'content-type': 'application/json', 'x-host': request.headers.host })
    request.pipe(response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const ask = async (fault: Fault, path: string): Promise<unknown[]> => {
    const planted = await openFault(fault, () => origin)
    try {
      const response = await fetch(new URL(path, planted.origin), { method: 'POST', body: '{"a":1}' })
      assert.equal(response.headers.get('x-host'), planted.origin.host)
      return [response.status, response.headers.get('content-type'), await response.text()]
    } finally {
      await planted.close()
    }
  }
  assert.deepEqual(await ask('status', '/none'), [410, 'application/json', '{"a":1}'])
  assert.deepEqual(await ask('status', '/'), [200, 'application/json', '{"a":1}'])
  assert.deepEqual(await ask('member', '/'), [200, 'application/json', '{"planted":true,"a":1}'])
  assert.deepEqual(await ask('header', '/'), [200, null, '{"a":1}'])
})
