import assert from 'node:assert/strict'
import { test } from 'node:test'
import autocannon from 'autocannon'
import * as hdr from 'hdr-histogram-js'
import { closedLoop, goodAnswers, warmUp } from '../../../src/bench/generator/closed-loop.ts'
import { isSteady } from '../../../src/bench/generator/steadiness.ts'
import { served } from './served.ts'

const instruments = { autocannon, hdr }
const never = new AbortController().signal

test('every connection sends its next request when it has its answer; what is not good is counted apart', async t => {
  let asked = 0
  const open = new Set<unknown>()
  const url = await served(t, (request, response) => {
    open.add(request.socket)
    response.statusCode = request.headers['x-kind'] === 'bad' && ++asked % 2 === 0 ? 503 : 200
    response.end('ok')
  })
  const task = { kind: 'closed', origin: url, connections: 5, ms: 150, rampMs: 20, pids: [process.pid], core: null } as const
  const good = await closedLoop({ ...task, requests: [{ method: 'GET', path: '/', headers: {} }] }, instruments, never)
  assert.equal(good.failed, 0)
  assert.ok(good.requests > 10 && good.p95 >= good.p50 && good.p50 > 0, JSON.stringify(good))
  assert.equal(open.size, 5)
  const bad = await closedLoop({ ...task, requests: [{ method: 'GET', path: '/', headers: { 'x-kind': 'bad' } }] }, instruments, never)
  assert.ok(bad.failed > bad.requests / 4, JSON.stringify(bad))
})

test('a good answer is the one that was compared, or any below 400 where none was', () => {
  const request = { method: 'GET', path: '/', headers: {} }
  assert.deepEqual([200, 302, 404, 500].map(goodAnswers([request])), [true, true, false, false])
  assert.deepEqual([200, 404].map(goodAnswers([{ ...request, status: 404 }])), [false, true])
})

test('rates are steady when they lie close together, or rise no more', () => {
  assert.ok(!isSteady([100, 100, 100]))
  assert.ok(isSteady([10, 100, 101, 99, 103]))
  assert.ok(!isSteady([100, 120, 140, 160, 180, 200, 220, 240]), 'still rising')
  assert.ok(isSteady([100, 130, 90, 120, 95, 128, 92, 121]), 'noisy, and flat')
  assert.ok(!isSteady([0, 0, 0, 0]))
})

test('warm-up ends at its limit when rates never are', async t => {
  let asked = 0
  const url = await served(t, (_request, response) => {
    asked++
    setTimeout(() => response.end('ok'), Math.max(0, 40 - asked / 10))
  })
  const { steady, rates } = await warmUp({ kind: 'warm', origin: url, requests: [{ method: 'GET', path: '/', headers: {} }], connections: 2, sliceMs: 40, leastMs: 80, mostMs: 120, leastRequests: 0 }, instruments, never)
  assert.equal(steady, false)
  assert.ok(rates.length >= 1 && rates.length <= 4, `${rates.length}`)
})

test('warm-up does not end before compilers have seen enough requests', async t => {
  let asked = 0
  const url = await served(t, (_request, response) => {
    asked++
    response.end('ok')
  })
  const task = { kind: 'warm', origin: url, requests: [{ method: 'GET', path: '/', headers: {} }], connections: 2, sliceMs: 5, leastMs: 10, mostMs: 20_000, leastRequests: 400 } as const
  await warmUp(task, instruments, never)
  assert.ok(asked >= 400, `${asked}`)
})
