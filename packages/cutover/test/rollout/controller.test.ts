import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { GateResult, JournalEntry, RolloutEvent } from '../../src/config/control.ts'
import type { LogEvent } from '../../src/switch/log.ts'
import { Controller, type ControllerOptions } from '../../src/rollout/controller.ts'
import type { Gates } from '../../src/rollout/gate/gates.ts'
import type { ShareState } from '../../src/rollout/ports.ts'
import type { Reading } from '../../src/rollout/reading.ts'
import type { RolloutSample } from '../../src/rollout/sample.ts'
import { settingsOf } from '../switch/control-parts.ts'
import { onLegacy, result } from './rollout-parts.ts'

const request = { who: 'cli:alice', why: 'because' }
const never = '24h'

/** A controller whose ticks the test makes, and the world that it is joined to. */
async function controlled (t: TestContext, more: Partial<ControllerOptions> = {}, journal: JournalEntry[] = []) {
  const settings = settingsOf({ a: {}, b: { risk: 'high' } }, { rollout: { stages: ['1%', '50%', '100%'], hold: '10s', minimumRequests: 100, tick: never, cooldown: '60s', version: 'v1' } })
  const world = {
    now: 0,
    requests: 0,
    results: [result('pass')] as readonly GateResult[],
    read: undefined as undefined | (() => Reading | undefined | Promise<Reading | undefined>),
    failAppends: false,
    shares: new Map<string, ShareState>([['a', onLegacy], ['b', onLegacy]]),
    did: [] as string[],
    told: [] as string[],
    logged: [] as LogEvent[],
    samples: [] as Array<RolloutSample & { always: boolean }>,
    watching: new Set<string>(),
    stages: 0
  }
  for (const line of journal) if (line.kind !== 'rollout') world.shares.set(line.feature, { share: line.to, rolledBack: line.kind === 'rollback' })
  const change = (kind: 'share' | 'rollback', feature: string, to: number, cause: { who: string, why: string }): void => {
    const from = world.shares.get(feature)!.share
    world.shares.set(feature, { share: to, rolledBack: kind === 'rollback' })
    if (!world.failAppends) journal.push({ at: new Date(world.now).toISOString(), kind, feature, from, to, ...cause })
  }
  const gates: Gates = {
    open: () => ({ seen: {}, failed: {} }),
    enterStage: state => { world.stages++; return state },
    observe: state => state,
    failure: () => world.results.find(({ verdict }) => verdict === 'fail'),
    judge: () => world.results
  }
  const options: ControllerOptions = {
    settings,
    journal: {
      lines: journal,
      append: async (event: RolloutEvent) => {
        world.did.push(`journal ${event.event}`)
        if (world.failAppends) throw new Error('disk full')
        journal.push(event)
      }
    },
    traffic: {
      shares: () => world.shares,
      setShare: async (feature, to, expected, cause) => {
        const stands = world.shares.get(feature)!
        if (stands.share !== expected.share || stands.rolledBack !== expected.rolledBack) return false
        world.did.push(`share ${feature} ${to}`)
        change('share', feature, to, cause)
        return true
      },
      rollback: async (feature, cause) => {
        world.did.push(`rollback ${feature}`)
        change('rollback', feature, 0, cause)
      }
    },
    source: {
      read: () => world.read === undefined ? reading(world.now, world.requests) : world.read(),
      watch: feature => {
        world.watching.add(feature)
        return () => { world.watching.delete(feature) }
      }
    },
    notifier: { tell: event => { world.told.push(event.event) } },
    clock: { now: () => world.now, date: () => new Date(world.now) },
    log: event => { world.logged.push(event) },
    samples: { add: (_, sample, always) => { world.samples.push({ ...sample, always }) }, flush: async () => {} },
    random: () => 0,
    gatesOf: () => gates,
    ...more
  }
  const controller = await Controller.open(options)
  t.after(async () => await controller.close())
  const pass = async (): Promise<void> => {
    await controller.tick()
    world.now += 11_000
    world.requests += 200
    await controller.tick()
  }
  return { controller, world, journal, options, pass }
}

function reading (at: number, requests: number): Reading {
  const side = (count: number): Reading['sides']['legacy'] => ({ requests: count, failures: 0, fallbacks: 0, latencies: { total: count, over: () => 0, known: () => count, quantileSince: () => null } })
  return {
    at, share: 0, drawn: true, drawnTo: { legacy: 0, candidate: 0 }, sides: { legacy: side(0), candidate: side(requests) }, processes: { legacy: undefined, candidate: undefined }, breaker: 'closed', parity: { live: { same: 0, different: 0 }, verified: undefined }, asked: {}
  }
}

test('it does what is decided: first the journal, then the share; and tells of it', async t => {
  const { controller, world, pass } = await controlled(t)
  await controller.start({ ...request, features: ['a'] })
  await controller.tick()
  await pass()
  await pass()
  await pass()
  assert.deepEqual(world.did, ['journal queued', 'journal started', 'share a 100', 'journal stage', 'share a 5000', 'journal stage', 'share a 10000', 'journal completed'])
  assert.deepEqual(world.told, ['queued', 'started', 'stage', 'stage', 'completed'])
  const [rollout] = controller.status().rollouts
  assert.deepEqual([rollout!.phase, rollout!.version, controller.status().events.length], ['completed', 'v1', 5])
  assert.equal(world.stages >= 3, true, 'gates were told of each stage')
})

test('a gate that fails: the feature is off before anything is written, within the tick', async t => {
  const { controller, world, pass } = await controlled(t)
  await controller.start({ ...request, features: ['a'] })
  await controller.tick()
  await pass()
  world.did.length = 0
  world.results = [result('fail')]
  await controller.tick()
  assert.deepEqual(world.did, ['rollback a', 'journal failed'])
  assert.deepEqual(world.told.at(-1), 'failed')
  assert.equal(world.samples.at(-1)!.phase, 'failed')
  await controller.tick()
  assert.equal(world.watching.size, 0, 'nobody looks at what is over')
})

test('a disk that is full: nothing is raised, a rollback acts, and its event is written once there is room', async t => {
  const { controller, world, pass, journal } = await controlled(t)
  await controller.start({ ...request, features: ['a'] })
  await controller.tick()
  world.failAppends = true
  await assert.rejects(pass(), /disk full/)
  assert.equal(world.shares.get('a')!.share, 100)
  world.results = [result('fail')]
  world.now += 1_000
  await controller.tick()
  assert.deepEqual(world.shares.get('a'), { share: 0, rolledBack: true })
  assert.equal(controller.status().rollouts[0]!.phase, 'failed')
  world.failAppends = false
  await controller.tick()
  assert.equal(journal.filter(line => line.kind === 'rollout' && line.event === 'failed').length, 1)
})

test('what waits to be written keeps no gate from being looked at', async t => {
  const { controller, world } = await controlled(t)
  await controller.start({ ...request, features: ['a'] })
  await controller.tick()
  world.failAppends = true
  await controller.pause(request)
  world.results = [result('fail')]
  world.now += 1_000
  await controller.tick()
  assert.deepEqual(world.shares.get('a'), { share: 0, rolledBack: true })
})

test('a start that cannot be written has not happened', async t => {
  const { controller, world } = await controlled(t)
  world.failAppends = true
  await assert.rejects(controller.start(request), /disk full/)
  assert.deepEqual(controller.status().rollouts, [])
})

for (const [name, read] of Object.entries<() => Reading | undefined | Promise<Reading | undefined>>({
  throws: () => { throw new Error('gone') },
  rejects: async () => await Promise.reject(new Error('gone')),
  'knows nothing': () => undefined
})) {
  test(`a source that ${name} holds the rollout and ends nothing`, async t => {
    const { controller, world, pass } = await controlled(t)
    await controller.start({ ...request, features: ['a'] })
    await controller.tick()
    world.read = read
    await pass()
    assert.deepEqual([controller.status().rollouts[0]!.phase, world.shares.get('a')!.share], ['running', 100])
    assert.match(controller.status().rollouts[0]!.detail, /^holds/)
    assert.equal(world.logged.some(({ code, message }) => code === 'CUT_ROLLOUT_FAILED' && message.includes('gone')), name !== 'knows nothing')
    world.read = undefined
    await pass()
    assert.equal(world.shares.get('a')!.share, 5_000)
  })
}

test('a gate that throws holds the rollout and ends nothing', async t => {
  const { controller, world, pass } = await controlled(t)
  await controller.start({ ...request, features: ['a'] })
  await controller.tick()
  Object.defineProperty(world, 'results', { configurable: true, get () { throw new Error('a gate of the user\'s own') } })
  await pass()
  assert.deepEqual([controller.status().rollouts[0]!.phase, world.shares.get('a')!.share], ['running', 100])
  assert.ok(world.logged.some(({ message }) => message.includes('a gate of the user\'s own')))
})

test('a source that hangs is not asked again meanwhile, and commands go on', async t => {
  const { controller, world } = await controlled(t)
  await controller.start({ ...request, features: ['a'] })
  await controller.tick()
  let [asked, answer] = [0, (_: Reading): void => {}]
  world.read = () => {
    asked++
    return new Promise(resolve => { answer = resolve })
  }
  const hanging = controller.tick()
  await controller.tick()
  assert.equal(asked, 1)
  await controller.abort(request)
  assert.equal(world.shares.get('a')!.rolledBack, true)
  answer(reading(0, 0))
  await hanging
})

test('aborting sends the feature back first, and takes those that wait from the queue', async t => {
  const { controller, world } = await controlled(t)
  await controller.start(request)
  await controller.tick()
  world.did.length = 0
  const { rollouts } = await controller.abort(request)
  assert.deepEqual(world.did, ['rollback a', 'journal aborted', 'journal aborted'])
  assert.deepEqual(rollouts.map(({ feature, phase }) => [feature, phase]), [['a', 'aborted'], ['b', 'aborted']])
})

test('it takes up a journal: what was decided is set, a stage is held anew, and what was left unsaid is said', async t => {
  const first = await controlled(t)
  await first.controller.start({ ...request, features: ['a'] })
  await first.controller.tick()
  await first.pass()
  await first.controller.close()
  const decided = first.journal.slice(0, -1)
  assert.ok(first.journal.at(-1)!.kind === 'share')
  const second = await controlled(t, {}, decided)
  await second.controller.tick()
  assert.equal(second.world.shares.get('a')!.share, 5_000)
  assert.equal(second.controller.status().rollouts[0]!.holdMs, 10_000)
  second.world.results = [result('fail')]
  await second.controller.tick()
  await second.controller.close()
  const unsaid = second.journal.slice(0, -1)
  assert.equal(unsaid.at(-1)!.kind, 'rollback')
  const third = await controlled(t, {}, unsaid)
  assert.deepEqual([third.controller.status().rollouts[0]!.phase, third.world.did], ['failed', ['journal failed']])
})

test('samples are kept about once a second, and at everything that happens', async t => {
  const { controller, world } = await controlled(t)
  await controller.start({ ...request, features: ['a'] })
  await controller.tick()
  world.samples.length = 0
  for (let i = 0; i < 30; i++) {
    world.now += 100
    await controller.tick()
  }
  assert.ok(world.samples.length >= 2 && world.samples.length <= 4, String(world.samples.length))
  assert.deepEqual([world.samples[0]!.share, world.samples.at(-1)!.gates], [100, [{ gate: 'errorRate', verdict: 'pass', samples: 1 }]])
})

test('its own ticks raise a share, and do not keep the process', async t => {
  const settings = settingsOf({ a: {} }, { rollout: { stages: ['1%'], hold: '0s', minimumRequests: 1, tick: '1ms' } })
  const { controller, world } = await controlled(t, { settings })
  await controller.start({ ...request, features: ['a'] })
  for (let i = 0; i < 2_000 && controller.status().rollouts[0]!.phase !== 'completed'; i++) {
    world.requests++
    world.now += 300
    await new Promise(resolve => setTimeout(resolve, 1))
  }
  assert.equal(controller.status().rollouts[0]!.phase, 'completed')
})
