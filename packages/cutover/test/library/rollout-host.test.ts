import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createSwitch, type Switch, type SwitchOptions } from '../../src/library/create-switch.ts'
import { readJournal } from '../../src/switch/journal.ts'
import { eventually } from '../integration/in-process/serve.ts'

const request = { who: 'test', why: 'because' }

/** A switch in front of two listeners, with traffic as long as the test goes on. */
async function running (t: TestContext, folder: string, candidate: (response: ServerResponse) => void, more: Partial<SwitchOptions> = {}): Promise<{ app: Switch, stop: () => Promise<void> }> {
  const app = await createSwitch({
    legacy: (_: unknown, response: ServerResponse) => { response.end('legacy') },
    candidate: (_: unknown, response: ServerResponse) => { candidate(response) },
    features: { x: { routes: ['/x'] }, y: { routes: ['/y'], risk: 'high' } },
    rollout: { stages: ['40%', '100%'], hold: '50ms', minimumRequests: 5, tick: '10ms', cooldown: '1h', gates: { errorRate: { below: '50%' } } },
    folder,
    environment: {},
    ...more
  })
  const url = await app.listen({ port: 0 })
  let going = true
  const load = (async () => {
    while (going) await Promise.all(['x', 'y', 'x', 'y'].map(async path => await (await fetch(`${url}/${path}`)).text())).catch(() => { going = false })
  })()
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= (async () => {
    going = false
    await load
    await app.close()
  })())
  t.after(async () => {
    await stop()
    await rm(folder, { recursive: true, force: true })
  })
  return { app, stop }
}

async function folderOf (): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'cutover-rollout-'))
}

const well = (response: ServerResponse): void => { response.end('candidate') }
const phases = (app: Switch): string[] => app.rollout.status().rollouts.map(({ feature, phase }) => `${feature} ${phase}`)

test('features arrive one after the other under live traffic, and their evidence is kept', async t => {
  const folder = await folderOf()
  const { app, stop } = await running(t, folder, well)
  await app.rollout.start(request)
  await eventually(() => phases(app).join() === 'x completed,y completed', 'x completed and y completed')
  assert.deepEqual(app.control.features().map(({ share }) => share), [10_000, 10_000])
  assert.deepEqual(app.status().rollouts?.map(({ phase }) => phase), ['completed', 'completed'])
  await stop()
  const { events, entries } = await readJournal(join(folder, '.cutover', 'journal.ndjson'))
  assert.deepEqual(events.map(({ feature, event }) => `${feature} ${event}`), ['x queued', 'y queued', 'x started', 'x stage', 'x completed', 'y started', 'y stage', 'y completed'])
  assert.deepEqual(entries.map(({ feature, to, who }) => `${who} ${feature} ${to}`), ['rollout x 4000', 'rollout x 10000', 'rollout y 4000', 'rollout y 10000'])
  assert.equal((await readdir(join(folder, '.cutover', 'rollouts'))).length, 2)
})

test('a candidate that fails is off again, though no client saw a failure', async t => {
  const { app } = await running(t, await folderOf(), response => { response.writeHead(500).end() })
  await app.rollout.start(request)
  await eventually(() => phases(app).join() === 'x failed,y aborted', 'x failed and y aborted')
  assert.deepEqual(app.control.features().map(({ share, rolledBack }) => [share, rolledBack]), [[0, true], [0, false]])
  await assert.rejects(app.rollout.start(request), { code: 'CUT_ROLLOUT_FAILED_BEFORE' })
})

test('a restart goes on where the journal left it', async t => {
  const folder = await folderOf()
  const slow = { rollout: { stages: ['40%', '100%'], hold: '1h', minimumRequests: 5, tick: '10ms' } }
  const first = await running(t, folder, well, slow)
  await first.app.rollout.start({ ...request, features: ['x'] })
  await eventually(() => first.app.control.features()[0]!.share === 4_000, 'the first stage')
  await first.stop()
  const second = await running(t, folder, well, slow)
  assert.deepEqual([phases(second.app), second.app.control.features()[0]!.share], [['x running'], 4_000])
  await second.app.control.rollback('x', { who: 'cli:alice', why: 'a customer called' })
  await eventually(() => phases(second.app).join() === 'x aborted', 'x aborted')
  assert.match(second.app.rollout.status().rollouts[0]!.detail, /rolled back by hand: a customer called/)
})

test('without a journal rollouts end with the process, and nothing is kept', async t => {
  const folder = await folderOf()
  const { app, stop } = await running(t, folder, well, { journal: false })
  await app.rollout.start({ ...request, features: ['x'] })
  await eventually(() => phases(app).join() === 'x completed', 'x completed')
  await stop()
  assert.deepEqual(await readdir(folder), [])
})
