import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { pick, ratioOf } from '../../benchmarks/harness/blocks.ts'
import { bound, describe, isMet } from '../../benchmarks/harness/figure.ts'
import { parse } from '../../benchmarks/harness/load.ts'

const main = fileURLToPath(new URL('../../benchmarks/main.ts', import.meta.url))

test('a bound is met by its value, on the right side of its want', () => {
  assert.ok(isMet(bound('speed', '>= 0.97', 0.97)))
  assert.ok(!isMet(bound('speed', '>= 0.97', 0.9699)))
  assert.ok(isMet(bound('growth', '<= 1.5', 1.5)))
  assert.ok(!isMet(bound('growth', '<= 1.5', 1.501)))
  assert.ok(isMet(bound('failed', '== 0', 0)))
  assert.ok(!isMet(bound('failed', '== 0', 1)))
  assert.ok(isMet(bound('ratio', '> 1', 1.001)))
  assert.ok(!isMet(bound('ratio', '> 1', 1)))
})

test('a value that was wanted and not measured is not met, one that is only reported is', () => {
  assert.ok(!isMet(bound('haproxy', '>= 0.42', null)))
  assert.ok(!isMet(bound('haproxy', '>= 0.42', Number.NaN)))
  assert.ok(isMet(bound('nginx', '', null)))
  assert.match(describe(bound('haproxy', '>= 0.42', null)), /NOT MEASURED/)
})

test('a want that cannot be read is an error, not a pass', () => {
  assert.throws(() => isMet(bound('speed', '~ 1', 2)), /not a want/)
})

test('rounds are paired within their start', () => {
  const ours = [[{ rate: 10 }, { rate: 20 }], [{ rate: 300 }]]
  const theirs = [[{ rate: 5 }, { rate: 10 }], [{ rate: 150 }]]
  const rate = (block: { rate: number }) => block.rate
  const { value, low, high } = ratioOf(pick(ours, rate), pick(theirs, rate))
  assert.deepEqual([value, low, high].map(x => x.toFixed(6)), ['2.000000', '2.000000', '2.000000'])
})

test('the load generator\'s last line is what counts', () => {
  const result = parse('Running 1s test @ http://x\n{"requests":500,"seconds":2.5,"failed":1,"p50":1,"p95":2,"p99":3}\n')
  assert.equal(result.rate, 200)
  assert.equal(result.failed, 1)
})

test('an unknown figure lists the known ones and exits with 2', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', main, 'bench', 'nothing'], { encoding: 'utf8' })
  assert.equal(status, 2)
  assert.match(stderr, /There is no figure "nothing"/)
  assert.match(stderr, /bench -- switch \| gateway \| decide \| vehicles \|.* compat/)
})
