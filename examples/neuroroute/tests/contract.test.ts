import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openFault, type Fault } from '../../../packages/cutover/benchmarks/proofs/examples/fault.ts'
import { loadConfig } from '../../../packages/cutover/src/config/load.ts'
import type { Exchange } from '../../../packages/cutover/src/message/exchange.ts'
import type { Finding } from '../../../packages/cutover/src/parity/finding.ts'
import { loadScenarios } from '../../../packages/cutover/src/parity/scenario/load.ts'
import { confirmTrial } from '../../../packages/cutover/src/parity/trial/confirm-trial.ts'
import { openSides } from '../../../packages/cutover/src/parity/trial/open-sides.ts'
import type { Side, Sides } from '../../../packages/cutover/src/parity/trial/side.ts'
import type { TrialContext } from '../../../packages/cutover/src/parity/trial/trial.ts'
import { needPython } from './need-python.ts'

const scenarios = (await loadScenarios(join(import.meta.dirname, '../scenarios'))).map(({ scenario }) => scenario)

/** Every operation with all that it is documented to answer. */
const operations: Readonly<Record<string, readonly number[]>> = {
  'GET /health': [200, 503],
  'GET /models': [200, 422],
  'GET /models/{}': [200, 404],
  'POST /prompt': [200, 400, 401, 403, 404, 422, 429, 500, 502, 503, 504],
  'GET /usage': [200, 401, 403, 422, 500],
  'GET /settings': [200, 401, 403, 500],
  'PATCH /settings': [200, 401, 403, 422, 500],
  'DELETE /cache': [204, 401, 403, 404, 500],
  'GET /keys': [200, 401, 403, 500],
  'POST /keys': [201, 401, 403, 422, 500],
  'DELETE /keys/{}': [204, 401, 403, 404, 422, 500]
}

// Each side in a process of its own on its own copy of the database, as `cutover verify` runs them.
describe('the contract', { skip: needPython().skip }, () => {
  let sides: Sides
  let context: TrialContext
  const seen: Exchange[] = []

  before(async () => {
    const settings = await loadConfig({ cwd: join(import.meta.dirname, '..') })
    sides = await openSides(settings, { log: () => {} })
    const { compare: rules, timeoutMs, bodyLimitBytes: bodyLimit, state } = settings.parity
    context = { sides, rules, noise: {}, timeoutMs, bodyLimit, settleMs: state.settleMs } as TrialContext
  })
  after(() => sides?.close())

  for (const scenario of scenarios) {
    test(`${scenario.name}: both faces answer and store alike, and as expected`, async () => {
      const { result, findings } = await confirmTrial(scenario, context)
      assert.equal(result.broken, undefined)
      assert.deepEqual(findings.filter(({ confirmed }) => confirmed).map(describeFinding), [])
      seen.push(...result.steps.flatMap(({ exchanges }) => exchanges.legacy ?? []))
    })
  }

  test('is covered: every operation with every status that it is documented to answer', () => {
    const met = new Map<string, Set<number>>()
    for (const { request, response } of seen) {
      const operation = `${request.method} ${request.target.split('?')[0]!.replace(/^\/(models|keys)\/[^/]+$/, '/$1/{}')}`
      met.set(operation, (met.get(operation) ?? new Set()).add(response.status))
    }
    for (const [operation, statuses] of Object.entries(operations)) {
      assert.deepEqual(statuses.filter(status => met.get(operation)?.has(status) !== true), [], operation)
    }
  })

  const planted: ReadonlyArray<readonly [fault: Fault, scenario: string]> = [['status', 'keys'], ['member', 'models'], ['header', 'health']]
  for (const [fault, name] of planted) {
    test(`a planted fault is found: ${fault}`, async () => {
      const { candidate } = context.sides
      const proxy = await openFault(fault, () => candidate.origin())
      try {
        const faulty: Side = { ...candidate, origin: () => proxy.origin }
        const { findings } = await confirmTrial(scenarios.find(scenario => scenario.name === name)!, { ...context, sides: { ...context.sides, candidate: faulty } })
        assert.ok(findings.some(({ confirmed }) => confirmed))
      } finally {
        await proxy.close()
      }
    })
  }
})

function describeFinding ({ endpoint, message, difference }: Finding): string {
  if (difference === undefined) return `${endpoint}, ${message}`
  return `${endpoint}, ${difference.pattern}: ${difference.legacy?.text ?? 'nothing'} | ${difference.candidate?.text ?? 'nothing'}`
}
