import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { watchProcess } from '../../src/metrics/process.ts'
import { prometheusText, type Exposed } from '../../src/metrics/prometheus.ts'
import { createRegistry } from '../../src/metrics/registry.ts'
import { parseExposition } from './exposition.ts'

function exposed (changed: Partial<Exposed> = {}): Exposed {
  const registry = createRegistry({ features: ['health', 'vehicles'] })
  const cell = registry.cell('vehicles', 'candidate')
  for (const ms of [1, 5, 6, 30, 20_000]) cell.record(200, ms)
  cell.record(503, 2)
  cell.record(0, 7)
  cell.fellBack('timeout')
  cell.fellBack('timeout')
  registry.unlisted.legacy.record(404, 1)
  registry.close()
  const watch = watchProcess()
  const process = watch.read()
  watch.close()
  return {
    version: '0.1.0',
    cells: registry.snapshot(),
    process,
    features: [
      { feature: 'health', share: 10_000, breaker: 'closed', rolledBack: false },
      { feature: 'vehicles', share: 1250, breaker: 'half-open', rolledBack: true }
    ],
    ...changed
  }
}

function value (text: string, name: string, labels: Record<string, string>): number | undefined {
  const family = [...parseExposition(text)].find(([family]) => name.startsWith(family))?.[1]
  return family?.samples.find(sample => sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value))?.value
}

test('what is written is valid and says what was counted', () => {
  const text = prometheusText(exposed())
  const name = 'http_server_request_duration_seconds'
  const candidate = { cutover_feature: 'vehicles', cutover_backend: 'candidate', http_response_status_class: '2xx' }
  assert.equal(value(text, `${name}_count`, candidate), 5)
  assert.equal(value(text, `${name}_sum`, candidate), 20.042)
  const bucket = (le: string) => value(text, `${name}_bucket`, { ...candidate, le })
  assert.deepEqual(['0.005', '0.01', '0.025', '0.05', '10', '+Inf'].map(bucket), [2, 3, 3, 4, 4, 5])
  assert.equal(value(text, `${name}_count`, { ...candidate, http_response_status_class: '5xx' }), 1)
  assert.equal(value(text, `${name}_count`, { ...candidate, http_response_status_class: 'aborted' }), 1)
  assert.equal(value(text, `${name}_count`, { cutover_feature: '_unlisted', cutover_backend: 'legacy', http_response_status_class: '4xx' }), 1)
  assert.equal(value(text, 'cutover_fallbacks_total', { cutover_feature: 'vehicles', cause: 'timeout' }), 2)
  assert.equal(value(text, 'cutover_share_ratio', { cutover_feature: 'vehicles' }), 0.125)
  assert.equal(value(text, 'cutover_rolled_back', { cutover_feature: 'vehicles' }), 1)
  assert.deepEqual(['closed', 'open', 'half-open'].map(state => value(text, 'cutover_breaker_state', { cutover_feature: 'vehicles', state })), [0, 0, 1])
  assert.equal(value(text, 'cutover_build_info', { version: '0.1.0' }), 1)
})

test('this process is read in base units', () => {
  const text = prometheusText(exposed())
  assert.ok(value(text, 'process_memory_usage_bytes', {})! > 10_000_000)
  assert.ok(value(text, 'process_cpu_time_seconds_total', { cpu_mode: 'user' })! > 0)
  assert.ok(value(text, 'process_uptime_seconds', {})! < 3600)
  assert.ok(value(text, 'nodejs_eventloop_delay_p99_seconds', {})! >= 0)
  const utilization = value(text, 'nodejs_eventloop_utilization_ratio', {})!
  assert.ok(utilization >= 0 && utilization <= 1)
})

test('a loop that was blocked shows in its delay', async () => {
  const watch = watchProcess()
  await new Promise(resolve => setTimeout(resolve, 50))
  const end = performance.now() + 150
  while (performance.now() < end);
  await new Promise(resolve => setTimeout(resolve, 50))
  const { maxSeconds } = watch.read().eventLoopDelay
  watch.close()
  assert.ok(maxSeconds > 0.1, `${maxSeconds}`)
})

test('label values are escaped and read back as they were', () => {
  const version = 'a"b\\c\nd\\n}'
  assert.equal(value(prometheusText(exposed({ version })), 'cutover_build_info', { version }), 1)
})

test('nothing counted is written without series, and stays valid', () => {
  const registry = createRegistry({ features: ['health'] })
  registry.close()
  const text = prometheusText(exposed({ cells: registry.snapshot() }))
  assert.equal(parseExposition(text).has('http_server_request_duration_seconds'), false)
})

test('the strict parser refuses what is not the format', () => {
  const bad = ['a 1', '# HELP a b\n# TYPE a gauge\na 1', '# HELP a b\n# TYPE a gauge\na 1\na 1\n', '# HELP a b\n# TYPE a gauge\na{x="y"z"} 1\n',
    '# HELP a b\n# TYPE a gauge\na{x="\\q"} 1\n', '# HELP a b\n# TYPE a gauge\nb 1\n', '# HELP a b\n# TYPE a gauge\na one\n',
    '# HELP a b\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n']
  for (const text of bad) assert.throws(() => parseExposition(text), text)
})

test('promtool accepts what is written', t => {
  const found = spawnSync('promtool', ['check', 'metrics'], { input: prometheusText(exposed()), encoding: 'utf8' })
  if (found.error !== undefined) {
    assert.equal(process.env.CUTOVER_CI, undefined, 'promtool is missing, which .ci/run installs')
    return t.skip('promtool is missing: apt-get install prometheus')
  }
  assert.equal(found.status, 0, found.stdout + found.stderr)
})
