import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createSwitch, type LogEvent } from 'cutover'
import { event, standIn } from '../rollout/notify/stand-in.ts'

test('a rollout of a switch is told as the config says, with secrets of the env file, and one that hangs holds up nothing', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-notify-'))
  t.after(async () => await rm(folder, { recursive: true, force: true }))
  const there = await standIn(t)
  const hanging = await standIn(t, () => {})
  await writeFile(join(folder, '.env'), `HOOK=${there.url}/hook\n`)
  const logged: LogEvent[] = []
  const app = await createSwitch({
    legacy: (_: unknown, response: ServerResponse) => { response.end('legacy') },
    candidate: (_: unknown, response: ServerResponse) => { response.writeHead(500).end() },
    features: { x: { routes: ['/x'] } },
    rollout: { stages: ['50%', '100%'], hold: '1h', tick: '10ms', gates: { errorRate: { below: '0.1%' } }, notify: [{ webhook: 'env:HOOK', on: ['queued', 'started', 'failed'] }, { webhook: `${hanging.url}/SECRET` }, { slack: 'env:NOT_SET' }] },
    envFile: '.env',
    folder,
    journal: false,
    environment: {},
    log: one => { logged.push(one) }
  })
  t.after(async () => await app.close())
  const url = await app.listen({ port: 0 })
  await app.rollout.start({ who: 'test', why: 'to see' })
  for (let asked = 0; asked < 2_000 && there.got.length < 3; asked++) await (await fetch(`${url}/x`)).text()
  assert.deepEqual(there.got.map(({ body }) => (JSON.parse(body) as ReturnType<typeof event>).event), ['queued', 'started', 'failed'])
  assert.equal(JSON.parse(there.got[2]!.body).gate, 'errorRate')
  assert.equal(app.control.features()[0]!.rolledBack, true)
  assert.equal(logged.filter(({ message }) => /rollout\.notify\[2\] tells nobody: the variable NOT_SET is not set/.test(message)).length, 1)
  assert.doesNotMatch(JSON.stringify(logged), /SECRET/)
})
