/* eslint-disable no-template-curly-in-string -- scenarios are written with them */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRoute } from '../../src/config/route.ts'
import type { Feature, Route } from '../../src/config/settings.ts'
import type { Finding, ParityReport } from '../../src/parity/finding.ts'
import { featureParity, keptParity } from '../../src/report/kept-parity.ts'
import { sample } from './sample.ts'

const feature = (name: string, ...routes: string[]): Feature => ({
  name, routes: routes.map(text => parseRoute(text) as Route), risk: 'medium', share: 0, stickyBy: undefined, pin: { legacy: [], candidate: [] }, env: undefined, fallback: true
})
const features = [feature('health', 'GET /health'), feature('vehicles', 'GET|POST /api/vehicles', 'DELETE /api/vehicles/:id', '/api/vehicles/:id'), feature('rest', '/*')]
const finding = (some: Partial<Finding>): Finding => ({ cause: '0123456789ab', kind: 'answer', endpoint: 'GET /health', message: '/status is another', case: 'one', occurrences: 1, confirmed: true, ...some })
const report = (some: Partial<ParityReport>): ParityReport => ({ command: 'verify', startedAt: '2026-01-02T03:04:05.678Z', durationMs: 1, cases: [], findings: [], leftOut: {}, coverage: [], untested: [], notes: [], ...some })
const covered = (endpoint: string, requests = 1) => ({ endpoint, requests, statuses: { 200: requests } })
const of = (given: ParityReport, name: string) => featureParity(given, features).find(each => each.feature === name)!

test('every route that nothing asked is untested, each method of its own, whatever a broader route was asked', () => {
  const given = report({ coverage: [covered('GET /api/vehicles'), covered('GET /api/vehicles/${id}'), covered('GET /elsewhere'), covered('GET /health', 0)] })
  assert.deepEqual(featureParity(given, features).map(({ feature, untested }) => [feature, untested]), [
    ['health', ['GET /health']],
    ['vehicles', ['POST /api/vehicles', 'DELETE /api/vehicles/:id']],
    ['rest', []]
  ])
})

test('endpoints that a description names and that were never asked are untested too', () => {
  const given = report({ coverage: [covered('GET /elsewhere')], untested: ['GET /reports/${id}', '/api/vehicles/*'] })
  assert.deepEqual(of(given, 'rest').untested, ['GET /reports/${id}'])
})

test('an endpoint belongs to the feature that the switch takes it for', () => {
  const given = report({ coverage: [covered('GET /health', 3), covered('PATCH /api/vehicles/${id}', 2), covered('POST /api/auth/login', 4)] })
  assert.deepEqual(featureParity(given, features).map(({ requests }) => requests), [3, 2, 4])
})

test('differences count for their feature, and those that did not show again apart', () => {
  const given = report({ findings: [finding({ endpoint: 'GET /api/vehicles/${id}' }), finding({ endpoint: 'POST /api/vehicles', confirmed: false })] })
  assert.deepEqual(featureParity(given, features).map(({ differences, unconfirmed }) => [differences, unconfirmed]), [[0, 0], [1, 1], [0, 0]])
})

test('a difference in what is stored counts for every feature that the case asked, and for all where that is not known', () => {
  const state = finding({ kind: 'state', endpoint: 'vehicles' })
  const cases = [{ name: 'one', steps: 1, durationMs: 1, outcome: 'different' as const, causes: [], endpoints: ['POST /api/vehicles', 'GET /other'] }]
  const counts = (given: ParityReport) => featureParity(given, features).map(({ differences }) => differences)
  assert.deepEqual(counts(report({ findings: [state], cases })), [0, 1, 1])
  assert.deepEqual(counts(report({ findings: [state] })), [1, 1, 1])
  assert.deepEqual(counts(report({ findings: [{ ...state, shrunk: { name: 'small', steps: [{ request: 'POST /api/vehicles' }] } }] })), [0, 1, 0])
})

test('cases count for what they asked; where no run can say, the number is not made up', () => {
  const one = { name: 'one', steps: 1, durationMs: 1, outcome: 'same' as const, causes: [], endpoints: ['GET /health'] }
  assert.deepEqual(featureParity(report({ cases: [one, { ...one, name: 'two', outcome: 'failed' }] }), features).map(({ cases, failed }) => [cases, failed]), [[1, 1], [0, 0], [0, 0]])
  const { endpoints: _, ...unknown } = one
  assert.equal(of(report({ cases: [unknown] }), 'health').cases, null)
})

test('a kept report holds no secret and says when, whether whole, and of what', () => {
  const kept = keptParity({ ...sample, command: 'fuzz' }, { features, at: new Date('2026-01-02T03:05:00Z'), complete: false, scope: 'the operations GET /x', candidate: 'v7' })
  assert.doesNotMatch(JSON.stringify(kept), /SECRET/)
  assert.deepEqual([kept.at, kept.complete, kept.same, kept.scope, kept.candidate, kept.version], ['2026-01-02T03:05:00.000Z', false, false, 'the operations GET /x', 'v7', 1])
})

test('of very many findings only some are kept whole, and all are counted', () => {
  const { exchanges } = sample.findings.find(each => each.exchanges !== undefined)!
  const findings = Array.from({ length: 700 }, (_, number) => finding({ cause: String(number).padStart(12, '0'), exchanges: exchanges! }))
  const kept = keptParity({ ...report({ findings }), command: 'verify' }, { features, at: new Date(0), complete: true })
  assert.deepEqual([kept.findings.length, kept.moreFindings, kept.features[0]!.differences], [500, 200, 700])
  assert.equal(kept.findings.filter(each => each.exchanges !== undefined).length, 50)
})
