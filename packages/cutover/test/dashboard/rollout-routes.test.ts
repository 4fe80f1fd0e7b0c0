import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createAdminServer } from '../../src/dashboard/admin-server.ts'
import type { RolloutRequest } from '../../src/config/admin-api.ts'
import { fault } from '../../src/errors.ts'
import type { RolloutControl } from '../../src/rollout/rollout-control.ts'
import { memoryControl } from './memory-control.ts'

const token = 'correct-horse-battery-staple'
const state = { rollouts: [], events: [] }
const verbs = ['start', 'pause', 'resume', 'abort', 'skip'] as const

async function setUp (t: TestContext) {
  const asked: Array<[string, RolloutRequest]> = []
  let refuse: Error | undefined
  const note = (verb: string) => async (request: RolloutRequest) => {
    asked.push([verb, request])
    if (refuse !== undefined) throw refuse
    return state
  }
  const rollout: RolloutControl = { status: () => state, start: note('start'), pause: note('pause'), resume: note('resume'), abort: note('abort'), skip: note('skip') }
  const server = await createAdminServer({ control: memoryControl(), rollout, token, host: '127.0.0.1', port: 0, status: () => ({}) as never, metricsText: () => '', log: () => {} })
  t.after(() => server.close())
  const call = async (method: string, path: string, body?: unknown, authorization = `Bearer ${token}`) => {
    const response = await fetch(server.url + path, { method, headers: { authorization, connection: 'close', ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    return { status: response.status, allow: response.headers.get('allow'), body: await response.json().catch(() => undefined) as any }
  }
  return { asked, call, refuseWith: (error: Error) => { refuse = error } }
}

test('rollouts are told of, started and steered', async t => {
  const { asked, call } = await setUp(t)
  assert.deepEqual(await call('GET', '/api/rollout'), { status: 200, allow: null, body: state })
  for (const verb of verbs) assert.equal((await call('POST', `/api/rollout/${verb}`, { features: ['a'], who: 'cli:alice', why: 'because' })).status, 200)
  assert.deepEqual(asked, verbs.map(verb => [verb, { features: ['a'], who: 'cli:alice', why: 'because' }]))
})

test('nobody passes for a rollout, nor writes more than a line', async t => {
  const { asked, call } = await setUp(t)
  await call('POST', '/api/rollout/start', { who: 'rollout', why: 'one\ntwo', version: 'v\u001b[31m1', override: true })
  assert.deepEqual(asked, [['start', { who: 'admin:rollout', why: 'one two', version: 'v [31m1', override: true }]])
})

test('without the token nothing is told or done', async t => {
  const { asked, call } = await setUp(t)
  for (const [method, path] of [['GET', '/api/rollout'], ...verbs.map(verb => ['POST', `/api/rollout/${verb}`] as const)] as const) {
    assert.equal((await call(method, path, method === 'GET' ? undefined : {}, 'Bearer wrong')).status, 401)
  }
  assert.deepEqual(asked, [])
})

test('other methods are refused with those that there are', async t => {
  const { call } = await setUp(t)
  for (const verb of verbs) assert.deepEqual(await call('GET', `/api/rollout/${verb}`).then(({ status, allow }) => [status, allow]), [405, 'POST'])
  assert.deepEqual(await call('POST', '/api/rollout', {}).then(({ status, allow }) => [status, allow]), [405, 'GET, HEAD'])
})

test('a body that is not what it should be is refused, and reaches nobody', async t => {
  const { asked, call } = await setUp(t)
  for (const [verb, body] of [
    ['start', { features: 'a' }], ['start', { features: [] }], ['start', { override: 'yes' }], ['start', { version: 1 }], ['start', { extra: 1 }],
    ['pause', { override: true }], ['skip', { why: 'x'.repeat(501) }], ['abort', []]
  ] as const) {
    const { status, body: answer } = await call('POST', `/api/rollout/${verb}`, body)
    assert.deepEqual([status, answer.code], [400, 'CUT_BAD_REQUEST'], JSON.stringify(body))
  }
  assert.deepEqual(asked, [])
})

test('what cannot be done is answered with its code', async t => {
  const { call, refuseWith } = await setUp(t)
  refuseWith(fault('CUT_ROLLOUT_NONE', 'pause', '', 'none'))
  const { status, body } = await call('POST', '/api/rollout/pause', {})
  assert.deepEqual([status, body.code], [409, 'CUT_ROLLOUT_NONE'])
})
