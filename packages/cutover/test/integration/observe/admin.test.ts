import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createSwitch } from '../../../src/library/create-switch.ts'

test('the admin listener turns recording and shadowing on and off, and tells of both', { timeout: 30_000 }, async t => {
  const stateDir = await mkdtemp(join(tmpdir(), 'cutover-admin-'))
  const app = (_: unknown, response: { end (text: string): void }): void => response.end('hi')
  const app2 = (_: unknown, response: { end (text: string): void }): void => response.end('ho')
  const token = 'a-token-of-this-test'
  const running = await createSwitch({ legacy: app, candidate: app2, features: { all: { routes: ['/*'] } }, stateDir, admin: { token, port: 0 }, record: { folder: join(stateDir, 'rec') }, shadow: { utilization: 0.95 } })
  t.after(async () => {
    await running.close()
    await rm(stateDir, { recursive: true, force: true })
  })
  const url = await running.listen({ port: 0 })
  const admin = async (method: string, path: string, body?: object): Promise<Response> => await fetch(running.adminUrl + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
  assert.equal((await fetch(`${running.adminUrl}/api/shadow`)).status, 401)
  assert.equal((await admin('POST', '/api/record', { share: '100%', folder: 'relative' })).status, 400)
  if (process.platform === 'linux') {
    const refused = await admin('POST', '/api/record', { share: '100%', folder: '/proc/self/recording' })
    assert.deepEqual([refused.status, (await refused.json() as { code: string }).code], [500, 'CUT_RECORDING_UNWRITABLE'])
  }
  assert.equal((await admin('PATCH', '/api/record')).status, 405)
  assert.equal((await admin('PUT', '/api/shadow', { share: '101%' })).status, 400)
  assert.equal((await admin('POST', '/api/record', { share: '100%' })).status, 200)
  assert.equal((await admin('PUT', '/api/shadow', { share: '100%' })).status, 200)
  assert.equal(await (await fetch(url)).text(), 'hi')
  let report: { finds: Array<{ differences: unknown[] }>, features: Array<{ different: number }> }
  do report = await (await admin('GET', '/api/shadow')).json() as typeof report
  while (report.finds.length === 0)
  assert.equal(report.features[0]!.different, 1)
  const ended = await (await admin('DELETE', '/api/record')).json() as { recorded: number, active: boolean }
  assert.deepEqual([ended.recorded, ended.active], [1, false])
  const metrics = await (await admin('GET', '/metrics')).text()
  assert.match(metrics, /cutover_shadow_compared_total{cutover_feature="all",result="different"} 1/)
  assert.match(metrics, /cutover_recording_exchanges 1/)
  const status = await (await admin('GET', '/api/status')).json() as { shadow: { share: number } }
  assert.equal(status.shadow.share, 10_000)
})
