import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { adminListener, cutover, folderWith, token, type Asked } from './harness.ts'

const change = { at: '2026-01-01T00:00:00.000Z', kind: 'share', feature: 'vehicles', from: 0, to: 2500, who: 'cli:alice', why: 'a test' }
const config = '{"legacy":{"origin":"http://a"},"candidate":{"origin":"http://b"},"features":{},"stateDir":"state"}'

test('share sets the share on the running switch, with who and why', async t => {
  const admin = await adminListener(t, () => ({ body: change }))
  const { code, out } = await cutover(admin.folder, ['share', 'vehicles', '25', '--why', 'a test'])
  assert.equal(code, 0)
  assert.equal(out, 'vehicles  0% → 25%\n')
  const [asked] = admin.asked as [Asked]
  assert.deepEqual([asked.method, asked.url], ['PUT', '/api/features/vehicles/share'])
  const { who, ...body } = asked.body as { who: string }
  assert.deepEqual(body, { share: '25%', why: 'a test' })
  assert.match(who, /^cli:./)
})

test('with --json the change is printed as it is', async t => {
  const admin = await adminListener(t, () => ({ body: change }))
  assert.deepEqual(JSON.parse((await cutover(admin.folder, ['share', 'vehicles', '25%', '--json'])).out), change)
})

test('what is no share is refused without asking the switch', async t => {
  const admin = await adminListener(t, () => ({ body: change }))
  const { code, err } = await cutover(admin.folder, ['share', 'vehicles', '101%'])
  assert.equal(code, 2)
  assert.match(err, /"101%" is not a share/)
  assert.equal(admin.asked.length, 0)
})

test('a feature that the switch does not know is wrong usage, in its words', async t => {
  const admin = await adminListener(t, () => ({ status: 404, body: { code: 'CUT_FEATURE_UNKNOWN', message: 'There is no feature "x".' } }))
  const { code, err } = await cutover(admin.folder, ['share', 'x', '1%'])
  assert.deepEqual([code, err], [2, 'There is no feature "x".\n'])
})

test('rollback takes one feature or all', async t => {
  const admin = await adminListener(t, ({ body }) => {
    const { feature } = body as { feature?: string }
    return { body: feature === undefined ? [] : [{ ...change, kind: 'rollback', feature, from: feature === 'health' ? 0 : 2500, to: 0 }] }
  })
  assert.equal((await cutover(admin.folder, ['rollback', 'vehicles', '-w', 'prices'])).out, 'vehicles  25% → 0%\n')
  assert.equal((await cutover(admin.folder, ['rollback', 'health'])).out, 'health  was on legacy already\n')
  assert.equal((await cutover(admin.folder, ['rollback'])).out, 'Nothing to roll back: every feature is on legacy.\n')
  assert.deepEqual(admin.asked.map(({ method, url, body }) => [method, url, (body as { feature?: string, why: string }).feature, (body as { why: string }).why]),
    [['POST', '/api/rollback', 'vehicles', 'prices'], ['POST', '/api/rollback', 'health', 'by hand'], ['POST', '/api/rollback', undefined, 'by hand']])
})

test('explain tells the backend and the reason in words', async t => {
  const admin = await adminListener(t, () => ({ body: { backend: 'candidate', reason: 'share', feature: 'vehicles', bucket: 12 } }))
  const { out } = await cutover(admin.folder, ['explain', 'get', 'http://example.com/api/vehicles?page=2', '-H', 'Authorization: Bearer a:b', '-H', 'x-a:1'])
  assert.equal(out, 'GET /api/vehicles?page=2 → candidate\nFeature vehicles: bucket 12 of 10000 is below its share.\n')
  assert.deepEqual(admin.asked[0]?.body, { method: 'GET', url: '/api/vehicles?page=2', headers: { authorization: 'Bearer a:b', 'x-a': '1' } })
})

test('explain refuses what is no URL or no header', async t => {
  const folder = folderWith(t)
  assert.match((await cutover(folder, ['explain', 'GET', 'api'])).err, /"api" is not a path/)
  const { code, err } = await cutover(folder, ['explain', 'GET', '/', '-H', 'nothing'])
  assert.equal(code, 2)
  assert.match(err, /"nothing" is not a header/)
})

test('when nothing runs, commands end with 3 and say how to start', async t => {
  const folder = folderWith(t, { 'cutover.config.json': config })
  for (const words of [['share', 'a', '1%'], ['rollback'], ['status'], ['explain', 'GET', '/']]) {
    const { code, err } = await cutover(folder, words)
    assert.equal(code, 3, words[0])
    assert.match(err, /No switch is running for .*Start it with `cutover up`/)
  }
})

test('a switch that is gone is told from one that refuses', async t => {
  const admin = await adminListener(t, () => ({ body: change }))
  await admin.close()
  const { code, err } = await cutover(admin.folder, ['share', 'a', '1%'])
  assert.equal(code, 3)
  assert.match(err, /nothing listens at http:\/\/127\.0\.0\.1:\d+ any more\. Start it/)
})

test('the state folder is found by the config, from a folder below too', async t => {
  const admin = await adminListener(t, () => ({ body: change }))
  const folder = folderWith(t, {
    'cutover.config.json': config,
    'state/admin.json': JSON.stringify({ url: admin.url, token, pid: 1 }),
    'src/deep/x': ''
  })
  for (const [cwd, ...words] of [[folder], [join(folder, 'src/deep')], ['/', '--config', join(folder, 'cutover.config.json')]] as Array<[string, ...string[]]>) {
    assert.equal((await cutover(cwd, ['share', 'vehicles', '25%', ...words])).code, 0, cwd)
  }
})

test('an application config is not run just to find the switch', async t => {
  const admin = await adminListener(t, () => ({ body: change }))
  const folder = folderWith(t, {
    'cutover.config.mjs': "throw new Error('it was run')",
    '.cutover/admin.json': JSON.stringify({ url: admin.url, token, pid: 1 })
  })
  assert.equal((await cutover(folder, ['share', 'vehicles', '25%'])).code, 0)
})

test('a switch elsewhere is reached by --admin and the token of the environment', async t => {
  const admin = await adminListener(t, () => ({ body: change }))
  const folder = folderWith(t)
  const words = ['share', 'vehicles', '25%', '--admin', admin.url]
  assert.equal((await cutover(folder, words, { env: { CUTOVER_ADMIN_TOKEN: token } })).code, 0)
  const wrong = await cutover(folder, words, { env: { CUTOVER_ADMIN_TOKEN: 'another-token-here' } })
  assert.equal(wrong.code, 3)
  assert.match(wrong.err, /refused the token/)
  assert.doesNotMatch(wrong.err, /another-token-here/)
  const none = await cutover(folder, words)
  assert.equal(none.code, 2)
  assert.match(none.err, /CUTOVER_ADMIN_TOKEN/)
})

test('an admin.json that no switch wrote counts as none', async t => {
  for (const text of ['', '[]', '{"url":"x","token":"y","pid":1}', '{"url":"http://a"}']) {
    const folder = folderWith(t, { 'cutover.config.json': config, '.cutover/admin.json': text })
    assert.equal((await cutover(folder, ['status'])).code, 3, text)
  }
})
