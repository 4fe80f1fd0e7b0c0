import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import autocannon from 'autocannon'
import * as hdr from 'hdr-histogram-js'
import { moments, openLoop } from '../../../src/bench/generator/open-loop.ts'
import type { OpenTask } from '../../../src/bench/generator/protocol.ts'
import { served } from './served.ts'

const instruments = { autocannon, hdr }

function task (origin: string, some: Partial<OpenTask> = {}): OpenTask {
  return { kind: 'open', origin, requests: [{ method: 'GET', path: '/', headers: {} }], connections: 10, rate: 300, ms: 600, rampMs: 20, seed: 3, pids: [], core: null, ...some }
}

const never = new AbortController().signal

test('requests are due at the rate, at the same moments for the same seed', () => {
  const due = moments(1000, 10_000, 5)
  assert.ok(due.length > 9_500 && due.length < 10_500, `${due.length}`)
  assert.ok(due.every((moment, at) => moment >= (due[at - 1] ?? 0) && moment < 10_000))
  assert.deepEqual(moments(1000, 10_000, 5), due)
  assert.notDeepEqual(moments(1000, 10_000, 6).slice(0, 9), due.slice(0, 9))
})

test('a stall of 200 ms counts for every request that it held up, not only for those that were on their way', async t => {
  const stalled = { from: Infinity, to: Infinity }
  let first = 0
  const url = await served(t, async (_request, response) => {
    const now = performance.now()
    if (first === 0) {
      first = now
      stalled.from = now + 200
      stalled.to = now + 400
    }
    if (now >= stalled.from && now < stalled.to) await delay(stalled.to - now)
    response.end('ok')
  })
  const { sent, failed, percentiles, histogram } = await openLoop(task(url, { ms: 1000 }), instruments, never)
  assert.equal(failed, 0)
  assert.ok(sent > 200, `${sent}`)
  // A fifth of the requests were due in the stall. Two connections' worth of them would be ten, of a thousand a hundredth.
  assert.ok(percentiles['99']! >= 150, JSON.stringify(percentiles))
  assert.ok(percentiles['90']! >= 50, JSON.stringify(percentiles))
  assert.equal(histogram.reduce((sum, [, count]) => sum + count, 0), sent)
})

test('what is asked when no connection is free waits, and is timed from when it was due', async t => {
  const url = await served(t, async (_request, response) => {
    await delay(50)
    response.end('ok')
  })
  const { percentiles, failed } = await openLoop(task(url, { connections: 1, rate: 100, ms: 300 }), instruments, never)
  assert.equal(failed, 0)
  // Thirty requests of 50 ms one after the other take more than a second.
  assert.ok(percentiles['100']! > 500, JSON.stringify(percentiles))
})

test('bad answers and broken connections fail, and are not timed', async t => {
  let asked = 0
  const url = await served(t, (request, response) => {
    asked++
    if (asked % 3 === 0) response.statusCode = 500
    if (asked % 3 === 1) request.socket.destroy()
    else response.end('ok')
  })
  const { sent, failed, histogram } = await openLoop(task(url, { rate: 200, ms: 300, rampMs: 0 }), instruments, never)
  const timed = histogram.reduce((sum, [, count]) => sum + count, 0)
  assert.equal(timed + failed, sent)
  assert.ok(failed > sent / 2, `${failed} of ${sent}`)
})

test('answers of every framing are read: chunked, empty, to HEAD, with the end of the connection', async t => {
  let asked = 0
  const url = await served(t, (request, response) => {
    asked++
    if (request.url === '/chunked') {
      response.write('a')
      response.end('b')
    } else if (request.url === '/none') response.writeHead(204).end()
    else if (request.url === '/close') response.writeHead(200, { connection: 'close' }).end('ok')
    else response.end(request.method === 'POST' ? 'posted' : 'ok')
  })
  const requests = [['GET', '/chunked'], ['GET', '/none'], ['HEAD', '/'], ['GET', '/close'], ['POST', '/']].map(([method, path]) => ({ method: method!, path: path!, headers: {}, ...(method === 'POST' && { body: 'a body' }) }))
  const { sent, failed } = await openLoop(task(url, { requests, rate: 200, ms: 300, rampMs: 0 }), instruments, never)
  assert.deepEqual([failed, asked], [0, sent])
})

test('a server that ends each connection with its answer fails nobody who waits for one', async t => {
  const url = await served(t, async (_request, response) => {
    await delay(10)
    response.writeHead(200, { connection: 'close' }).end('ok')
  })
  const { sent, failed } = await openLoop(task(url, { connections: 2, rate: 400, ms: 200, rampMs: 0 }), instruments, never)
  assert.deepEqual([failed, sent > 40], [0, true])
})

test('what nobody answers has failed', async () => {
  const { sent, failed } = await openLoop(task('http://127.0.0.1:1', { rate: 100, ms: 100, rampMs: 0 }), instruments, never)
  assert.ok(sent > 0)
  assert.equal(failed, sent)
})

test('it ends when it is told to', async t => {
  const url = await served(t, (_request, response) => { response.end('ok') })
  const stopping = new AbortController()
  const began = performance.now()
  setTimeout(() => stopping.abort(), 50)
  await openLoop(task(url, { ms: 60_000, rate: 50 }), instruments, stopping.signal)
  assert.ok(performance.now() - began < 10_000)
})
