import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from './parse.ts'

const head = 'HTTP/1.1 200 OK\r\n'
const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n`

const refused: Record<string, readonly [text: string, rule: RegExp, options?: { head?: boolean, close?: boolean }]> = {
  'Content-Length with Transfer-Encoding': [`${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, /both/],
  'Transfer-Encoding with Content-Length': [`${head}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`, /both/],
  'both, to a HEAD': [`${head}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n`, /both/, { head: true }],
  'two Content-Lengths': [`${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc`, /two/],
  'equal but differently written Content-Lengths': [`${head}Content-Length: 2\r\nContent-Length: 02\r\n\r\nab`, /two/],
  'a list of Content-Lengths': [`${head}Content-Length: 2, 2\r\n\r\nab`, /number/],
  'an empty Content-Length': [`${head}Content-Length:\r\n\r\n`, /number/],
  'a negative Content-Length': [`${head}Content-Length: -1\r\n\r\n`, /number/],
  'a signed Content-Length': [`${head}Content-Length: +1\r\n\r\na`, /number/],
  'a hexadecimal Content-Length': [`${head}Content-Length: 0x1\r\n\r\na`, /number/],
  'a broken Content-Length': [`${head}Content-Length: 1.0\r\n\r\na`, /number/],
  'a Content-Length beyond numbers': [`${head}Content-Length: 9999999999999999\r\n\r\na`, /number/],
  'a Content-Length of other digits': [`${head}Content-Length: \xb2\r\n\r\nab`, /number/],
  gzip: [`${head}Transfer-Encoding: gzip\r\n\r\n`, /Transfer-Encoding/],
  'gzip, chunked': [`${head}Transfer-Encoding: gzip, chunked\r\n\r\n`, /Transfer-Encoding/],
  'chunked, then identity': [`${head}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n`, /Transfer-Encoding/],
  'identity, then chunked': [`${head}Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n`, /Transfer-Encoding/],
  'chunked twice': [`${head}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`, /Transfer-Encoding/],
  'chunked in quotes': [`${head}Transfer-Encoding: "chunked"\r\n\r\n`, /Transfer-Encoding/],
  'chunked after a vertical tab': [`${head}Transfer-Encoding: \vchunked\r\n\r\n`, /control character/],
  'chunked from HTTP/1.0': ['HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', /Transfer-Encoding/],
  'a folded header': [`${head}X-A: 1\r\n 2\r\nContent-Length: 0\r\n\r\n`, /colon|token/],
  'a folded header with a colon': [`${head}X-A: 1\r\n Content-Length: 2\r\n\r\nab`, /token/],
  'a folded first header': [`${head} X-A: 1\r\nContent-Length: 0\r\n\r\n`, /token/],
  'a bare CR in a value': [`${head}X-A: 1\rContent-Length: 9\r\nContent-Length: 0\r\n\r\n`, /control character/],
  'a bare LF in a value': [`${head}X-A: 1\nContent-Length: 9\r\nContent-Length: 0\r\n\r\n`, /control character/],
  'a bare LF after the status line': ['HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n', /HTTP/],
  'a CR in the reason': ['HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n', /HTTP|reason/],
  'a NUL in a value': [`${head}X-A: a\0b\r\nContent-Length: 0\r\n\r\n`, /control character/],
  'a NUL in a name': [`${head}X\0A: a\r\nContent-Length: 0\r\n\r\n`, /token/],
  'a DEL in a value': [`${head}X-A: a\x7f\r\nContent-Length: 0\r\n\r\n`, /control character/],
  'a NUL in the reason': ['HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n', /reason/],
  'a blank before the colon': [`${head}Content-Length : 0\r\n\r\n`, /token/],
  'a tab before the colon': [`${head}Content-Length\t: 0\r\n\r\n`, /token/],
  'a name of nothing': [`${head}: 0\r\n\r\n`, /token/],
  'a name beyond ASCII': [`${head}X-\xe9: 0\r\n\r\n`, /token/],
  'a line without a colon': [`${head}Content-Length\r\n\r\n`, /colon/],
  'another protocol': ['ICY 200 OK\r\n\r\n', /HTTP/],
  'HTTP/2 in text': ['HTTP/2 200 OK\r\n\r\n', /HTTP/],
  'HTTP/1.2': ['HTTP/1.2 200 OK\r\n\r\n', /HTTP/],
  'a small http': ['http/1.1 200 OK\r\n\r\n', /HTTP/],
  'a blank line first': ['\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', /HTTP/],
  'a blank first': [' HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', /HTTP/],
  'two blanks before the status': ['HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n', /HTTP/],
  'a status of two digits': ['HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n', /HTTP/],
  'a status of four digits': ['HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n', /HTTP/],
  'a status below 100': ['HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n', /HTTP/],
  'a TLS alert': ['\x15\x03\x03\x00\x02\x02\x46', /HTTP/],
  'a 101 that nobody asked for': ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', /asked/],
  'an empty chunk size': [`${chunked}\r\nhello\r\n0\r\n\r\n`, /chunk/],
  'a chunk size of letters': [`${chunked}xyz\r\nhello\r\n0\r\n\r\n`, /chunk/],
  'a chunk size with 0x': [`${chunked}0x5\r\nhello\r\n0\r\n\r\n`, /chunk/],
  'a negative chunk size': [`${chunked}-5\r\nhello\r\n0\r\n\r\n`, /chunk/],
  'a signed chunk size': [`${chunked}+5\r\nhello\r\n0\r\n\r\n`, /chunk/],
  'a blank before a chunk size': [`${chunked} 5\r\nhello\r\n0\r\n\r\n`, /chunk/],
  'a chunk size beyond numbers': [`${chunked}10000000000000005\r\nhello\r\n0\r\n\r\n`, /chunk/],
  'a chunk size that would wrap at 64 bits': [`${chunked}ffffffffffffffff\r\nhello\r\n0\r\n\r\n`, /chunk/],
  'a second size in a line': [`${chunked}5 5\r\nhello\r\n0\r\n\r\n`, /chunk/],
  'a chunk extension with LF': [`${chunked}5;a\nb\r\nhello\r\n0\r\n\r\n`, /chunk/],
  'a chunk extension with CR': [`${chunked}5;a\rb\r\nhello\r\n0\r\n\r\n`, /chunk/],
  'a chunk size ended by LF': [`${chunked}5\nhello\r\n0\r\n\r\n`, /chunk/],
  'a chunk that is longer than its size': [`${chunked}4\r\nhello\r\n0\r\n\r\n`, /chunk/],
  'a chunk ended by LF': [`${chunked}5\r\nhello\n0\r\n\r\n`, /chunk/],
  'a chunk size line that never ends': [chunked + '0'.repeat(5_000), /chunk/],
  'an endless chunk extension': [`${chunked}5;${'a'.repeat(5_000)}\r\nhello\r\n0\r\n\r\n`, /chunk/],
  'a trailer without a colon': [`${chunked}0\r\nX\r\n\r\n`, /colon/],
  'a folded trailer': [`${chunked}0\r\nX: 1\r\n 2\r\n\r\n`, /colon|token/],
  'endless trailers': [`${chunked}0\r\n${'X: y\r\n'.repeat(12_000)}`, /too large/],
  'a head that never ends': [head + 'X: y\r\n'.repeat(12_000), /too large/],
  'a head that is too large': [`${head}X: ${'y'.repeat(70_000)}\r\nContent-Length: 0\r\n\r\n`, /too large/]
}

for (const [name, [text, rule, options]] of Object.entries(refused)) {
  test(`refused, in one piece and byte by byte: ${name}`, () => {
    assert.match(parse([text], options).error ?? 'nothing', rule)
    assert.match(parse([...text], options).error ?? 'nothing', rule)
  })
}

const incomplete: Record<string, string> = {
  nothing: '',
  'half a status line': 'HTTP/1.1 20',
  'half a head': `${head}Content-Length: 0\r\n`,
  'only informational answers': 'HTTP/1.1 103 Early Hints\r\n\r\n',
  'a body that is too short': `${head}Content-Length: 5\r\n\r\nhell`,
  'no body at all': `${head}Content-Length: 5\r\n\r\n`,
  'no chunk': chunked,
  'half a chunk size': `${chunked}1`,
  'half a chunk': `${chunked}5\r\nhel`,
  'no CRLF after a chunk': `${chunked}5\r\nhello`,
  'no last chunk': `${chunked}5\r\nhello\r\n`,
  'no CRLF after the last chunk': `${chunked}5\r\nhello\r\n0\r\n`,
  'half a CRLF after the last chunk': `${chunked}5\r\nhello\r\n0\r\n\r`,
  'no empty line after trailers': `${chunked}0\r\nX: y\r\n`
}

for (const [name, text] of Object.entries(incomplete)) {
  test(`a close is a cut, not an end: ${name}`, () => {
    assert.match(parse([text], { close: true }).error ?? 'nothing', /closed before/)
    assert.equal(parse([text], { close: true }).complete, false)
  })
}

const next = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison'
const ended: Record<string, readonly [text: string, options?: { head?: boolean }]> = {
  'Content-Length': [`${head}Content-Length: 2\r\n\r\nok`],
  'no body': [`${head}Content-Length: 0\r\n\r\n`],
  chunked: [`${chunked}2\r\nok\r\n0\r\n\r\n`],
  'chunked with trailers': [`${chunked}2\r\nok\r\n0\r\nX: y\r\n\r\n`],
  'HEAD with the body that it must not have': [`${head}Content-Length: 6\r\n\r\n`, { head: true }],
  'HEAD, chunked': [chunked, { head: true }],
  204: ['HTTP/1.1 204 No Content\r\nContent-Length: 6\r\n\r\n'],
  '204, chunked': ['HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n'],
  304: ['HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\n']
}

for (const [name, [text, options]] of Object.entries(ended)) {
  test(`bytes after the end are an error, never an answer: ${name}`, () => {
    assert.equal(parse([text], options).complete, true)
    for (const more of [next, 'x', '\r\n', '0\r\n\r\n']) {
      for (const pieces of [[text + more], [text, more], [...text + more]]) {
        const { error, complete, body } = parse(pieces, options)
        assert.match(error ?? 'nothing', /after the end/)
        assert.equal(complete, true)
        assert.match(body, /^(ok)?$/)
      }
    }
  })
}

test('a head of just the limit is read', () => {
  const start = `${head}Content-Length: 0\r\nX: `
  const text = start + 'y'.repeat(65_536 - start.length)
  assert.equal(parse([text + '\r\n\r\n']).error, undefined)
  assert.match(parse([text + 'y\r\n\r\n']).error ?? '', /too large/)
})
