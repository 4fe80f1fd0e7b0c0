import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { BenchResult } from '../../src/bench/result.ts'
import { baselineName, keepBaseline, keepResult, lastResult, namedResult } from '../../src/bench/store.ts'

function folder (t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'cutover-store-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const result = (id: string): BenchResult => ({
  version: 1,
  id,
  at: '2026-01-01T00:00:00.000Z',
  seconds: 1,
  baseline: 'legacy',
  backends: [],
  routes: [],
  overall: [],
  environment: { node: 'v20', cpu: 'x', cores: 2, platform: 'linux x64', generator: 'autocannon', cutover: '0' },
  notes: []
})

test('results are found again: the last, by id, by the name of a baseline', async t => {
  const at = folder(t)
  assert.equal(await lastResult(at), undefined)
  const file = await keepResult(at, result('2026-01-01T00-00-00-aaaa'))
  assert.equal(file, join(at, 'bench/2026-01-01T00-00-00-aaaa.json'))
  await keepBaseline(at, 'before', result('2026-01-01T00-00-00-aaaa'))
  await keepResult(at, result('2026-01-02T00-00-00-bbbb'))
  assert.equal((await lastResult(at))!.id, '2026-01-02T00-00-00-bbbb')
  assert.equal((await namedResult(at, 'before')).id, '2026-01-01T00-00-00-aaaa')
  assert.equal((await namedResult(at, '2026-01-02T00-00-00-bbbb')).id, '2026-01-02T00-00-00-bbbb')
})

test('a name that is not there is told with those that are', async t => {
  const at = folder(t)
  await keepBaseline(at, 'before', result('x'))
  await assert.rejects(namedResult(at, 'befor'), { code: 'CUT_BENCH_UNKNOWN', message: 'There is no bench result "befor". There are: before.' })
  assert.ok(!baselineName.test('../escape') && !baselineName.test('.hidden') && baselineName.test('v1.2_final'))
})

test('the oldest results go, baselines stay', async t => {
  const at = folder(t)
  await keepBaseline(at, 'first', result('000'))
  for (let number = 0; number < 53; number++) await keepResult(at, result(String(number).padStart(3, '0')))
  const kept = readdirSync(join(at, 'bench')).filter(name => name.endsWith('.json'))
  assert.deepEqual([kept.length, kept.sort()[0]], [50, '003.json'])
  assert.equal((await namedResult(at, 'first')).id, '000')
})

test('a file that is no result is told', async t => {
  const at = folder(t)
  await keepResult(at, result('a'))
  writeFileSync(join(at, 'bench/a.json'), '{"version":2}')
  await assert.rejects(lastResult(at), { code: 'CUT_BENCH_UNREADABLE', message: /of version 2/ })
})
