import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import type { GateSettings } from '../../../src/config/rollout-settings.ts'
import type { Answer } from '../../../src/library/metric-source/answer.ts'
import { Asked } from '../../../src/library/metric-source/asked.ts'
import { askPrometheus, filled } from '../../../src/library/metric-source/prometheus.ts'
import { eventually } from '../../integration/in-process/serve.ts'

type Prometheus = Extract<GateSettings, { kind: 'prometheus' }>

async function prometheus (t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<URL> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => { server.close(); server.closeAllConnections() })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/prom/`)
}

const gate = (url: URL, more: Partial<Prometheus> = {}): Prometheus => ({ kind: 'prometheus', name: 'queue', url, query: 'sum(queue{feature="{{feature}}"})', below: 10, above: undefined, ...more })
const vector = (...values: string[]): string => JSON.stringify({ status: 'success', data: { resultType: 'vector', result: values.map(value => ({ metric: {}, value: [1700000000, value] })) } })
const never = new AbortController().signal
const custom = (name: string, check: (feature: string) => unknown): GateSettings => ({ kind: 'custom', name, check: check as never })

async function answersOf (t: TestContext, gates: GateSettings[], options = {}): Promise<Record<string, Answer>> {
  const asked = new Asked(gates, { everyMs: 10, timeoutMs: 1_000, ...options })
  t.after(() => asked.stop('vehicles'))
  asked.start('vehicles')
  await eventually(() => Object.keys(asked.answers('vehicles')).length === gates.length, 'all answers')
  return asked.answers('vehicles')
}

test('Prometheus is asked below its path, with the feature in the query, and its number held against the bounds', async t => {
  const seen: string[] = []
  const url = await prometheus(t, (request, response) => { seen.push(request.url!); response.end(vector('7.5')) })
  assert.deepEqual(await askPrometheus(gate(url), 'vehicles', never), { verdict: 'pass', value: 7.5, reason: '7.5, wanted below 10' })
  assert.equal(new URL(seen[0]!, url).pathname, '/prom/api/v1/query')
  assert.equal(new URL(seen[0]!, url).searchParams.get('query'), 'sum(queue{feature="vehicles"})')
  assert.equal((await askPrometheus(gate(url, { below: 7.5 }), 'vehicles', never)).verdict, 'fail')
  assert.deepEqual(await askPrometheus(gate(url, { below: undefined, above: 8 }), 'vehicles', never), { verdict: 'fail', value: 7.5, reason: '7.5, wanted above 8' })
  assert.equal((await askPrometheus(gate(url, { above: 7 }), 'vehicles', never)).verdict, 'pass')
})

test('a feature cannot get out of its quotes', () => {
  assert.equal(filled('a{f="{{feature}}"} + b{f="{{ feature }}"}', 'x"} or vector(1) #\\\n'), 'a{f="x\\"} or vector(1) #\\\\\\n"} + b{f="x\\"} or vector(1) #\\\\\\n"}')
  assert.equal(filled('{{feature}}', '$&'), '$&')
})

for (const [what, body, reason] of [
  ['nothing', vector(), /knows no such series/],
  ['NaN', vector('NaN'), /answered NaN/],
  ['an empty value', vector(''), /answered $/],
  ['two series', vector('1', '2'), /answered 2 series/],
  ['a matrix', JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [] } }), /answered a matrix/],
  ['an error', JSON.stringify({ status: 'error', errorType: 'bad_data', error: 'parse error at char 3' }), /parse error at char 3/],
  ['a page', '<html>', /no JSON/],
  ['null', 'null', /no success/],
  ['a sample without a value', JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [{}] } }), /no value/],
  ['more than a number needs', ' '.repeat(1_100_000) + vector('1'), /more than 1000000 bytes/]
] as const) {
  test(`${what} from Prometheus is no data`, async t => {
    const url = await prometheus(t, (_, response) => { response.end(body) })
    const answer = await askPrometheus(gate(url), 'vehicles', never)
    assert.equal(answer.verdict, 'no data')
    assert.match(answer.reason, reason)
  })
}

test('a scalar is a number too, and an infinite one is over its bound but not kept', async t => {
  const url = await prometheus(t, (_, response) => { response.end(JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, '+Inf'] } })) })
  assert.deepEqual(await askPrometheus(gate(url), 'vehicles', never), { verdict: 'fail', reason: 'Infinity, wanted below 10' })
})

test('a password goes into a header and never into a reason', async t => {
  let authorization: string | undefined
  const url = await prometheus(t, (request, response) => { authorization = request.headers.authorization; response.statusCode = 401; response.end('no') })
  url.username = 'ada'
  url.password = 'p%40ss'
  const { verdict, reason } = await askPrometheus(gate(url), 'vehicles', never)
  assert.equal(Buffer.from(authorization!.slice(6), 'base64').toString(), 'ada:p@ss')
  assert.equal(verdict, 'no data')
  assert.match(reason, /answered 401/)
  assert.doesNotMatch(reason, /ada|ss/)
})

test('a Prometheus that is not there, or does not answer, is no data', async t => {
  const silent = await prometheus(t, () => {})
  const { queue } = await answersOf(t, [gate(silent)], { timeoutMs: 50 })
  assert.match(queue!.reason, /no answer in time/)
  assert.equal(queue!.verdict, 'no data')
  const gone = await askPrometheus(gate(new URL('http://127.0.0.1:1/')), 'vehicles', never)
  assert.deepEqual([gone.verdict, /could not be asked/.test(gone.reason)], ['no data', true])
})

test('gates of the user\'s own give their verdict; what they throw, and what is none, is no data', async t => {
  const answers = await answersOf(t, [
    custom('good', feature => feature === 'vehicles' ? 'pass' : 'fail'),
    custom('bad', async () => 'fail'),
    custom('thrown', () => { throw new Error('no connection') }),
    custom('rejected', async () => await Promise.reject(new Error('no rows'))),
    custom('odd', () => true),
    custom('misspelt', () => 'passed'),
    custom('late', async () => await new Promise(() => {}))
  ], { timeoutMs: 50 })
  const verdicts = Object.fromEntries(Object.entries(answers).map(([name, { verdict }]) => [name, verdict]))
  assert.deepEqual(verdicts, { good: 'pass', bad: 'fail', thrown: 'no data', rejected: 'no data', odd: 'no data', misspelt: 'no data', late: 'no data' })
  assert.match(answers.thrown!.reason, /it threw: no connection/)
  assert.match(answers.rejected!.reason, /it threw: no rows/)
  assert.match(answers.odd!.reason, /returned boolean/)
  assert.match(answers.misspelt!.reason, /returned "passed"/)
  assert.match(answers.late!.reason, /no answer within 50 ms/)
})

test('a gate is asked again after each answer, never twice at a time, and not once nobody watches', async () => {
  let [running, most, calls] = [0, 0, 0]
  const asked = new Asked([custom('slow', async () => {
    calls++
    most = Math.max(most, ++running)
    await new Promise(resolve => setTimeout(resolve, 5))
    running--
    return 'pass'
  })], { everyMs: 1 })
  asked.start('vehicles')
  asked.start('vehicles')
  await eventually(() => calls >= 4, 'four calls')
  asked.stop('vehicles')
  assert.equal(most, 1)
  const after = calls
  await new Promise(resolve => setTimeout(resolve, 30))
  assert.equal(calls, after)
  assert.deepEqual(asked.answers('vehicles'), {})
})
