import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { ask, get, openClient } from '../../fixtures/wire/client.ts'
import { openGateway, type TestGateway } from '../../fixtures/wire/gateway.ts'
import { always, ok, openOrigin, refusing, type Origin, type Script } from '../../fixtures/wire/origin.ts'
import { until } from '../../fixtures/wire/until.ts'

const timeouts = { connect: '1s', firstByte: '200ms', idle: '5s' }

async function pair (t: TestContext, candidate: Script | 'refusing', config: Record<string, unknown> = {}): Promise<{ legacy: Origin, candidate: Origin | undefined, gateway: TestGateway, url: string }> {
  const legacy = await openOrigin(t, { request: ({ body, line }, connection) => connection.send(ok(line.startsWith('HEAD') ? '' : `legacy:${body}`, 'X-From: legacy\r\n')) })
  const other = candidate === 'refusing' ? undefined : await openOrigin(t, candidate)
  const gateway = await openGateway(t, { legacy: legacy.url, candidate: other?.url ?? await refusing(), config: { timeouts, ...config } })
  return { legacy, candidate: other, gateway, url: gateway.url }
}

const faults: Record<string, { script: Script | 'refusing', status: number, code: string }> = {
  'is not there': { script: 'refusing', status: 502, code: 'CUT_UPSTREAM_UNREACHABLE' },
  'resets at once': { script: { connection: ({ socket }) => { socket.resetAndDestroy() } }, status: 502, code: 'CUT_UPSTREAM_BROKEN' },
  'resets when asked': { script: { request: (_, { socket }) => { socket.resetAndDestroy() } }, status: 502, code: 'CUT_UPSTREAM_BROKEN' },
  'ends when asked': { script: { request: (_, { socket }) => { socket.end() } }, status: 502, code: 'CUT_UPSTREAM_BROKEN' },
  hangs: { script: {}, status: 504, code: 'CUT_UPSTREAM_TIMEOUT' },
  'says half a head and hangs': { script: always('HTTP/1.1 200 OK\r\nContent-'), status: 504, code: 'CUT_UPSTREAM_TIMEOUT' },
  'only hints': { script: always('HTTP/1.1 102 Processing\r\n\r\n'), status: 504, code: 'CUT_UPSTREAM_TIMEOUT' },
  'answers garbage': { script: always('SSH-2.0-OpenSSH_9.9\r\n'), status: 502, code: 'CUT_UPSTREAM_BROKEN' },
  'answers in two framings': { script: always('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'), status: 502, code: 'CUT_UPSTREAM_BROKEN' },
  'switches protocols': { script: always('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'), status: 502, code: 'CUT_UPSTREAM_BROKEN' },
  'answers 500': { script: always(ok('broken', '', '500 No')), status: 500, code: 'broken' },
  'answers 503': { script: always(ok('busy', '', '503 No')), status: 503, code: 'busy' }
}

for (const [fault, { script, status, code }] of Object.entries(faults)) {
  test(`when the candidate ${fault}, a safe request is answered by legacy, once`, async t => {
    const { legacy, gateway, url, candidate } = await pair(t, script)
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      const before = legacy.requests.length
      const answer = await ask(t, url, `${method} /x HTTP/1.1\r\nHost: a\r\nX-Mine: 1\r\nConnection: close\r\n\r\n`)
      assert.match(answer, /^HTTP\/1.1 200 OK\r\n/, answer)
      assert.equal(answer.match(/HTTP\/1.1/g)!.length, 1)
      assert.match(answer, /x-routed-to: legacy\r\n/)
      assert.match(answer, /X-From: legacy\r\n/)
      assert.equal(legacy.requests.length, before + 1)
      assert.deepEqual(legacy.requests.at(-1)!.all('x-mine'), ['1'])
    }
    if (candidate !== undefined) assert.ok(candidate.requests.length <= 3)
    assert.equal(gateway.problems().filter(line => line.includes('fell back')).length, 3)
  })

  test(`when the candidate ${fault}, a write ${fault === 'is not there' ? 'goes to legacy, whole and once' : 'is told to the client and given to nobody else'}`, async t => {
    const { legacy, candidate, gateway, url } = await pair(t, script)
    const texts = ['POST', 'PUT', 'DELETE', 'PATCH'].map(method => `${method} /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello`)
    texts.push('POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n')
    texts.push('DELETE /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    for (const [i, text] of texts.entries()) {
      const answer = await ask(t, url, text)
      if (fault === 'is not there') {
        assert.match(answer, /^HTTP\/1.1 200 OK\r\n[^]*x-routed-to: legacy\r\n/)
        assert.deepEqual(legacy.requests.length, i + 1)
        assert.equal(legacy.requests[i]!.body, text.includes('hello') ? 'hello' : '')
      } else if (fault === 'resets at once' && answer.includes('200 OK')) {
        // The system may find out while it connects: then nothing can have been sent.
        assert.equal(candidate!.requests.length, 0)
      } else {
        assert.match(answer, new RegExp(`^HTTP/1.1 ${status} [^]*x-routed-to: candidate\\r\\n[^]*${code}`))
        assert.ok(fault === 'resets at once' || legacy.requests.length === 0)
        assert.ok(candidate!.requests.length <= i + 1, 'a write was sent twice')
      }
    }
    if (code.startsWith('CUT')) assert.equal(gateway.problems().length, texts.length)
  })

  test(`when the candidate ${fault}, a forced request does not fall back`, async t => {
    const { legacy, url } = await pair(t, script, { force: { secret: 'a-secret-of-16-characters' } })
    const answer = await ask(t, url, get('/', 'x-cutover-backend: candidate a-secret-of-16-characters\r\n'))
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `))
    assert.equal(legacy.requests.length, 0)
  })
}

test('a safe request with a small body is sent again with it, one with a large body is told', async t => {
  const { legacy, url } = await pair(t, always(ok('broken', '', '500 No')), { fallback: { bodyLimit: '10B' } })
  for (const [body, expected] of [['0123456789', /legacy:0123456789$/], ['0123456789a', /broken$/]] as const) {
    assert.match(await ask(t, url, `GET / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`), expected)
  }
  assert.match(await ask(t, url, 'GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nhi\r\n0\r\n\r\n'), /broken$/)
  assert.equal(legacy.requests.length, 1)
})

test('a candidate that dies in its body is a cut: nothing of legacy is mixed in', async t => {
  const { legacy, url, gateway } = await pair(t, { request: (_, { socket }) => { socket.end('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello') } })
  const answer = await ask(t, url, get('/'))
  assert.match(answer, /\r\n\r\nhello$/)
  assert.equal(legacy.requests.length, 0)
  assert.match(gateway.problems()[0]!, /CUT_UPSTREAM_BROKEN/)
})

test('an open breaker gives a write to legacy, whole and once', async t => {
  const { legacy, candidate, url } = await pair(t, always(ok('broken', '', '500 No')), { breaker: { failures: 2 } })
  for (let i = 0; i < 2; i++) await ask(t, url, get('/'))
  assert.match(await ask(t, url, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello'), /x-routed-to: legacy[^]*legacy:hello$/)
  assert.equal(candidate!.requests.length, 2)
  assert.equal(legacy.requests.length, 3)
})

test('a client that waits for 100 sends its body once to the backend that is there', async t => {
  const { legacy, url } = await pair(t, 'refusing')
  const client = await openClient(t, url)
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n')
  await client.sees(/^HTTP\/1.1 100 Continue\r\n\r\n$/)
  client.send('hello')
  assert.match(await client.over(), /legacy:hello$/)
  assert.equal(legacy.requests.length, 1)
})

test('an origin that is refused gives way to a legacy in this process, which lets a waiting client send', async t => {
  const bodies: string[] = []
  const gateway = await openGateway(t, {
    candidate: await refusing(),
    legacy: {
      kind: 'listener',
      request: (request, response) => {
        let body = ''
        request.on('data', chunk => { body += chunk })
        request.on('end', () => {
          bodies.push(body)
          response.end('done')
        })
      },
      acceptsUpgrade: () => false,
      upgrade: () => {}
    }
  })
  const client = await openClient(t, gateway.url)
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n')
  await client.sees('HTTP/1.1 100 Continue\r\n\r\n')
  client.send('hello')
  assert.match(await client.over(), /x-routed-to: legacy[^]*done/)
  assert.deepEqual(bodies, ['hello'])
})

test('both backends down: one clear 502', async t => {
  const gateway = await openGateway(t, { legacy: await refusing(), candidate: await refusing() })
  for (const text of [get('/'), 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello']) {
    const answer = await ask(t, gateway.url, text)
    assert.equal(answer.match(/HTTP\/1.1/g)!.length, 1)
    assert.match(answer, /^HTTP\/1.1 502 Bad Gateway[^]*\{"statusCode":502,"code":"CUT_UPSTREAM_UNREACHABLE","message":"The legacy backend could not be reached\."\}$/)
  }
})

test('a kept connection that the origin closes as it is asked: the safe request is sent once more, the unsafe told', async t => {
  for (const [method, expected] of [['GET', /^HTTP\/1.1 200 [^]*again$/], ['HEAD', /^HTTP\/1.1 200 /], ['POST', /^HTTP\/1.1 502 [^]*CUT_UPSTREAM_BROKEN/], ['DELETE', /^HTTP\/1.1 502 /]] as const) {
    const origin = await openOrigin(t, {
      request: (_, connection) => {
        if (connection.number === 1 && connection.requests.length === 2) connection.socket.end()
        else connection.send(connection.number === 1 ? ok('first') : method === 'HEAD' ? ok('') : ok('again'))
      }
    })
    const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url, share: '0%' })
    assert.match(await ask(t, gateway.url, get('/')), /first$/)
    assert.match(await ask(t, gateway.url, `${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`), expected)
    assert.equal(origin.requests.length, method === 'GET' || method === 'HEAD' ? 3 : 2)
  }
})

test('a safe request with an empty chunked body survives that race too', async t => {
  const origin = await openOrigin(t, {
    request: (_, connection) => {
      if (connection.number === 1 && connection.requests.length === 2) connection.socket.end()
      else connection.send(ok(`connection ${connection.number}`))
    }
  })
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url, share: '0%' })
  assert.match(await ask(t, gateway.url, get('/')), /connection 1$/)
  assert.match(await ask(t, gateway.url, 'GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n'), /connection 2$/)
})

test('a slow upload is not counted as a slow origin', async t => {
  const { url, candidate } = await pair(t, always(ok('done')))
  const client = await openClient(t, url)
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhello')
  await until(() => candidate!.connections[0]?.received.endsWith('hello') === true, 'not arrived')
  const start = performance.now()
  await until(() => performance.now() - start > 500, 'never')
  client.send('world')
  assert.match(await client.over(), /done$/)
})
