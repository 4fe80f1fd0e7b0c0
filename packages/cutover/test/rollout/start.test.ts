import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plan } from '../../src/rollout/plan.ts'
import { checkNames, meant } from '../../src/rollout/start.ts'
import { abort, pause, resume, skip } from '../../src/rollout/steer.ts'
import { settingsOf } from '../switch/control-parts.ts'
import { onLegacy, planOf, result, World } from './rollout-parts.ts'

test('the plan is in the order of risk, or of the config, with the stages and gates of the config', () => {
  const features = { c: { risk: 'high' as const }, a: { risk: 'low' as const }, b: { risk: 'medium' as const } }
  const rollout = { stages: ['5%', '100%'], gates: { errorRate: { below: '1%' }, sampleRatio: true } }
  const plans = plan(settingsOf(features, { rollout }))
  assert.deepEqual(plans.map(({ feature, risk }) => `${feature} ${risk}`), ['a low', 'b medium', 'c high'])
  assert.deepEqual([plans[0]!.stages, plans[0]!.gates], [[500, 10_000], ['errorRate', 'sampleRatio']])
  assert.deepEqual(plan(settingsOf(features, { rollout: { ...rollout, order: ['c'] } })).map(({ feature }) => feature), ['c', 'a', 'b'])
  assert.deepEqual(plan(settingsOf(features, { rollout }), ['c', 'a']).map(({ feature }) => feature), ['a', 'c'])
})

test('what is meant is what was named, or all that has not arrived', () => {
  const plans = ['a', 'b', 'c'].map(name => planOf(name))
  const shares = new Map([['a', { share: 10_000, rolledBack: false }], ['b', onLegacy], ['c', onLegacy]])
  assert.deepEqual(meant(undefined, plans, shares).map(({ feature }) => feature), ['b', 'c'])
  assert.deepEqual(meant(['c'], plans, shares).map(({ feature }) => feature), ['c'])
  assert.throws(() => meant(['a'], plans, shares), { code: 'CUT_ROLLOUT_NOTHING', message: /a is there already/ })
  assert.throws(() => checkNames(['vehicle'], [planOf('vehicles')]), { code: 'CUT_FEATURE_UNKNOWN', message: /Did you mean "vehicles"/ })
})

function failed (version?: string): World {
  const world = new World()
  world.start(['a'], { version })
  world.settle([result('no data')])
  world.look([result('fail')])
  return world
}

test('a feature that failed waits for another version, and for its cool-down', () => {
  const world = failed('v1')
  assert.throws(() => world.start(['a'], { version: 'v1' }), { code: 'CUT_ROLLOUT_FAILED_BEFORE', message: /of version v1 failed: errorRate: says fail/ })
  assert.throws(() => world.start(['a'], { version: 'v2' }), { code: 'CUT_ROLLOUT_COOLING', message: /until 2026-01-01T00:01:00/ })
  world.seconds = 59
  assert.throws(() => world.start(['a'], { version: 'v2' }), { code: 'CUT_ROLLOUT_COOLING' })
  world.seconds = 60
  assert.throws(() => world.start(['a'], { version: 'v1' }), { code: 'CUT_ROLLOUT_FAILED_BEFORE' })
  world.start(['a'], { version: 'v2' })
  world.settle([result('no data')])
  assert.deepEqual([world.share(), world.of().version], [100, 'v2'])
})

test('without a version only an override starts a feature again that failed', () => {
  const world = failed()
  world.seconds = 1_000
  assert.throws(() => world.start(['a']), { code: 'CUT_ROLLOUT_FAILED_BEFORE' })
  world.start(['a'], { override: true })
  world.settle([result('no data')])
  assert.equal(world.share(), 100)
})

test('a feature that was aborted, or rolled back by hand, may be started again at once', () => {
  for (const end of [(world: World) => world.steer(abort), (world: World) => { world.rollback('a'); world.look() }]) {
    const world = new World()
    world.start()
    world.settle([result('no data')])
    end(world)
    assert.equal(world.of().phase, 'aborted')
    world.start()
    world.settle([result('no data')])
    assert.equal(world.share(), 100)
  }
})

test('nothing is started twice, and all that is named or nothing', () => {
  const world = new World()
  world.start(['b'])
  assert.throws(() => world.start(['a', 'b']), { code: 'CUT_ROLLOUT_UNDER_WAY', message: /b is waiting/ })
  assert.deepEqual(world.state.rollouts.map(({ feature }) => feature), ['b'])
})

test('a share above the first stage is not taken down without being told to', () => {
  const world = new World()
  world.byHand('a', 5_000)
  assert.throws(() => world.start(), { code: 'CUT_ROLLOUT_SHARE', message: /a is at 50% already, above the first stage \(1%\)/ })
  world.start(['a'], { override: true })
  world.settle([result('no data')])
  assert.equal(world.share(), 100)
  const below = new World()
  below.byHand('a', 50)
  below.start()
  below.settle([result('no data')])
  assert.equal(below.share(), 100)
})

test('what is not there cannot be steered', () => {
  const world = new World()
  for (const command of [pause, resume, skip, abort]) assert.throws(() => world.steer(command), { code: 'CUT_ROLLOUT_NONE', message: /Under way: none/ })
  world.start(['a', 'b'])
  world.settle([result('no data')])
  for (const command of [pause, resume, skip]) assert.throws(() => world.steer(command, { features: ['b'] }), { code: 'CUT_ROLLOUT_NONE', message: /a \(running\), b \(waiting\)/ })
  world.steer(abort, { features: ['b'] })
  assert.deepEqual([world.of('a').phase, world.of('b').phase], ['running', 'aborted'])
})

test('skipping needs a reason and a rollout that runs', () => {
  const world = new World()
  world.start()
  world.settle([result('no data')])
  assert.throws(() => world.steer(skip, { cause: { who: 'test', why: '  ' } }), { code: 'CUT_ROLLOUT_REASON' })
  world.steer(pause)
  assert.throws(() => world.steer(skip), { code: 'CUT_ROLLOUT_PAUSED', message: /paused by test: because/ })
})

test('pausing twice and resuming what runs change nothing', () => {
  const world = new World()
  world.start()
  world.settle([result('no data')])
  world.steer(resume)
  world.steer(pause)
  world.steer(pause)
  assert.deepEqual(world.events(), ['queued', 'started', 'paused'])
})
