import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NotificationSettings } from '../../../src/config/rollout-settings.ts'
import { event, notifierFor, standIn } from './stand-in.ts'

const TOKEN = 'ghp_SECRET'
const settings = (api: string, further: object = {}): NotificationSettings => ({ kind: 'github', repository: 'me/shop', deployment: 42, token: 'env:GITHUB_TOKEN', api, on: undefined, ...further })

test('the status of the deployment follows the rollout', async t => {
  const there = await standIn(t, response => { response.writeHead(201).end('{}') })
  const { notifier, events } = notifierFor([settings(`${there.url}/api/v3/`)], { env: { GITHUB_TOKEN: TOKEN } })
  for (const name of ['queued', 'started', 'stage', 'paused', 'resumed', 'skipped', 'completed', 'failed', 'aborted'] as const) notifier.tell(event({ event: name }))
  await notifier.close()
  assert.deepEqual(events, [])
  assert.deepEqual(there.got.map(({ body }) => JSON.parse(body).state), [...Array(5).fill('in_progress'), 'success', 'failure', 'inactive'])
  const { method, path, headers, body } = there.got[1]!
  assert.deepEqual([method, path], ['POST', '/api/v3/repos/me/shop/deployments/42/statuses'])
  assert.deepEqual([headers.authorization, headers.accept, headers['x-github-api-version']], [`Bearer ${TOKEN}`, 'application/vnd.github+json', '2022-11-28'])
  assert.match(String(headers['user-agent']), /^cutover\//)
  assert.equal(JSON.parse(body).description, 'vehicles: raised to 10%')
})

test('the deployment is what its features are together', async t => {
  const cases: Array<[string, string[]]> = [
    ['queued a, queued b, started a, completed a, started b, completed b', ['in_progress', 'in_progress', 'in_progress', 'in_progress', 'in_progress', 'success']],
    ['queued a, queued b, started a, failed a, aborted b', ['in_progress', 'in_progress', 'in_progress', 'failure', 'failure']],
    ['started a, failed a, started b, completed b, started a, completed a', ['in_progress', 'failure', 'in_progress', 'failure', 'in_progress', 'success']],
    ['started a, started b, aborted a, aborted b', ['in_progress', 'in_progress', 'in_progress', 'inactive']]
  ]
  for (const [told, states] of cases) {
    const there = await standIn(t, response => { response.writeHead(201).end() })
    const { notifier } = notifierFor([settings(there.url)], { env: { GITHUB_TOKEN: TOKEN } })
    // Those that wait are not told, and count.
    for (const one of told.split(', ')) notifier.tell(event({ event: one.split(' ')[0] as never, feature: one.split(' ')[1]! }))
    await notifier.close()
    assert.deepEqual(there.got.map(({ body }) => JSON.parse(body).state), states.slice(told.split('queued').length - 1), told)
  }
})

test('the id of the deployment may come from the environment', async t => {
  const there = await standIn(t)
  const { notifier } = notifierFor([settings(there.url, { deployment: undefined }), settings(there.url, { deployment: 'env:MINE' })], { env: { GITHUB_TOKEN: TOKEN, GITHUB_DEPLOYMENT_ID: '7', MINE: '8' } })
  notifier.tell(event())
  await notifier.close()
  assert.deepEqual(there.got.map(({ path }) => path).sort(), ['/repos/me/shop/deployments/7/statuses', '/repos/me/shop/deployments/8/statuses'])
})

test('a description stays within the length that GitHub takes', async t => {
  const there = await standIn(t)
  const { notifier } = notifierFor([settings(there.url)], { env: { GITHUB_TOKEN: TOKEN } })
  notifier.tell(event({ feature: 'x'.repeat(500) }))
  await notifier.close()
  assert.equal(JSON.parse(there.got[0]!.body).description.length, 140)
})

test('a token that is refused is said without the token', async t => {
  const there = await standIn(t, (response, _, request) => { response.writeHead(401).end(`bad ${request.headers.authorization}`) })
  const { notifier, events } = notifierFor([settings(there.url)], { env: { GITHUB_TOKEN: TOKEN } })
  notifier.tell(event())
  await notifier.close()
  assert.deepEqual(events.map(({ message }) => message), ['Nobody was told of "stage" by github me/shop: answered 401'])
})

test('what is missing is said at the start, and nobody is told', async t => {
  const there = await standIn(t)
  const cases: Array<[object, Record<string, string>, RegExp]> = [
    [{}, {}, /rollout\.notify\[0\] tells nobody: the variable GITHUB_TOKEN is not set\. Set GITHUB_TOKEN/],
    [{ deployment: undefined }, { GITHUB_TOKEN: TOKEN }, /GITHUB_DEPLOYMENT_ID is not set/],
    [{ deployment: 'env:MINE' }, { GITHUB_TOKEN: TOKEN, MINE: '../../users' }, /the id of its deployment is not a number/]
  ]
  for (const [further, env, said] of cases) {
    const { notifier, events } = notifierFor([settings(there.url, further)], { env })
    notifier.tell(event())
    await notifier.close()
    assert.match(events[0]!.message, said)
    assert.doesNotMatch(JSON.stringify(events), /SECRET/)
  }
  assert.deepEqual(there.got, [])
})

test('a variable that holds no URL is said without its value', () => {
  const { events } = notifierFor([{ kind: 'slack', url: 'env:SLACK', on: undefined }, { kind: 'webhook', url: 'env:HOOK', secret: undefined, on: undefined }], { env: { SLACK: 'SECRET', HOOK: 'ftp://SECRET' } })
  assert.deepEqual(events.map(({ message }) => message.replace(/ that begins.*/, '')), ['rollout.notify[0] tells nobody: SLACK is not a URL', 'rollout.notify[1] tells nobody: HOOK is not a URL'])
  assert.doesNotMatch(JSON.stringify(events), /SECRET/)
})
