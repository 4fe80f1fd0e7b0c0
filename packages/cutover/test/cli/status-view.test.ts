import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import pc from 'picocolors'
import { countText, errorRateText, lastingText, latencyText, shareBar } from '../../src/cli/figures.ts'
import { statusLines } from '../../src/cli/status-view.ts'
import { widthOf } from '../../src/cli/text-table.ts'
import { featureStatus, stats, statusResponse } from './harness.ts'

const now = new Date('2026-01-01T05:02:00Z')
const view = (columns: number, color = false) => ({ columns, colors: pc.createColors(color), now })
const busy = statusResponse({
  features: [
    featureStatus('health', { share: 5000, backends: { legacy: stats({ requests: 1204, perSecond: 12.34, p50Ms: 1.21, p95Ms: 3.4 }), candidate: stats({ requests: 1187, perSecond: 11.9, p50Ms: 0.41, p95Ms: 1.1 }) } }),
    featureStatus('vehicles', { risk: 'high', share: 1250, breaker: 'open', backends: { legacy: stats({ requests: 400, errors: 1, p50Ms: 4, p95Ms: 9 }), candidate: stats({ requests: 50, errors: 5, fallbacks: 3, aborted: 2, p50Ms: 40, p95Ms: 1330 }) } })
  ]
})

test('both backends stand side by side, a row a feature, where there is room', () => {
  const lines = statusLines(busy, view(130))
  assert.match(lines[0]!, /^cutover 0\.1\.0 {2}http:\/\/127\.0\.0\.1:3000 {2}up 5h 2m {2}pid 4242$/)
  const health = lines.find(line => line.startsWith('health'))!
  assert.match(health, /^health +low +█████░░░░░ +50% +1,204 +1,187 +12\.3 +11\.9 +0% +0% +1\.2ms +0\.41ms +3\.4ms +1\.1ms$/)
  const header = lines.find(line => line.startsWith('feature'))!
  const second = lines[lines.indexOf(header) + 1]!
  assert.equal(header.indexOf('p95'), second.lastIndexOf('legacy'))
})

test('what is out of the ordinary stands below its feature', () => {
  const lines = statusLines(busy, view(130))
  assert.equal(lines[lines.findIndex(line => line.startsWith('vehicles')) + 1], '  └ breaker open: candidate is left alone · 3 fell back to legacy · 2 left by the client')
})

test('a narrow terminal gets a block a feature, with the same figures', () => {
  const lines = statusLines(busy, view(60))
  const at = lines.findIndex(line => line.startsWith('vehicles'))
  assert.match(lines[at]!, /^vehicles +high +█░░░░░░░░░ +12\.5%$/)
  assert.match(lines[at + 2]!, /^ {2}legacy +400 +0\.0 +0\.25% +4\.0ms +9\.0ms$/)
  assert.match(lines[at + 3]!, /^ {2}candidate +50 +0\.0 +10% +40ms +1\.33s$/)
})

test('no line is wider than the terminal, whatever the figures', () => {
  const some = fc.record({ requests: fc.nat(), errors: fc.nat(1e6), fallbacks: fc.nat(), aborted: fc.nat(), perSecond: fc.double({ min: 0, max: 1e6, noNaN: true }), p50Ms: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true })), p95Ms: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true })) })
  const feature = fc.record({ name: fc.stringMatching(/^[a-z][a-z0-9-]{0,40}$/), share: fc.integer({ min: 0, max: 10_000 }), rolledBack: fc.boolean(), legacy: some, candidate: some })
  fc.assert(fc.property(fc.array(feature, { maxLength: 5 }), fc.integer({ min: 60, max: 200 }), fc.string({ maxLength: 90 }), fc.boolean(), (features, columns, target, color) => {
    const status = statusResponse({
      features: features.map(({ name, share, rolledBack, legacy, candidate }) => featureStatus(name, { share, rolledBack, breaker: 'half-open', backends: { legacy: stats(legacy), candidate: stats(candidate) } })),
      backends: { legacy: { kind: 'command', target: target.replace(/[^ -~]/g, 'x'), state: 'starting' }, candidate: { kind: 'origin', target: 'x', state: 'unhealthy', detail: 'y'.repeat(150) } }
    })
    for (const line of statusLines(status, view(columns, color))) assert.ok(widthOf(line) <= columns, line)
  }), { numRuns: 50 })
})

test('colour says which side is faster and what is wrong, and is only colour', () => {
  const colored = statusLines(busy, view(130, true))
  const [green, red] = [pc.createColors(true).green, pc.createColors(true).red]
  assert.ok(colored.some(line => line.includes(green('0.41ms'))))
  assert.ok(colored.some(line => line.includes(red('1.33s')) && line.includes(red('10%'))))
  assert.deepEqual(colored.map(widthOf), statusLines(busy, view(130)).map(widthOf))
})

test('figures are short and honest', () => {
  assert.deepEqual([0, 999, 1204, 1_200_000].map(countText), ['0', '999', '1,204', '1.20M'])
  assert.deepEqual([null, 0.04, 4.21, 123.4, 1250].map(latencyText), ['–', '0.04ms', '4.2ms', '123ms', '1.25s'])
  assert.deepEqual([[0, 0], [0, 5], [1, 4], [1, 100_000], [5, 50]].map(([errors, requests]) => errorRateText(errors!, requests!)), ['–', '0%', '25%', '<0.01%', '10%'])
  assert.deepEqual([-5, 12_000, 192_000, 18_120_000, 367_200_000].map(lastingText), ['0s', '12s', '3m 12s', '5h 2m', '4d 6h'])
})

test('a bar is empty only at 0% and full only at 100%', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 2, max: 40 }), (share, width) => {
    const { filled, rest } = shareBar(share, width)
    assert.equal(filled.length + rest.length, width)
    assert.equal(filled.length === 0, share === 0)
    assert.equal(rest.length === 0, share === 10_000)
  }))
})
