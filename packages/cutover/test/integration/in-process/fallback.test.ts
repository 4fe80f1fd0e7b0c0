import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { failures, ways, type Listener } from './behaviours.ts'
import { client, eventually, get, header, type RawAnswer, running } from './serve.ts'

const comparable = ({ status, reason, headers, body }: RawAnswer): unknown => ({ status, reason, body, headers: headers.filter(([name]) => name !== 'x-request-id') })

/** Answers by the way named in the query. */
const named = (list: Readonly<Record<string, Listener>>, key: string): Listener => (request, response) =>
  list[new URL(request.url!, 'http://test').searchParams.get(key)!]!(request, response)

const target = (way: string, failure = ''): string => `/x?${new URLSearchParams({ way, failure }).toString()}`

test('an answer of legacy after a fallback is the one that it gives by itself, however it answers', async t => {
  const direct = await running(t, named(ways, 'way'), (_: unknown, __: unknown) => {}, { features: { x: { routes: ['/x'], share: '0%' } } })
  const fallen = await running(t, named(ways, 'way'), named(failures, 'failure'), { breaker: { enabled: false } })
  for (const method of ['GET', 'HEAD']) {
    for (const way of Object.keys(ways)) {
      // Node refuses a Trailer header where no body follows.
      if (method === 'HEAD' && way === 'trailers') continue
      const [expected, found] = await Promise.all([direct, fallen].map(async ({ port }) => {
        const raw = client(t, port).send(get(target(way, 'writeHead'), method))
        const answer = await raw.answer({ headless: method === 'HEAD' })
        raw.socket.destroy()
        return comparable(answer)
      }))
      assert.deepEqual(found, expected, `${method}, ${way}`)
    }
  }
})

test('a 5xx, a throw or a rejection is answered by legacy alone, exactly once, and nothing of the candidate leaks', async t => {
  let served = 0
  const legacy: Listener = (request, response) => {
    served++
    assert.deepEqual([request.method, request.url!.slice(0, 3), request.headers.secret, (request as { body?: unknown }).body], ['GET', '/x?', undefined, undefined])
    response.setHeader('X-Legacy', String((request as { baseUrl?: string }).baseUrl ?? 'none'))
    response.write('from ')
    setImmediate(() => response.end('legacy'))
  }
  const { app, port, events } = await running(t, legacy, named(failures, 'failure'), { breaker: { enabled: false } })
  const raw = client(t, port)
  for (const [i, failure] of Object.keys(failures).entries()) {
    const answer = await raw.send(get(target('', failure))).answer()
    assert.deepEqual([answer.status, answer.reason, answer.body, header(answer, 'x-legacy'), header(answer, 'x-routed-to')], [200, 'OK', 'from legacy', 'none', 'legacy'], failure)
    assert.doesNotMatch(JSON.stringify(answer.headers), /secret|leak|1970/i, failure)
    assert.equal(header(answer, 'connection'), 'keep-alive', failure)
    assert.equal(header(answer, 'transfer-encoding'), 'chunked', failure)
    assert.equal(served, i + 1, failure)
  }
  const runs = Object.keys(failures).length
  await eventually(() => app.status().features[0]!.backends.legacy.requests === runs, 'the last count')
  const { legacy: counted, candidate } = app.status().features[0]!.backends
  assert.deepEqual([counted.requests, counted.errors, candidate.requests, candidate.errors, candidate.fallbacks], [runs, 0, runs, runs, runs])
  assert.equal(events.filter(({ message }) => message.includes('fell back')).length > 0, true)
})

test('a candidate that hangs is left for legacy, and what it does later has no effect', async t => {
  const hanging: ServerResponse[] = []
  const { app, port } = await running(t,
    (_: IncomingMessage, response: ServerResponse) => {
      response.write('leg')
      // The candidate wakes up in the middle of legacy's answer.
      const late = hanging.pop()!
      late.statusCode = 503
      late.writeHead(500, { 'X-Secret': '1' })
      late.addTrailers({ 'X-Secret': '1' })
      late.end('secret')
      late.destroy()
      setImmediate(() => response.end('acy'))
    },
    (_: IncomingMessage, response: ServerResponse) => { hanging.push(response) },
    { timeouts: { firstByte: '50ms' } })
  const raw = client(t, port)
  for (let i = 0; i < 2; i++) {
    const answer = await raw.send(get('/x')).answer()
    assert.deepEqual([answer.status, answer.body], [200, 'legacy'])
  }
  await eventually(() => app.status().features[0]!.backends.legacy.requests === 2, 'the last count')
  const { legacy, candidate } = app.status().features[0]!.backends
  assert.deepEqual([legacy.errors, candidate.requests, candidate.errors, candidate.fallbacks], [0, 2, 2, 2])
})

test('a write never falls back once the candidate has it', async t => {
  let legacy = 0
  let candidate = 0
  const { app, port } = await running(t, (_: unknown, response: ServerResponse) => { legacy++; response.end() }, (request: IncomingMessage, response: ServerResponse) => {
    candidate++
    return named({ ...failures, hang: () => {} }, 'failure')(request, response)
  }, { timeouts: { firstByte: '50ms' }, breaker: { enabled: false } })
  const kinds = ['writeHead', 'statusCode and end', 'a throw', 'a rejection', 'hang']
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    for (const failure of kinds) {
      const answer = await client(t, port).send(get(target('', failure), method, 'content-length: 2') + 'ab').answer()
      assert.equal(answer.status, failure === 'hang' ? 504 : 500, `${method} ${failure}`)
      assert.equal(header(answer, 'x-routed-to'), 'candidate')
    }
  }
  assert.deepEqual([legacy, candidate], [0, 4 * kinds.length])
  await eventually(() => app.status().features[0]!.backends.candidate.requests === candidate, 'the last count')
  const stats = app.status().features[0]!.backends.candidate
  assert.deepEqual([stats.errors, stats.fallbacks], [candidate, 0])
})

test('the body of a safe request is kept and given to legacy too', async t => {
  const echo: Listener = async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    response.end(`${request.method} ${request.headers['content-length']} ${body}`)
  }
  const read: string[] = []
  const { port } = await running(t, echo, async (request: IncomingMessage, response: ServerResponse) => {
    for await (const chunk of request) read.push(String(chunk))
    response.writeHead(500).end()
  }, { fallback: { bodyLimit: '10B' }, breaker: { enabled: false } })
  const raw = client(t, port)
  assert.equal((await raw.send(get('/x', 'QUERY', 'content-length: 4') + 'body').answer()).body, 'QUERY 4 body')
  assert.equal((await raw.send(get('/x', 'GET', 'content-length: 10') + '0123456789').answer()).body, 'GET 10 0123456789')
  assert.deepEqual(read, ['body', '0123456789'])
  assert.equal((await raw.send(get('/x', 'GET', 'content-length: 11') + '01234567890').answer()).status, 500, 'one over the limit is not kept')
  assert.equal((await client(t, port).send(get('/x', 'GET', 'transfer-encoding: chunked') + '2\r\nab\r\n0\r\n\r\n').answer()).status, 500, 'nor one of unknown length')
})

test('pipelined answers keep their order around a fallback, and the connection stays usable', async t => {
  const { port } = await running(t, (request: IncomingMessage, response: ServerResponse) => { setTimeout(() => response.end(`legacy ${request.url}`), 5) }, (request: IncomingMessage, response: ServerResponse) => {
    if (request.url!.endsWith('bad')) response.writeHead(500).end()
    else if (request.url!.endsWith('slow')) setTimeout(() => response.end(`candidate ${request.url}`), 20)
    else response.end(`candidate ${request.url}`)
  }, { breaker: { enabled: false } })
  const targets = ['/x/slow', '/x/bad', '/x/1', '/other', '/x/bad', '/x/bad', '/x/slow', '/x/2']
  const raw = client(t, port).send(targets.map(target => get(target)).join(''))
  for (const target of targets) assert.equal((await raw.answer()).body, `${target.endsWith('bad') || target === '/other' ? 'legacy' : 'candidate'} ${target}`)
  assert.equal((await raw.send(get('/x/3')).answer()).body, 'candidate /x/3')
})

test('legacy gets a request that closes when its answer is over, or its client leaves', async t => {
  let closed = 0
  const legacy: Listener = (request, response) => {
    request.on('close', () => { closed++ })
    if (request.url === '/x/stream') response.write('begun')
    else response.end('done')
  }
  const { port } = await running(t, legacy, (_: unknown, response: ServerResponse) => { response.writeHead(500).end() }, { breaker: { enabled: false } })
  const raw = client(t, port)
  await raw.send(get('/x')).answer()
  await eventually(() => closed === 1, 'the end of the first request')
  raw.send(get('/x/stream'))
  await once(raw.socket, 'data')
  raw.socket.destroy()
  await eventually(() => closed === 2, 'the end of the abandoned request')
})

for (const kind of ['an origin candidate and a legacy in this process', 'a candidate in this process and an origin legacy'] as const) {
  test(`fallback between ${kind}`, async t => {
    const failing: Listener = (_, response) => { response.writeHead(500, { 'X-Secret': '1' }); response.end('secret') }
    const good: Listener = async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      response.writeHead(200, { 'Set-Cookie': ['a=1', 'b=2'] }).end(`legacy ${request.url} ${body}`)
    }
    const far = createServer(kind.startsWith('an origin') ? failing : good).listen(0, '127.0.0.1')
    await once(far, 'listening')
    t.after(() => { far.close(); far.closeAllConnections() })
    const origin = { origin: `http://127.0.0.1:${(far.address() as AddressInfo).port}` }
    const { port, app } = await running(t, kind.startsWith('an origin') ? good : origin, kind.startsWith('an origin') ? origin : failing, { breaker: { enabled: false } })
    const raw = client(t, port)
    for (let i = 0; i < 2; i++) {
      const answer = await raw.send(get('/x?q=1', 'QUERY', 'content-length: 2') + 'ab').answer()
      assert.deepEqual([answer.status, answer.body, header(answer, 'set-cookie'), header(answer, 'x-secret'), header(answer, 'x-routed-to')], [200, 'legacy /x?q=1 ab', 'a=1 | b=2', undefined, 'legacy'])
    }
    assert.equal((await raw.send(get('/x', 'HEAD')).answer({ headless: true })).status, 200)
    await eventually(() => app.status().features[0]!.backends.legacy.requests === 3, 'the last count')
    assert.equal(app.status().features[0]!.backends.candidate.fallbacks, 3)
  })
}

test('a client that left while the candidate worked is counted once, and nobody answers it', async t => {
  let served = 0
  let fail: (() => void) | undefined
  const { app, port } = await running(t, (_: unknown, response: ServerResponse) => { served++; response.end() }, (_: unknown, response: ServerResponse) => {
    fail = () => { response.writeHead(500); response.end('secret') }
  })
  const raw = client(t, port).send(get('/x'))
  await eventually(() => fail !== undefined, 'the request')
  raw.socket.destroy()
  const stats = () => app.status().features[0]!.backends.candidate
  await eventually(() => stats().aborted === 1, 'the abort')
  fail!()
  await new Promise(resolve => setImmediate(() => setImmediate(resolve)))
  assert.deepEqual([served, stats().requests, stats().errors, stats().fallbacks], [0, 1, 0, 0])
})

test('a client that left with requests behind the one at hand leaves none of them under way', async t => {
  let served = 0
  const { app, port } = await running(t, (_: unknown, response: ServerResponse) => response.end(), ({ url }: IncomingMessage, response: ServerResponse) => {
    served++
    if (url === '/x/ends') response.end('it waits for its turn')
  })
  const raw = client(t, port).send(get('/x/hangs') + get('/x/hangs') + get('/x/ends'))
  await eventually(() => served === 3, 'the requests')
  raw.socket.destroy()
  const stats = () => app.status().features[0]!.backends.candidate
  await eventually(() => stats().aborted === 3, 'the aborts')
  assert.equal(stats().requests, 3)
})

test('without fallback, the candidate\'s own failure is the answer', async t => {
  const { port } = await running(t, (_: unknown, __: unknown) => {}, named(failures, 'failure'), { fallback: { enabled: false } })
  const raw = client(t, port)
  const answer = await raw.send(get(target('', 'writeHead'))).answer()
  assert.deepEqual([answer.status, answer.body, header(answer, 'x-secret'), header(answer, 'x-routed-to')], [500, 'secret', '1', 'candidate'])
  assert.equal((await raw.send(get(target('', 'a rejection'))).answer()).status, 500)
})
