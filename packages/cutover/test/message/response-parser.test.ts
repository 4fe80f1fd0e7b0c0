import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse } from './parse.ts'

const responses: Record<string, { text: string, head?: boolean, close?: boolean }> = {
  length: { text: 'HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX-A: 1\r\nx-a: 2\r\n\r\nhello world' },
  'length 0': { text: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' },
  chunked: { text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;ext="a b"\r\n world\r\n0\r\n\r\n' },
  'chunked with trailers': { text: 'HTTP/1.1 201 Created here\r\nTransfer-Encoding: Chunked\r\nTrailer: X-T\r\n\r\nA\r\n0123456789\r\n000\r\nX-T: yes\r\nX-U:\r\n\r\n' },
  'chunks of CRLF': { text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n\r\n\r\n\r\n2\r\n0\r\r\n0\r\n\r\n' },
  'close-delimited': { text: 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nHTTP/1.1 500 No\r\n\r\n', close: true },
  'HTTP/1.0': { text: 'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok' },
  'informational first': { text: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok' },
  HEAD: { text: 'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n', head: true },
  'HEAD, chunked': { text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', head: true },
  204: { text: 'HTTP/1.1 204 No Content\r\n\r\n' },
  304: { text: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\nETag: "x"\r\n\r\n' },
  'bytes above 127': { text: 'HTTP/1.1 200 \xe9\xff\r\nX-Raw: \x80\xff\tz\r\nContent-Length: 2\r\n\r\n\xc3\x00' },
  'no reason, odd blanks': { text: 'HTTP/1.1 404 \r\nContent-Length:\t 1 \t\r\nX-Empty:\r\n\r\n!' }
}

for (const [name, { text, ...options }] of Object.entries(responses)) {
  test(`a response in pieces is that in one: ${name}`, () => {
    const whole = parse([text], options)
    assert.equal(whole.error, undefined)
    assert.equal(whole.complete, true)
    for (let at = 0; at <= text.length; at++) {
      assert.deepEqual(parse([text.slice(0, at), text.slice(at)], options), whole, `cut at ${at}`)
      for (let to = at; to <= text.length; to += 7) {
        assert.deepEqual(parse([text.slice(0, at), text.slice(at, to), text.slice(to)], options), whole, `cut at ${at} and ${to}`)
      }
    }
    assert.deepEqual(parse([...text], options), whole, 'byte by byte')
  })
}

test('a response cut at random is that in one', () => {
  fc.assert(fc.property(fc.constantFrom(...Object.values(responses)), fc.array(fc.nat(200), { maxLength: 12 }), ({ text, ...options }, cuts) => {
    const at = [0, ...cuts.map(cut => cut % (text.length + 1)).sort((a, b) => a - b), text.length]
    assert.deepEqual(parse(at.slice(1).map((to, i) => text.slice(at[i], to)), options), parse([text], options))
  }), { numRuns: 500 })
})

test('headers are kept as they came: case, order, duplicates, values trimmed of blanks only', () => {
  const { headers } = parse(['HTTP/1.1 200 OK\r\nset-Cookie: a=1\r\nB:  x  y \r\nSet-cookie: a=2\r\nContent-Length: 0\r\n\r\n'])
  assert.deepEqual(headers, ['set-Cookie', 'a=1', 'B', 'x  y', 'Set-cookie', 'a=2', 'Content-Length', '0'])
})

test('two equal Content-Lengths count as one and are handed on as one', () => {
  const { headers, body } = parse(['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: y\r\ncontent-length: 2\r\n\r\nok'])
  assert.deepEqual(headers, ['Content-Length', '2', 'X', 'y'])
  assert.equal(body, 'ok')
})

test('a connection serves again only when the response says so and ends by itself', () => {
  const keepAlive = (text: string): boolean | undefined => parse([text + '\r\n\r\n']).keepAlive
  assert.equal(keepAlive('HTTP/1.1 200 OK\r\nContent-Length: 0'), true)
  assert.equal(keepAlive('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Close'), false)
  assert.equal(keepAlive('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\nConnection: x, close'), false)
  assert.equal(keepAlive('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: closed'), true)
  assert.equal(keepAlive('HTTP/1.1 200 OK'), false)
  assert.equal(keepAlive('HTTP/1.0 200 OK\r\nContent-Length: 0'), false)
  assert.equal(keepAlive('HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive'), true)
  assert.equal(keepAlive('HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive, close'), false)
})
