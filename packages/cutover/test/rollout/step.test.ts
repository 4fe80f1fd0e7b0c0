import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pause, resume, skip } from '../../src/rollout/steer.ts'
import { result, World } from './rollout-parts.ts'

function begun (features?: readonly string[]): World {
  const world = new World()
  world.start(features)
  world.settle([result('no data')])
  return world
}

test('a feature goes from stage to stage, each decision in the journal before its share, and arrives', () => {
  const world = begun()
  assert.equal(world.share(), 100)
  for (const share of [5_000, 10_000, 10_000]) {
    world.pass()
    assert.equal(world.share(), share)
  }
  assert.equal(world.of().phase, 'completed')
  assert.deepEqual(world.lines.map(line => line.kind === 'rollout' ? line.event : line.to), ['queued', 'started', 100, 'stage', 5_000, 'stage', 10_000, 'completed'])
  assert.deepEqual(world.lines.filter(line => line.kind === 'rollout').map(({ share, stage }) => [share, stage]), [[0, 0], [100, 0], [5_000, 1], [10_000, 2], [10_000, 2]])
})

test('a stage is held for its time, its requests and its gates, each by itself', () => {
  for (const [seconds, requests, verdict, missing] of [[9.9, 200, 'pass', /1 s more/], [11, 99, 'pass', /1 more request$/], [11, 200, 'no data', /errorRate to pass/]] as const) {
    const world = begun()
    world.look([result('no data')])
    world.seconds += seconds
    world.requests += requests
    assert.deepEqual(world.look([result(verdict)]).actions, [])
    assert.equal(world.share(), 100)
    assert.match(world.of().detail, missing)
  }
})

test('what the candidate was sent before the stage does not count for it', () => {
  const world = new World()
  world.requests = 1_000_000
  world.start()
  world.settle([result('no data')])
  world.look([result('no data')])
  world.seconds += 100
  world.look()
  assert.equal(world.of().requests, 0)
  assert.equal(world.share(), 100)
})

test('without evidence it holds, whatever the gates said before', () => {
  const world = begun()
  world.look([result('no data')])
  world.seconds += 100
  world.requests += 1_000
  for (const [results, requests] of [[[result('pass')], undefined], [[], world.requests]] as const) {
    assert.deepEqual(world.look(results, { requests }).actions, [])
    assert.match(world.of().detail, /^holds/)
  }
})

test('a gate that fails takes the feature back at once, acting before it is written, in every stage and while paused', () => {
  for (const stages of [0, 1, 2]) {
    for (const paused of [false, true]) {
      const world = begun()
      for (let i = 0; i < stages; i++) world.pass()
      if (paused) world.steer(pause)
      const { actions } = world.look([result('pass'), result('fail', 'p95')])
      assert.deepEqual(actions.map(({ kind }) => kind), ['rollback', 'append'])
      assert.deepEqual(world.shares.get('a'), { share: 0, rolledBack: true })
      assert.equal(world.of().phase, 'failed')
      const failed = world.lines.at(-1)!
      assert.ok(failed.kind === 'rollout' && failed.event === 'failed')
      assert.deepEqual([failed.gate, failed.results?.length, failed.why, failed.stage], ['p95', 2, 'p95: says fail', stages])
      assert.deepEqual(world.look([result('fail')]).actions, [], 'once')
    }
  }
})

test('a pause keeps the share; going on holds the stage anew', () => {
  const world = begun()
  world.look([result('no data')])
  world.seconds += 11
  world.requests += 200
  world.steer(pause)
  world.look()
  assert.equal(world.share(), 100)
  world.steer(resume)
  world.settle()
  assert.equal(world.share(), 100, 'what was seen before the pause does not count')
  world.pass()
  assert.equal(world.share(), 5_000)
  assert.deepEqual(world.events(), ['queued', 'started', 'paused', 'resumed', 'stage'])
})

test('skipping passes over time, requests and gates without data, for one stage, and never over one that fails', () => {
  const world = begun()
  world.look([result('no data')])
  world.steer(skip)
  world.settle([result('no data')])
  assert.equal(world.share(), 5_000)
  world.seconds += 1
  world.settle([result('no data')])
  assert.equal(world.share(), 5_000)
  world.steer(skip)
  world.look([result('fail')])
  assert.deepEqual([world.share(), world.of().phase], [0, 'failed'])
  assert.deepEqual(world.events(), ['queued', 'started', 'skipped', 'stage', 'skipped', 'failed'])
})

test('nothing is skipped blindly: without evidence even a skip waits', () => {
  const world = begun()
  world.steer(skip)
  world.look([], { requests: undefined })
  assert.equal(world.share(), 100)
})

test('a share that is changed by hand pauses the rollout, and stays', () => {
  for (const to of [0, 50, 7_000]) {
    const world = begun()
    world.byHand('a', to)
    world.look()
    assert.deepEqual([world.of().phase, world.share()], ['paused', to])
    assert.match(world.of().detail, /moved to .*% by hand: by hand/)
    const paused = world.lines.at(-1)!
    assert.ok(paused.kind === 'rollout' && paused.who === 'cli:alice' && paused.share === to)
    world.pass()
    assert.equal(world.share(), to, 'the hand is not taken back')
    world.steer(resume)
    world.settle()
    assert.equal(world.share(), 100, 'who resumes gets the stage that was reached, and no further')
  }
})

test('a rollback by hand ends the rollout at once, in the name of who did it', () => {
  for (const paused of [false, true]) {
    const world = begun()
    world.pass()
    if (paused) world.steer(pause)
    world.rollback('a')
    world.look()
    assert.equal(world.of().phase, 'aborted')
    const ended = world.lines.at(-1)!
    assert.deepEqual([ended.kind === 'rollout' && ended.event, ended.who, ended.why], ['aborted', 'cli:alice', 'rolled back by hand: a customer called'])
  }
})

test('a rollback that the journal could not take ends it as well', () => {
  const world = begun()
  world.shares.set('a', { share: 0, rolledBack: true })
  world.look()
  assert.equal(world.of().phase, 'running', 'the journal may still say who it was')
  world.seconds += 1
  world.look()
  assert.equal(world.of().phase, 'aborted')
})

test('between a decision and its share nothing that was done by hand is undone', () => {
  for (const change of [(world: World) => world.rollback('a'), (world: World) => world.byHand('a', 40)]) {
    const world = begun()
    world.look([result('no data')])
    world.seconds += 11
    world.requests += 200
    world.look()
    assert.equal(world.events().at(-1), 'stage')
    change(world)
    world.settle()
    assert.ok(world.share() <= 40)
  }
})

test('features move one after another in the order of risk, not in the order asked for', () => {
  const world = begun(['c', 'a', 'b'])
  assert.deepEqual(['a', 'b', 'c'].map(name => world.share(name)), [100, 0, 0])
  for (let i = 0; i < 3; i++) world.pass()
  assert.equal(world.of('a').phase, 'completed')
  world.settle([result('no data')])
  assert.deepEqual(['a', 'b', 'c'].map(name => world.share(name)), [10_000, 100, 0])
})

test('when one fails, those that wait behind it do not start', () => {
  const world = begun(['a', 'b'])
  world.look([result('fail')])
  world.settle()
  assert.deepEqual([world.of('a').phase, world.of('b').phase, world.share('b')], ['failed', 'aborted', 0])
  assert.deepEqual(world.events('b'), ['queued', 'aborted'])
})

test('one that waits is left out when it is rolled back or moved by hand meanwhile', () => {
  const rolled = begun(['a', 'b'])
  rolled.rollback('b')
  rolled.settle([result('no data')])
  assert.deepEqual([rolled.of('b').phase, rolled.of('a').phase], ['aborted', 'running'])
  const moved = begun(['a', 'b'])
  moved.byHand('b', 5_000)
  for (let i = 0; i < 3; i++) moved.pass()
  moved.settle()
  assert.deepEqual([moved.of('b').phase, moved.share('b')], ['aborted', 5_000])
})

test('a feature that is gone from the configuration ends its rollout', () => {
  const world = begun()
  world.shares.delete('a')
  world.look()
  assert.equal(world.of().phase, 'aborted')
})

test('a gate that fails takes back what was rolled back and set again by hand between two looks', () => {
  const world = begun()
  world.rollback('a')
  world.byHand('a', 3_000)
  world.look([result('fail')])
  assert.deepEqual([world.share(), world.of().phase], [0, 'failed'])
})
