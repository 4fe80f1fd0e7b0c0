import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RolloutEvent, Verdict } from '../../src/config/control.ts'
import { isFault } from '../../src/errors.ts'
import { resumeRollouts } from '../../src/rollout/resume.ts'
import { isActive, rolloutWho, type Step } from '../../src/rollout/state.ts'
import { abort, pause, resume, skip } from '../../src/rollout/steer.ts'
import { result, World } from './rollout-parts.ts'

const stages = [100, 5_000, 10_000]
const commands = { pause, resume, abort, skip }

type Deed =
  | { readonly do: 'look', readonly verdicts: readonly Verdict[], readonly known: boolean }
  | { readonly do: 'wait', readonly seconds: number, readonly requests: number }
  | { readonly do: 'steer', readonly verb: keyof typeof commands }
  | { readonly do: 'start' | 'rollback' | 'restart', readonly feature: string }
  | { readonly do: 'byHand', readonly feature: string, readonly to: number }
  /** The process ends after so many of the next look's actions, and another begins. */
  | { readonly do: 'crash', readonly after: number, readonly verdicts: readonly Verdict[] }

const feature = fc.constantFrom('a', 'b')
const verdicts = fc.array(fc.constantFrom<Verdict>('pass', 'pass', 'pass', 'pass', 'no data', 'fail'), { minLength: 1, maxLength: 3 })
const passing = fc.constant<Deed>({ do: 'look', verdicts: ['pass', 'pass'], known: true })
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 12, arbitrary: passing },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('look' as const), verdicts, known: fc.boolean() }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(3, 11, 70), requests: fc.constantFrom(0, 50, 200) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('steer' as const), verb: fc.constantFrom(...Object.keys(commands) as Array<keyof typeof commands>) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('start' as const, 'start' as const, 'rollback' as const, 'restart' as const), feature }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('byHand' as const), feature, to: fc.constantFrom(0, 100, 3_000, 10_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), after: fc.nat(2), verdicts }) }
)

/** A new process, which knows the journal and nothing else. */
function restart (world: World): void {
  world.carryOut(resumeRollouts(world.lines, world.date))
}

function act (world: World, deed: Deed): void {
  switch (deed.do) {
    case 'look': world.look(deed.verdicts.map((verdict, i) => result(verdict, `g${i}`)), deed.known ? {} : { requests: undefined }); break
    case 'wait': world.seconds += deed.seconds; world.requests += deed.requests; break
    case 'steer': world.steer(commands[deed.verb]); break
    case 'start': world.start([deed.feature], { override: true, version: String(world.seconds) }); break
    case 'rollback': world.rollback(deed.feature); break
    case 'byHand': world.byHand(deed.feature, deed.to); break
    case 'restart': restart(world); break
    case 'crash': {
      const carryOut = world.carryOut.bind(world)
      world.carryOut = ({ state, actions }: Step) => carryOut({ state, actions: actions.slice(0, deed.after) })
      world.look(deed.verdicts.map((verdict, i) => result(verdict, `g${i}`)))
      world.carryOut = carryOut
      restart(world)
    }
  }
}

/** What each line of a journal must keep to, whatever happened before it. */
function checkJournal (world: World): void {
  const reached = new Map<string, number>()
  const rollouts = new Map<string, string>()
  const skipped = new Set<string>()
  for (const line of world.lines) {
    if (line.kind === 'rollout') {
      const before = reached.get(line.rollout)
      if (line.event === 'started') assert.equal(line.stage, 0)
      if (line.event === 'stage') assert.equal(line.stage, before! + 1, 'a stage was skipped')
      if (line.event === 'resumed' || line.event === 'paused') assert.equal(line.stage, before)
      if (line.event === 'completed') assert.equal(before, stages.length - 1)
      if (line.event === 'stage' || line.event === 'completed') checkEvidence(line, skipped.has(line.rollout))
      if (['started', 'stage', 'resumed'].includes(line.event)) {
        reached.set(line.rollout, line.stage)
        skipped.delete(line.rollout)
      }
      if (line.event === 'skipped') skipped.add(line.rollout)
      if (line.event === 'queued') rollouts.set(line.feature, line.rollout)
    } else if (line.who === rolloutWho && line.kind === 'share') {
      const stage = reached.get(rollouts.get(line.feature)!)
      assert.equal(line.to, stages[stage!], 'a share was set that no decision before it says')
    }
  }
}

function checkEvidence ({ results }: RolloutEvent, skip: boolean): void {
  assert.ok(results !== undefined && results.length > 0, 'raised without a word of any gate')
  for (const { verdict } of results) assert.ok(verdict === 'pass' || (skip && verdict === 'no data'), `raised over a gate that says ${verdict}`)
}

test('whatever happens: no stage is skipped, nothing is raised but on passing gates, and a failing gate takes back', () => {
  const seen = new Set<string>()
  fc.assert(fc.property(fc.array(deed, { minLength: 5, maxLength: 100, size: 'max' }), deeds => {
    const world = new World(['a', 'b'])
    world.start(['a', 'b'])
    for (const deed of deeds) {
      const active = world.state.rollouts.find(isActive)
      try {
        act(world, deed)
      } catch (error) {
        if (!isFault(error)) throw error
      }
      assert.ok(world.state.rollouts.filter(isActive).length <= 1, 'two features move at once')
      if (deed.do === 'look' && deed.verdicts.includes('fail') && active !== undefined) {
        assert.equal(world.share(active.feature), 0, 'a gate failed and the feature stayed')
        assert.ok(['failed', 'aborted'].includes(world.of(active.feature).phase))
      }
      checkJournal(world)
    }
    for (const name of world.events()) seen.add(name)
  }), { numRuns: 1_000 })
  assert.deepEqual([...seen].sort(), ['aborted', 'completed', 'failed', 'paused', 'queued', 'resumed', 'skipped', 'stage', 'started'], 'every event was met')
})

test('a stage is never left before its time and its requests, counted from when its share was set', () => {
  fc.assert(fc.property(fc.array(fc.oneof({ weight: 3, arbitrary: passing }, deed.filter(({ do: name }) => !['steer', 'start', 'crash'].includes(name))), { minLength: 5, maxLength: 40 }), deeds => {
    const world = new World(['a', 'b'])
    world.start(['a'])
    let since = { lines: 0, seconds: 0, requests: 0 }
    for (const deed of deeds) {
      act(world, deed)
      const fresh = world.lines.slice(since.lines)
      const left = fresh.find(line => line.kind === 'rollout' && (line.event === 'stage' || line.event === 'completed'))
      if (left !== undefined) {
        assert.ok(world.seconds - since.seconds >= 10, 'left before its time')
        assert.ok(world.requests - since.requests >= 100, 'left with too few requests')
      }
      if (fresh.some(line => line.kind === 'share' && line.who === rolloutWho) || deed.do === 'restart') since = { lines: world.lines.length, seconds: world.seconds, requests: world.requests }
      else since.lines = world.lines.length
    }
  }), { numRuns: 1_000 })
})
