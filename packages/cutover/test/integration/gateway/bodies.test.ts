import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { request as requestHttp } from 'node:http'
import { test, type TestContext } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { ask, get, openClient } from '../../fixtures/wire/client.ts'
import { openGateway, type TestGateway } from '../../fixtures/wire/gateway.ts'
import { always, ok, openOrigin, refusing, type Origin, type Script } from '../../fixtures/wire/origin.ts'
import { until } from '../../fixtures/wire/until.ts'

async function between (t: TestContext, script: Script, config: Record<string, unknown> = {}): Promise<{ origin: Origin, gateway: TestGateway, url: string }> {
  const origin = await openOrigin(t, script)
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url, config })
  return { origin, gateway, url: gateway.url }
}

const MB = 1_048_576

test('a body of known length, a chunked one and none arrive framed as they were sent', async t => {
  const { origin, url } = await between(t, always(ok()))
  await ask(t, url, 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello')
  await ask(t, url, 'POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n')
  await ask(t, url, 'POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
  await ask(t, url, 'POST /d HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  await ask(t, url, 'GET /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n')
  await ask(t, url, 'GET /f HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok')
  assert.deepEqual(origin.requests.map(({ body, all }) => [body, all('content-length'), all('transfer-encoding')]), [
    ['hello', ['5'], []], ['hello', [], ['chunked']], ['', ['0'], []], ['', [], []], ['', [], ['chunked']], ['ok', ['2'], []]
  ])
})

test('trailers pass both ways, and their declaration with them', async t => {
  const { origin, url } = await between(t, always('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\nx-Two: \xe9\r\n\r\n'))
  const answer = await ask(t, url, 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-In\r\nConnection: close\r\n\r\n2\r\nhi\r\n0\r\nX-In: 1\r\nx-in: 2\r\n\r\n')
  assert.deepEqual(origin.requests[0]!.trailers, ['X-In: 1', 'x-in: 2'])
  assert.deepEqual(origin.requests[0]!.all('trailer'), ['X-In'])
  assert.match(answer, /Trailer: X-Sum\r\n/)
  assert.match(answer, /\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\nx-Two: \xe9\r\n\r\n$/)
})

test('HEAD, 204, 205 and 304 have no body, and the connection to the origin serves on', async t => {
  const answers: Record<string, string> = {
    '/head': 'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n',
    '/head-chunked': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    '/204': 'HTTP/1.1 204 No Content\r\n\r\n',
    '/205': 'HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n',
    '/304': 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 9\r\n\r\n',
    '/end': ok('end')
  }
  const { origin, url } = await between(t, { request: ({ line }, connection) => connection.send(answers[line.split(' ')[1]!]!) })
  const client = await openClient(t, url)
  for (const path of Object.keys(answers)) {
    client.forget()
    client.send(`${path.startsWith('/head') ? 'HEAD' : 'GET'} ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
    const answer = await client.sees('\r\n\r\n')
    if (path === '/head') assert.match(answer, /Content-Length: 5000\r\n/)
    if (path === '/end') await client.sees(/\r\n\r\nend$/)
    else assert.match(answer, /\r\n\r\n$/)
  }
  assert.equal(origin.connections.length, 1)
})

test('an origin that gives a body where none may be cannot speak on that connection again', async t => {
  const poison = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison'
  for (const first of ['HTTP/1.1 204 No Content\r\nContent-Length: 86\r\n\r\n', 'HTTP/1.1 304 Not Modified\r\n\r\n', ok('first')]) {
    const { origin, url } = await between(t, { request: ({ line }, connection) => connection.send(line.includes('/first') ? first + poison : ok('second')) })
    const client = await openClient(t, url)
    client.send('GET /first HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.sees('\r\n\r\n')
    client.send('GET /second HTTP/1.1\r\nHost: a\r\n\r\n')
    assert.doesNotMatch(await client.sees(/second$/), /poison/)
    assert.equal(origin.connections.length, 2)
  }
})

test('an answer that comes unasked on an idle connection is nobody\'s', async t => {
  const { origin, url } = await between(t, always(ok('asked')))
  const client = await openClient(t, url)
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await client.sees('asked')
  origin.connections[0]!.send(ok('poison'))
  await until(() => origin.open.size === 0, 'the connection was kept')
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  assert.doesNotMatch(await client.sees(/asked[^]*asked/), /poison/)
})

test('compressed bytes pass untouched', async t => {
  const zipped = gzipSync('hello '.repeat(1000)).toString('latin1')
  const { url } = await between(t, always(ok(zipped, 'Content-Encoding: gzip\r\n')))
  assert.equal((await ask(t, url, get('/', 'Accept-Encoding: gzip\r\n'))).split('\r\n\r\n').slice(1).join('\r\n\r\n'), zipped)
})

test('every byte value survives in bodies of every size, whatever the framing', async t => {
  const make = (size: number): string => Array.from({ length: size }, (_, i) => String.fromCharCode((i * 7 + (i >> 8)) % 256)).join('')
  for (const size of [1, 255, 16_383, 16_384, 16_385, 70_000, 300_000]) {
    const body = make(size)
    const { origin, url } = await between(t, { request: (request, connection) => connection.send(request.line.includes('chunked') ? `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : ok(body)) })
    for (const path of ['/sized', '/chunked']) {
      const response = await fetch(url + path, { method: 'POST', body: Buffer.from(body, 'latin1') })
      assert.equal(Buffer.from(await response.arrayBuffer()).toString('latin1') === body, true, `${path} ${size}`)
      assert.equal(origin.requests.at(-1)!.body === body, true)
    }
    assert.equal(origin.connections.length, 1, `a connection was lost at ${size}`)
  }
})

test('a connection whose last answer was held up by its client serves the next request', async t => {
  const big = 'x'.repeat(60_000)
  const { origin, url } = await between(t, { request: ({ line }, connection) => connection.send(line.includes('big') ? `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${`${big.length.toString(16)}\r\n${big}\r\n`.repeat(1)}0\r\n\r\n` : ok('small')) })
  for (let i = 0; i < 20; i++) {
    const client = await openClient(t, url)
    client.socket.pause()
    client.send('GET /big HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(40))
    const other = await openClient(t, url)
    for (let j = 0; j < 3; j++) {
      other.forget()
      other.send('GET /small HTTP/1.1\r\nHost: a\r\n\r\n')
      await other.sees('small')
    }
    client.socket.resume()
    other.forget()
    other.send('GET /small HTTP/1.1\r\nHost: a\r\n\r\n')
    await other.sees('small')
    client.reset()
    other.reset()
  }
  assert.ok(origin.connections.length > 0)
})

test('many small chunks to a slow client add no listeners', async t => {
  const warnings: Error[] = []
  const warn = (warning: Error): void => { warnings.push(warning) }
  process.on('warning', warn)
  t.after(() => { process.off('warning', warn) })
  const { url } = await between(t, always(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${`400\r\n${'y'.repeat(1024)}\r\n`.repeat(8_000)}0\r\n\r\n`))
  const client = await openClient(t, url)
  client.socket.pause()
  client.send(get('/'))
  client.socket.resume()
  const answer = await client.over()
  assert.equal(answer.split('\r\n\r\n')[1]!.split('y').length - 1, 8_000 * 1024)
  assert.deepEqual(warnings.map(String), [])
})

test('50 MB to a slow reader: the origin is held back, memory stays flat, every byte arrives', async t => {
  const piece = Buffer.alloc(65_536, 'abcdefgh')
  let made = 0
  const { url } = await between(t, {
    request: (_, { socket }) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${50 * MB}\r\n\r\n`)
      const more = (): void => {
        while (made < 50 * MB) {
          made += piece.length
          if (!socket.write(piece)) {
            socket.once('drain', more)
            return
          }
        }
      }
      more()
    }
  })
  const response = await new Promise<import('node:http').IncomingMessage>(resolve => requestHttp(url, { agent: false }, resolve).end())
  let before = -1
  let same = 0
  await until(() => {
    same = made === before ? same + 1 : 0
    before = made
    return same > 20
  }, 'the origin was never held back')
  assert.ok(made < 20 * MB, `${made} bytes were taken for a client that reads none`)
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const base = process.memoryUsage().arrayBuffers
  let most = 0
  const hash = createHash('sha1')
  let read = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    read += chunk.length
    hash.update(chunk)
    if (read % (5 * MB) >= chunk.length) continue
    collect()
    most = Math.max(most, process.memoryUsage().arrayBuffers - base)
  }
  assert.equal(read, 50 * MB)
  assert.equal(hash.digest('hex'), createHash('sha1').update(Buffer.alloc(50 * MB, 'abcdefgh')).digest('hex'))
  assert.ok(most < 20 * MB, `${most} bytes more of memory`)
})

test('50 MB to a slow origin: the client is held back, every byte arrives', async t => {
  for (const chunked of [false, true]) {
    const { origin, url } = await between(t, {
      head: (_, { socket }) => { socket.pause() },
      request: (request, connection) => connection.send(ok(String(request.size)))
    })
    const piece = Buffer.alloc(65_536, 'abcdefgh')
    let given = 0
    const outgoing = requestHttp(url, { agent: false, method: 'POST', headers: chunked ? {} : { 'content-length': 50 * MB } })
    const answered = new Promise<string>(resolve => outgoing.on('response', response => response.setEncoding('utf8').on('data', resolve)))
    const more = (): void => {
      while (given < 50 * MB) {
        given += piece.length
        if (!outgoing.write(piece)) {
          outgoing.once('drain', more)
          return
        }
      }
      outgoing.end()
    }
    more()
    let before = -1
    let same = 0
    await until(() => {
      same = given === before && origin.connections.length > 0 ? same + 1 : 0
      before = given
      return same > 20
    }, 'the client was never held back')
    assert.ok(given < 25 * MB, `${given} bytes were taken for an origin that reads none`)
    origin.connections[0]!.socket.resume()
    assert.equal(await answered, String(50 * MB))
  }
})

test('100 Continue is sent when the origin is there, and only then', async t => {
  const { origin, url } = await between(t, always(ok('done')))
  const client = await openClient(t, url)
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n')
  await client.sees(/^HTTP\/1.1 100 Continue\r\n\r\n$/)
  assert.equal(origin.requests.length, 0)
  client.send('hello')
  assert.match(await client.over(), /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK[^]*done$/)
  assert.equal(origin.requests[0]!.body, 'hello')
  assert.deepEqual(origin.requests[0]!.all('expect'), [])
})

test('a client that waits for 100 gets the final answer instead when no origin can be reached', async t => {
  const gateway = await openGateway(t, { legacy: await refusing(), candidate: await refusing() })
  const client = await openClient(t, gateway.url)
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n')
  const answer = await client.over()
  assert.match(answer, /^HTTP\/1.1 502 [^]*CUT_UPSTREAM_UNREACHABLE/)
})

test('an expectation that nobody knows is refused', async t => {
  const { origin, url } = await between(t, always(ok()))
  assert.match(await ask(t, url, get('/', 'Expect: 200-maybe\r\n')), /^HTTP\/1.1 417 /)
  assert.equal(origin.requests.length, 0)
})

test('an answer before the upload\'s end reaches the client, whose next request is served', async t => {
  const { origin, url } = await between(t, {
    head: ({ line }, connection) => { if (line.startsWith('POST')) connection.send(ok('early', '', '403 Forbidden')) },
    request: ({ line }, connection) => { if (line.startsWith('GET')) connection.send(ok('next')) }
  })
  const client = await openClient(t, url)
  client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${4 * MB}\r\n\r\n`)
  client.send('x'.repeat(MB))
  await client.sees(/403 [^]*early$/)
  assert.match(await ask(t, url, get('/')), /next$/)
  client.send('x'.repeat(3 * MB))
  if (client.ended === undefined) client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await until(() => client.ended !== undefined || client.text.endsWith('next'), 'the connection hangs after an early answer')
  assert.equal(origin.connections[0]!.requests.length, 0, 'a connection was used again in the middle of a body')
})

test('early hints pass, other informational answers do not, HTTP/1.0 gets none', async t => {
  const hints = 'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload; as=style\r\nLink: </b.js>; rel=preload; as=script\r\n\r\n'
  const { url } = await between(t, always(hints + ok()))
  const answer = await ask(t, url, get('/'))
  assert.match(answer, /^HTTP\/1.1 103 Early Hints\r\nLink: <\/a.css>; rel=preload; as=style, <\/b.js>; rel=preload; as=script\r\n\r\nHTTP\/1.1 200 OK\r\n/)
  assert.match(await ask(t, url, 'GET / HTTP/1.0\r\n\r\n'), /^HTTP\/1.1 200 OK/)
})

test('an event reaches the client before the next is made', async t => {
  let say = (_: string): void => {}
  const { url } = await between(t, {
    request: (_, connection) => {
      say = text => connection.send(text)
      connection.send('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n')
    }
  })
  const client = await openClient(t, url)
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await client.sees('\r\n\r\n')
  for (let i = 1; i <= 3; i++) {
    say(`9\r\ndata: ${i}\n\n\r\n`)
    await client.sees(`data: ${i}\n\n`)
  }
  say('0\r\n\r\n')
  await client.sees(/\r\n0\r\n\r\n$/)
})
