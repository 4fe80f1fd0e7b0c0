import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, get, openClient } from '../../fixtures/wire/client.ts'
import { openGateway } from '../../fixtures/wire/gateway.ts'
import { always, ok, openOrigin } from '../../fixtures/wire/origin.ts'

const body = 'Host: a\r\nConnection: close\r\n'
const refused: Record<string, string> = {
  'no HTTP at all': 'hello\r\n\r\n',
  'a TLS hello': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'an unknown method': `BREW / HTTP/1.1\r\n${body}\r\n`,
  'a version of the future': `GET / HTTP/9.9\r\n${body}\r\n`,
  'no Host': 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
  'Content-Length and chunked': `POST / HTTP/1.1\r\n${body}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'chunked and Content-Length': `POST / HTTP/1.1\r\n${body}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`,
  'two Content-Lengths': `POST / HTTP/1.1\r\n${body}Content-Length: 4\r\nContent-Length: 5\r\n\r\nhello`,
  'equal Content-Lengths': `POST / HTTP/1.1\r\n${body}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`,
  'a list of Content-Lengths': `POST / HTTP/1.1\r\n${body}Content-Length: 5, 5\r\n\r\nhello`,
  'a signed Content-Length': `POST / HTTP/1.1\r\n${body}Content-Length: +5\r\n\r\nhello`,
  'a Content-Length beyond numbers': `POST / HTTP/1.1\r\n${body}Content-Length: 99999999999999999999\r\n\r\nhello`,
  'chunked, then something else': `POST / HTTP/1.1\r\n${body}Transfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n`,
  'something that is not quite chunked': `POST / HTTP/1.1\r\n${body}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  'a blank before the colon': `POST / HTTP/1.1\r\n${body}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
  'a folded header': `POST / HTTP/1.1\r\n${body}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n`,
  'a NUL in a header': `GET / HTTP/1.1\r\n${body}X-A: a\0b\r\n\r\n`,
  'a bare CR in a header': `GET / HTTP/1.1\r\n${body}X-A: a\rX-B: b\r\n\r\n`,
  'a blank in the target': `GET /a b HTTP/1.1\r\n${body}\r\n`
}

for (const [name, text] of Object.entries(refused)) {
  test(`refused with a 400 and logged once, while others are served: ${name}`, async t => {
    const origin = await openOrigin(t, always(ok()))
    const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url })
    const other = await openClient(t, gateway.url)
    other.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await other.sees(/ok$/)
    const answer = await ask(t, gateway.url, text + get('/smuggled'))
    assert.match(answer, /^HTTP\/1.1 400 /)
    assert.equal(answer.match(/HTTP\/1.1/g)!.length, 1)
    assert.equal(origin.requests.length, 1)
    if (name !== 'no Host') assert.equal(gateway.problems().filter(line => line.includes('CUT_BAD_REQUEST')).length, 1)
    other.forget()
    other.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await other.sees(/ok$/)
  })
}

const chunk = (text: string): string => `POST /one HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${text}`
const inner = 'GET /two HTTP/1.1\r\nHost: a\r\n\r\n'

test('what a chunked body holds is never a request of its own', async t => {
  const origin = await openOrigin(t, always(ok()))
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url })
  const client = await openClient(t, gateway.url)
  client.send(chunk(`${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`))
  await client.sees(/ok$/)
  assert.deepEqual(origin.requests.map(({ line, body }) => [line, body]), [['POST /one HTTP/1.1', inner]])
})

for (const [name, text] of Object.entries({
  'a chunk size of letters': 'xyz\r\nhello\r\n0\r\n\r\n',
  'a chunk size that wraps': 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n',
  'a chunk longer than its size': '3\r\nhello\r\n0\r\n\r\n',
  'a chunk ended by LF': '5\r\nhello\n0\r\n\r\n',
  'a signed chunk size': '+5\r\nhello\r\n0\r\n\r\n',
  'a chunk size with 0x': '0x5\r\nhello\r\n0\r\n\r\n'
})) {
  test(`a broken body ends its request at the origin and begins no other: ${name}`, async t => {
    const origin = await openOrigin(t, always(ok()))
    const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url })
    const answer = await ask(t, gateway.url, chunk(text) + inner)
    assert.match(answer, /^(HTTP\/1.1 400 [^]*)?$/)
    assert.equal(origin.requests.length, 0)
    assert.equal(gateway.problems().filter(line => line.includes('CUT_BAD_REQUEST')).length, 1)
  })
}

test('one request of a client is one request at the origin, whatever it looks like', async t => {
  const origin = await openOrigin(t, always(ok()))
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url })
  for (const text of [
    `GET / HTTP/1.1\r\n${body}X-A: %0d%0aGET /two HTTP/1.1\r\n\r\n`,
    `GET /%0d%0aHost:%20b%0d%0a%0d%0aGET%20/two HTTP/1.1\r\n${body}\r\n`,
    `GET / HTTP/1.1\r\n${body}Content-Length: ${inner.length}\r\n\r\n${inner}`,
    `HEAD / HTTP/1.1\r\n${body}Content-Length: ${inner.length}\r\n\r\n${inner}`,
    `GET / HTTP/1.1\r\n${body}Transfer-Encoding: chunked\r\n\r\n${inner.length.toString(16)};x="\r\n${inner}\r\n0\r\n\r\n`,
    `POST / HTTP/1.1\r\n${body}Content-Encoding: chunked\r\nX-Transfer-Encoding: chunked\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
    `GET / HTTP/1.0\r\nConnection: close\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
    `POST / HTTP/1.1\r\nHost: a\r\nConnection: close, content-length, transfer-encoding\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`
  ]) {
    const before = origin.requests.length
    await ask(t, gateway.url, text)
    assert.ok(origin.requests.length - before <= 1, text)
    for (const { line } of origin.requests) assert.doesNotMatch(line, /^GET \/two/)
  }
})

test('CONNECT is not served', async t => {
  const origin = await openOrigin(t, always(ok()))
  const gateway = await openGateway(t, { legacy: origin.url, candidate: origin.url })
  const answer = await ask(t, gateway.url, 'CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n')
  assert.match(answer, /^(HTTP\/1.1 4\d\d [^]*)?$/)
  assert.equal(origin.connections.length, 0)
})
