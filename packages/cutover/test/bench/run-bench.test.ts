import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openInstance } from '../../src/bench/instance.ts'
import type { BenchBackend, BenchPlan, BenchProgress } from '../../src/bench/plan.ts'
import { runBench } from '../../src/bench/run-bench.ts'

const server = `
import { createServer } from 'node:http'
const { PORT, SAYS = 'ok', DIES_AT } = process.env
let asked = 0
createServer((request, response) => {
  if (++asked === Number(DIES_AT)) process.exit(7)
  response.end(request.url === '/own' ? SAYS : 'ok')
}).listen(Number(PORT), '127.0.0.1')
`

function folderOf (t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'cutover-bench-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'server.mjs'), server)
  return folder
}

function backendIn (folder: string, name: string, env: Readonly<Record<string, string>> = {}, routes?: readonly string[]): BenchBackend {
  return {
    name,
    routes,
    open: signal => openInstance({
      name,
      source: { kind: 'command', command: `"${process.execPath}" server.mjs`, cwd: folder, env, url: new URL('http://127.0.0.1:1') },
      health: undefined,
      startTimeoutMs: 20_000,
      stopTimeoutMs: 2000,
      file: undefined,
      env: { NODE_OPTIONS: '' },
      log: () => {},
      signal
    })
  }
}

function planOf (backends: readonly BenchBackend[], twin?: BenchBackend): BenchPlan {
  const get = (path: string) => [{ method: 'GET', path, headers: {} }]
  return {
    backends,
    twin,
    routes: [{ name: 'same', feature: 'all' }, { name: 'own', feature: undefined }],
    requestsOf: async () => ({ same: get('/'), own: get('/own') }),
    differenceOf: (_route, _requests, [one], [other]) => one!.body.equals(other!.body) ? undefined : `${one!.body} and ${other!.body}`
  }
}

const quick = { connections: [4], timeMs: 500, warmUpMs: 60, starts: 2, folder: import.meta.dirname }

test('backends are measured side by side, and all that was measured is in the result', async t => {
  const folder = folderOf(t)
  const steps: BenchProgress[] = []
  const plan = planOf([backendIn(folder, 'legacy'), backendIn(folder, 'candidate'), backendIn(folder, 'other', {}, ['same'])], backendIn(folder, 'legacy'))
  const result = await runBench(plan, { ...quick, onProgress: step => steps.push(step) })
  assert.deepEqual(result.routes.map(({ route, answers }) => [route, answers]), [['same', 'same'], ['own', 'same']])
  const [same, own] = result.routes
  assert.deepEqual([...new Set(same!.blocks.map(({ backend }) => backend))].sort(), ['candidate', 'legacy', 'other', 'twin'])
  assert.deepEqual([...new Set(own!.blocks.map(({ backend }) => backend))].sort(), ['candidate', 'legacy', 'twin'])
  assert.deepEqual([...new Set(same!.blocks.map(({ start }) => start))], [0, 1])
  assert.ok(same!.floor !== null && same!.offered! > 0)
  for (const { rate, p95, p50 } of same!.comparisons) {
    for (const interval of [rate, p95!, p50!]) assert.ok(interval.low <= interval.value && interval.value <= interval.high, JSON.stringify(interval))
  }
  assert.ok(same!.latencies.every(({ sent, percentiles }) => sent > 0 && percentiles['95']! > 0))
  assert.deepEqual(result.backends.map(({ name, startMs }) => [name, startMs.length]), [['legacy', 2], ['candidate', 2], ['other', 2]])
  if (process.platform === 'linux') assert.ok(result.backends.every(({ peakBytes, idleBytes }) => peakBytes.length === 2 && idleBytes.every(bytes => bytes > 1e6)))
  assert.deepEqual(steps[0]!.stage, 'starting')
  assert.ok(steps.some(({ stage, starts, soFar }) => stage === 'measuring' && starts === 2 && soFar.length > 0))
  assert.doesNotThrow(() => structuredClone(result))
})

test('a route whose answers differ is not measured, the others are', async t => {
  const folder = folderOf(t)
  const { routes } = await runBench(planOf([backendIn(folder, 'legacy'), backendIn(folder, 'candidate', { SAYS: 'wrong' })]), { ...quick, latencies: false })
  const refused = routes.find(({ route }) => route === 'own')!
  assert.deepEqual([refused.answers, refused.difference, refused.blocks.length], ['different', 'candidate: ok and wrong', 0])
  assert.ok(routes.find(({ route }) => route === 'same')!.blocks.length > 0)
})

test('where all answers differ nothing is timed', async t => {
  const folder = folderOf(t)
  const plan = { ...planOf([backendIn(folder, 'legacy'), backendIn(folder, 'candidate')]), differenceOf: () => 'everything' }
  const { routes, seconds } = await runBench(plan, { ...quick, timeMs: 60_000 })
  assert.ok(routes.every(({ answers, blocks }) => answers === 'different' && blocks.length === 0))
  assert.ok(seconds < 30)
})

test('a backend that ends while it is measured is told, with how', async t => {
  const folder = folderOf(t)
  await assert.rejects(runBench(planOf([backendIn(folder, 'legacy'), backendIn(folder, 'candidate', { DIES_AT: '40' })]), quick), { code: 'CUT_BENCH_DIED', message: 'candidate ended while it was measured: it exited with code 7.' })
})

test('it stops when it is told to', async t => {
  const folder = folderOf(t)
  const stopping = new AbortController()
  const work = runBench(planOf([backendIn(folder, 'legacy'), backendIn(folder, 'candidate')]), {
    ...quick,
    timeMs: 60_000,
    signal: stopping.signal,
    onProgress: ({ stage }) => { if (stage === 'measuring') stopping.abort(new Error('enough')) }
  })
  await assert.rejects(work, /enough/)
})
