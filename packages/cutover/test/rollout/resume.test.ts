import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JournalEntry } from '../../src/config/control.ts'
import { byHandSince, resumeRollouts } from '../../src/rollout/resume.ts'
import { abort, pause, resume, skip } from '../../src/rollout/steer.ts'
import { at, result, World } from './rollout-parts.ts'

/** What another process makes of the first lines of a journal: its first look included. */
function restarted (lines: readonly JournalEntry[], seconds: number): World {
  const world = new World()
  for (const line of lines) if (line.kind !== 'rollout') world.shares.set(line.feature, { share: line.to, rolledBack: line.kind === 'rollback' })
  world.lines.push(...lines)
  world.seconds = seconds
  world.carryOut(resumeRollouts(lines, world.date))
  return world
}

function lived (deeds: (world: World) => void): World {
  const world = new World()
  world.start(['a', 'b'])
  world.settle([result('no data')])
  deeds(world)
  return world
}

test('cut off after any line, it goes on in the stage that was decided on, or stays off; it never goes further', () => {
  const lives = {
    completed: (world: World) => { for (let i = 0; i < 4; i++) world.pass() },
    failed: (world: World) => { world.pass(); world.look([result('fail')]) },
    aborted: (world: World) => { world.pass(); world.steer(abort) },
    paused: (world: World) => { world.pass(); world.steer(pause); world.steer(resume); world.settle() },
    skipped: (world: World) => { world.steer(skip); world.settle([result('no data')]) },
    byHand: (world: World) => { world.byHand('a', 7_000); world.look() },
    rolledBack: (world: World) => { world.rollback('a'); world.look() }
  }
  for (const [name, deeds] of Object.entries(lives)) {
    const { lines, seconds } = lived(deeds)
    for (let cut = 0; cut <= lines.length; cut++) {
      const kept = lines.slice(0, cut)
      const world = restarted(kept, seconds)
      const decided = Math.max(0, ...kept.flatMap(line => line.kind === 'rollout' && line.feature === 'a' ? [line.share] : []))
      world.settle([result('no data')])
      const progress = world.of('a')
      const about = `${name}, cut after ${cut} of ${lines.length}`
      if (kept.some(line => line.kind === 'rollback' && line.feature === 'a')) assert.deepEqual([world.share('a'), ['failed', 'aborted'].includes(progress.phase)], [0, true], about)
      else if (progress?.phase === 'running') assert.equal(world.share('a'), Math.max(100, decided), about)
      const again = restarted(world.lines, seconds)
      assert.deepEqual(again.state.rollouts.map(({ feature, phase }) => [feature, phase]).sort(), world.state.rollouts.map(({ feature, phase }) => [feature, phase]).sort(), `${about}: what it did is in the journal`)
    }
  }
})

test('a stage that was under way is held anew from its beginning', () => {
  const { lines } = lived(world => { world.look([result('no data')]); world.seconds += 9; world.requests += 90 })
  const world = restarted(lines, 9)
  world.requests = 5_000
  world.settle([result('pass')])
  world.seconds += 9
  world.settle([result('pass')])
  assert.equal(world.share('a'), 100)
  world.seconds += 2
  world.requests += 100
  world.settle([result('pass')])
  assert.equal(world.share('a'), 5_000)
})

test('a skip that was written down is not forgotten', () => {
  const { lines } = lived(world => world.steer(skip))
  const world = restarted(lines, 1)
  for (let i = 0; i < 4; i++) world.look([result('no data')])
  assert.equal(world.share('a'), 5_000)
})

test('a rollback that says no more is that of the gate in its reason, and ends those that wait', () => {
  const { lines } = lived(world => { world.pass(); world.look([result('fail')]) })
  const cut = lines.slice(0, lines.findIndex(({ kind }) => kind === 'rollback') + 1)
  const world = restarted(cut, 30)
  assert.deepEqual([world.of('a').phase, world.of('a').detail, world.of('b').phase], ['failed', 'errorRate: says fail', 'aborted'])
  const [failed, aborted] = world.lines.slice(cut.length)
  assert.ok(failed?.kind === 'rollout' && failed.event === 'failed' && failed.gate === 'errorRate')
  assert.ok(aborted?.kind === 'rollout' && aborted.event === 'aborted' && aborted.feature === 'b')
})

test('an aborted one that only waited takes nobody along', () => {
  const { lines } = lived(world => { world.start(['c']); world.steer(abort, { features: ['b'] }) })
  const world = restarted(lines, 30)
  assert.deepEqual(['a', 'b', 'c'].map(name => world.of(name).phase), ['running', 'aborted', 'waiting'])
})

test('a share that was changed by hand while nobody looked pauses the rollout', () => {
  const { lines } = lived(world => { world.pass(); world.byHand('a', 9_000) })
  const world = restarted(lines, 30)
  world.settle()
  assert.deepEqual([world.of('a').phase, world.share('a')], ['paused', 9_000])
})

test('an older journal, of changes only, has no rollouts', () => {
  const change: JournalEntry = { at: at(0).toISOString(), kind: 'share', feature: 'a', from: 0, to: 100, who: 'cli:alice', why: '' }
  assert.deepEqual(resumeRollouts([change, { ...change, kind: 'rollback', to: 0 }], at(1)), { state: { rollouts: [] }, actions: [] })
})

test('a failure keeps its time, its gates and its version, so that a restart is no way around the cool-down', () => {
  const { lines, state } = lived(world => world.look([result('fail')]))
  const [after] = resumeRollouts(lines, at(1_000)).state.rollouts.filter(({ feature }) => feature === 'a')
  const before = state.rollouts.find(({ feature }) => feature === 'a')!
  assert.deepEqual([after!.endedAt, after!.results, after!.version], [before.endedAt, before.results, before.version])
})

test('of what was done by hand a rollback counts most, and only since the rollout last spoke', () => {
  const world = lived(world => { world.byHand('a', 3); world.rollback('a'); world.byHand('a', 5); world.byHand('b', 7) })
  assert.equal(byHandSince(world.lines, world.of('a'))?.kind, 'rollback')
  assert.equal(byHandSince(world.lines, world.of('b'))?.to, 7)
  world.steer(pause)
  assert.equal(byHandSince(world.lines, world.of('a')), undefined)
})
