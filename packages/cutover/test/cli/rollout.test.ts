import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import type { FeatureRollout, RolloutPhase, RolloutResponse } from '../../src/config/admin-api.ts'
import type { RolloutEvent } from '../../src/config/control.ts'
import { adminListener, cutover, type Asked } from './harness.ts'

const rollout = (phase: RolloutPhase, some: Partial<FeatureRollout> = {}): FeatureRollout => ({
  rollout: 'vehicles-2', feature: 'vehicles', phase, stage: 1, stages: [100, 1_000, 10_000], startedAt: '2026-01-01T00:00:00.000Z', stageStartedAt: '2026-01-01T00:00:00.000Z', holdMs: 0, requests: 1_204, minimumRequests: 500, detail: `is ${phase}`, gates: [{ gate: 'errorRate', verdict: phase === 'failed' ? 'fail' : 'pass', reason: '12 of 1204 failed', samples: 1_204, value: 0.01, bound: 0.001, unit: 'part', upper: 0.02 }], ...some
})
const event = (name: RolloutEvent['event'], some: Partial<RolloutEvent> = {}): RolloutEvent => ({ at: '2026-01-01T12:34:56.000Z', kind: 'rollout', event: name, rollout: 'vehicles-2', feature: 'vehicles', stage: 1, share: 1_000, who: 'rollout', why: 'every gate passes', ...some })

/** A switch whose rollout goes through these answers, one a question; the first is from before the start. */
const going = (...answers: RolloutResponse[]) => {
  let place = 0
  return (_: Asked) => ({ body: answers[Math.min(place++, answers.length - 1)]! })
}
const none: RolloutResponse = { rollouts: [rollout('completed', { rollout: 'vehicles-1' })], events: [] }
const answer = (phase: RolloutPhase, events: RolloutEvent[] = []): RolloutResponse => ({ rollouts: [rollout(phase)], events })

test('start asks the switch, and says what it does', async t => {
  const admin = await adminListener(t, going(none, answer('waiting')))
  const { code, out, err } = await cutover(admin.folder, ['rollout', 'start', 'vehicles', '--version', 'v2', '--override', '--why', 'the disk was full'])
  const { method, url, body } = admin.asked[1]!
  assert.deepEqual([code, method, url], [0, 'POST', '/api/rollout/start'])
  assert.match((body as { who: string }).who, /^cli:/)
  assert.deepEqual({ ...body as object, who: '' }, { features: ['vehicles'], why: 'the disk was full', who: '', version: 'v2', override: true })
  assert.match(out, /vehicles {2}waiting/)
  assert.match(err, /cutover rollout status --watch/)
})

test('--version before the subcommand, or without a rollout, is cutover\'s own', async t => {
  const admin = await adminListener(t, going(none))
  assert.match((await cutover(admin.folder, ['--version'])).out, /^\d+\.\d+/)
  assert.match((await cutover(admin.folder, ['status', '-V'])).out, /^\d+\.\d+/)
})

for (const [phase, expected] of [['completed', 0], ['failed', 1], ['aborted', 1]] as const) {
  test(`start --follow tells each event once, and exits with ${expected} when it has ${phase}`, async t => {
    const admin = await adminListener(t, going(none, answer('waiting', [event('queued')]), answer('running', [event('queued'), event('stage')]), answer(phase, [event('queued'), event('stage'), event(phase)])))
    const { code, out } = await cutover(admin.folder, ['rollout', 'start', '--follow'])
    assert.equal(code, expected)
    assert.deepEqual(out.split('\n').filter(line => line.startsWith('12:34:56')).map(line => line.split('  ')[2]), ['queued', 'raised to 10%, stage 2', phase])
    assert.match(out, new RegExp(`vehicles {2}${phase}`))
  })
}

test('--follow --json prints one object, at the end', async t => {
  const admin = await adminListener(t, going(none, answer('running', [event('stage')]), answer('completed')))
  const { code, out } = await cutover(admin.folder, ['rollout', 'start', '--follow', '--json'])
  assert.deepEqual([code, JSON.parse(out)], [0, JSON.parse(JSON.stringify(answer('completed')))])
})

test('on a terminal it is drawn anew; leaving it says that it goes on', async t => {
  const admin = await adminListener(t, going(none, answer('running')))
  const [stdin, drawn] = [new PassThrough(), new EventEmitter()]
  const ran = cutover(admin.folder, ['rollout', 'start', '-f', '--no-color'], { terminal: true, columns: 80, stdin, onOutput: text => drawn.emit('text', text) })
  await new Promise<void>(resolve => drawn.on('text', text => { if (/10% ●/.test(text)) resolve() }))
  stdin.write('q')
  const { code, out, err } = await ran
  assert.equal(code, 0)
  assert.ok(out.indexOf('\x1b[?1049h') < out.indexOf('\x1b[?1049l'))
  assert.match(err, /goes on in the switch/)
})

test('while the switch is started again, following goes on', async t => {
  let place = 0
  const answers = [none, answer('running'), undefined, undefined, answer('completed')]
  const admin = await adminListener(t, () => {
    const body = answers[Math.min(place++, answers.length - 1)]
    return body === undefined ? { status: 503, body: { code: 'CUT_CLOSING', message: 'closing' } } : { body }
  })
  assert.equal((await cutover(admin.folder, ['rollout', 'start', '--follow'])).code, 0)
})

for (const verb of ['pause', 'resume', 'abort', 'skip']) {
  test(`${verb} asks for that, with the reason`, async t => {
    const admin = await adminListener(t, going(answer('running')))
    const { code } = await cutover(admin.folder, ['rollout', verb, 'vehicles', 'health', '-w', 'so be it'])
    const [{ method, url, body }] = admin.asked as [Asked]
    assert.deepEqual([code, method, url, { ...body as object, who: '' }], [0, 'POST', `/api/rollout/${verb}`, { features: ['vehicles', 'health'], why: 'so be it', who: '' }])
  })
}

test('status shows what is asked for, and exits with 1 where a gate took one back', async t => {
  const two: RolloutResponse = { rollouts: [rollout('completed', { feature: 'health' }), rollout('failed')], events: [] }
  const admin = await adminListener(t, going(two))
  const all = await cutover(admin.folder, ['rollout', 'status'])
  assert.equal(all.code, 1)
  assert.match(all.out, /health {2}completed[^]*vehicles {2}failed/)
  const one = await cutover(admin.folder, ['rollout', 'status', 'health'])
  assert.deepEqual([one.code, /vehicles/.test(one.out)], [0, false])
  assert.deepEqual(JSON.parse((await cutover(admin.folder, ['rollout', 'status', '--json'])).out), JSON.parse(JSON.stringify(two)))
})

test('what the switch refuses is wrong usage; a switch that is not there, not', async t => {
  const admin = await adminListener(t, () => ({ status: 409, body: { code: 'CUT_ROLLOUT_COOLING', message: 'left alone' } }))
  const refused = await cutover(admin.folder, ['rollout', 'pause'])
  assert.deepEqual([refused.code, refused.err], [2, 'left alone\n'])
  await admin.close()
  assert.equal((await cutover(admin.folder, ['rollout', 'status'])).code, 3)
})
