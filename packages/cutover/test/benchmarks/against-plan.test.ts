import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bound } from '../../benchmarks/harness/figure.ts'
import { planLines } from '../../benchmarks/speed/example/against-plan.ts'

test('each measure is told beside the plan, and a miss is called one', () => {
  const bounds = [
    bound('rps', '>= 2', { value: 2.4, low: 2.1, high: 2.7 }),
    bound('p95', '<= 0.4', { value: 0.52, low: 0.45, high: 1.1 }),
    bound('memory', '<= 0.56', null),
    bound('cpu', '', 0.6)
  ]
  assert.deepEqual(planLines(bounds, { route: 'notes', targets: { rps: { want: '>= 2', words: '2 to 3×' }, p95: { want: '<= 0.4', words: '−60 %' }, memory: { want: '<= 0.56', words: '−44 %' } } }), [
    'rps    plan: 2 to 3×, measured: 2.40× (2.10× to 2.70×), met',
    'p95    plan: −60 %, measured: −48.0 % (−55.0 % to +10.0 %), missed',
    'memory plan: −44 %, measured: nothing, missed',
    'cpu    plan: none, measured: −40.0 %'
  ])
})
