import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ParityReport } from '../../../src/parity/finding.ts'
import { fuzz } from '../../../src/parity/fuzz/fuzz.ts'
import { readApi } from '../../../src/parity/fuzz/openapi/read.ts'
import { description, openStores, type StoreFault } from './store-server.ts'

const api = readApi(JSON.stringify(description), 'store')

async function fuzzed (fault: StoreFault | undefined, seed: number, requests: number): Promise<ParityReport & { connections: number }> {
  const sides = await openStores(fault)
  try {
    const report = await fuzz({ context: { sides, rules: {}, noise: {}, timeoutMs: 2000, bodyLimit: 100_000 }, api, seed, durationMs: 60_000, shrinkMs: 3000, requests, untilFirst: true })
    return { ...report, connections: sides.connections() }
  } finally {
    await sides.close()
  }
}

const methods = (report: ParityReport) => report.findings[0]?.shrunk?.steps.map(step => step.request.replace(/\?.*|\$\{.*/, '…'))

test('without a fault nothing shows; all is met, mostly on connections that are kept', async () => {
  const report = await fuzzed(undefined, 3, 900)
  assert.deepEqual(report.findings.map(finding => [finding.endpoint, finding.message]), [])
  assert.deepEqual(report.untested, [])
  const requests = report.coverage.reduce((sum, each) => sum + each.requests, 0)
  assert.ok(report.connections > requests / 40 && report.connections < requests / 2, `${report.connections} connections for ${requests} requests`)
  const met = (endpoint: string, status: number) => report.coverage.find(each => each.endpoint.startsWith(endpoint))?.statuses[status] ?? 0
  assert.ok(met('GET /products/', 304) > 0, 'conditional requests')
  assert.ok(met('POST /products/', 409) > 0, 'amounts beyond what is left')
})

for (const [fault, what, endpoint] of [
  ['second-page', 'follows a cursor to the next page', 'GET /products'],
  ['moved-thing', 'follows a Location to what was made', 'GET /things/${' + 'thing}'],
  ['order-takes-new-name', 'changes one thing and looks at another that has to do with it', 'GET /orders/${' + 'orderId}'],
  ['file-without-type', 'sends files, with one fault each', 'POST /files'],
  ['last-one', 'takes exactly what is left', 'POST /products/${' + 'id}/take'],
  ['stale-tag', 'asks with a validator of before', 'GET /products/${' + 'id}']
] as const) {
  test(what, async () => {
    const report = await fuzzed(fault, 5, 6000)
    assert.equal(report.findings[0]?.endpoint, endpoint, JSON.stringify([report.findings.map(each => each.message), report.coverage]))
    assert.equal(report.findings[0].confirmed, true)
    assert.ok(methods(report)!.length <= 4, JSON.stringify(report.findings[0].shrunk?.steps))
  })
}
