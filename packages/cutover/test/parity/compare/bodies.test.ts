import assert from 'node:assert/strict'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, it } from 'node:test'
import type { ExchangeResponse } from '../../../src/message/exchange.ts'
import { compareResponses } from '../../../src/parity/compare/compare.ts'
import { redact } from '../../../src/parity/compare/difference.ts'
import { defaultLimits, makePlan } from '../../../src/parity/compare/plan.ts'
import { answer, differences } from './answers.ts'

function coded (body: Buffer, coding: string): ExchangeResponse {
  return answer(body, 'application/json', { headers: [['Content-Encoding', coding]] })
}

const big = Buffer.from(JSON.stringify({ a: 1, pad: 'x'.repeat(2000) }))
const other = Buffer.from(JSON.stringify({ a: 2, pad: 'x'.repeat(2000) }))

describe('compressed bodies', () => {
  const forms = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync } as const
  for (const [coding, compress] of Object.entries(forms)) {
    it(`${coding}: are compared decoded`, () => {
      assert.deepEqual(differences(coded(compress(big), coding), coded(compress(big, coding === 'br' ? {} : { level: 1 }), coding)), [])
      assert.deepEqual(differences(coded(compress(big), coding), coded(compress(other), coding)), ['value /body/a'])
      assert.deepEqual(differences(answer(big), coded(compress(big), coding)), ['encoding /headers/content-encoding'])
      assert.deepEqual(differences(coded(compress(big), coding), coded(big, coding)), ['encoding /body'])
    })
  }

  it('deflate without its zlib head, x-gzip, and two codings', () => {
    assert.deepEqual(differences(coded(deflateSync(big), 'deflate'), coded(deflateRawSync(big), 'deflate')), [])
    assert.deepEqual(differences(coded(gzipSync(big), 'gzip'), coded(gzipSync(big), 'x-gzip')), [])
    assert.deepEqual(differences(coded(brotliCompressSync(gzipSync(big)), 'gzip, br'), coded(brotliCompressSync(gzipSync(other)), 'gzip, br')), ['value /body/a'])
  })

  it('a bomb is not unpacked', () => {
    const bomb = (fill: number) => coded(gzipSync(Buffer.alloc(50_000_000, fill)), 'gzip')
    const plan = makePlan([], { limits: { ...defaultLimits, body: 1_000_000 } })
    const [found] = compareResponses(coded(gzipSync(big), 'gzip'), bomb(0x20), { plan }).differences
    assert.equal(found?.kind, 'encoding')
    assert.match(found?.note ?? '', /the candidate cannot be decoded: decoded, it is larger than 1000000 bytes/)
    assert.deepEqual(differences(bomb(0x20), bomb(0x21), { plan }).length, 1)
  })
})

describe('bodies that are not JSON', () => {
  const rows: ReadonlyArray<readonly [type: string, legacy: string, candidate: string, expected: readonly string[]]> = [
    ['text/plain', 'a\nb\nc\n', 'a\nb\nc\n', []],
    ['text/plain', 'a\nb\nc\n', 'a\nB\nc\n', ['value /body']],
    ['text/html', 'a\r\nb\r\n', 'a\nb\n', ['format /body']],
    ['text/plain', 'a', '', ['missing /body']],
    ['text/plain', '', 'a', ['extra /body']],
    ['text/event-stream', 'event: a\ndata: 1\n\n', ': keep-alive\n\nevent:a\r\ndata:1\r\n\r\n', []],
    ['text/event-stream', 'data: {"n":1}\n\ndata: {"n":2}\n\n', 'data: {"n":1}\n\ndata: {"n":3}\n\n', ['value /body/1/data/n']],
    ['text/event-stream', 'event: a\ndata: x\nid: 1\n\n', 'event: b\ndata: y\n\n', ['value /body/0/event', 'missing /body/0/id', 'value /body/0/data']],
    ['text/event-stream', 'data: a\n\ndata: b\n\n', 'data: a\n\n', ['missing /body/1']],
    ['text/event-stream', 'data: a\n\n', 'data: a\n\ndata: b', ['extra /body/1']],
    ['application/x-www-form-urlencoded', 'a=1&b=2', 'b=2&a=1', []],
    ['application/x-www-form-urlencoded', 'a=1&b=%20', 'a=2&c=+', ['value /body/a', 'missing /body/b', 'extra /body/c']],
    ['application/x-www-form-urlencoded', 'a=1&a=2', 'a=1&a=3', ['value /body/a/1']],
    ['application/x-ndjson', '{"a":1}\n{"a":2}\n', '{"a":1}\n{"a":3}\n{}\n', ['value /body/1/a', 'extra /body/2']],
    ['application/problem+json', '{"status":400}', '{"status":422}', ['value /body/status']],
    ['image/png', 'abc', 'abd', ['value /body']],
    ['image/png', 'abc', 'abcd', ['length /body']],
    ['', '{"a":1}', '{"a":2}', ['value /body/a']],
    ['', 'plain', 'other', ['value /body']]
  ]
  for (const [type, legacy, candidate, expected] of rows) {
    it(`${type || 'no type'}: ${JSON.stringify(legacy)} and ${JSON.stringify(candidate)}: ${expected.join(', ') || 'no difference'}`, () => {
      assert.deepEqual(differences(answer(legacy, type), answer(candidate, type)), expected)
    })
  }

  it('multipart: part by part, whatever the boundary', () => {
    const form = (boundary: string, name: string, json: string) => answer(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\nx\r\n--${boundary}\r\nContent-Type: application/json\r\n\r\n${json}\r\n--${boundary}--\r\n`, `multipart/form-data; boundary=${boundary}`)
    assert.deepEqual(differences(form('one', 'a', '{"n":1}'), form('two', 'a', '{"n":1}')), [])
    assert.deepEqual(differences(form('one', 'a', '{"n":1}'), form('two', 'b', '{"n":2}')), ['header /body/0/headers/content-disposition', 'value /body/1/body/n'])
    assert.deepEqual(differences(form('one', 'a', '{}'), answer('no parts', 'multipart/form-data; boundary=one')), ['format /body'])
  })

  it('text says the line', () => {
    const [found] = compareResponses(answer('one\ntwo\nthree', 'text/plain'), answer('one\ntwo!\nthree', 'text/plain')).differences
    assert.deepEqual([found?.legacy?.text, found?.candidate?.text, found?.note], ['two', 'two!', 'line 2, byte 4 of it'])
  })

  it('a body that was not kept is compared by its hash, and one that nobody saw is never equal', () => {
    const kept = answer('abc', 'image/png')
    const cut = (sha256?: string) => ({ ...answer('', 'image/png'), truncated: { length: 3, ...(sha256 !== undefined && { sha256 }) } })
    const sum = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    assert.deepEqual(differences(kept, cut(sum)), [])
    assert.deepEqual(differences(kept, cut(sum.replace('b', 'c'))), ['value /body'])
    assert.deepEqual(differences(cut(), cut()), ['value /body'])
  })

  it('nothing is compared after HEAD, 204 and 304', () => {
    assert.deepEqual(differences(answer('a'), answer('b'), { method: 'HEAD' }), [])
    assert.deepEqual(differences(answer('a', '', { status: 304 }), answer('b', '', { status: 304 })), [])
  })

  it('values are bounded, and can be taken out', () => {
    const [found] = compareResponses(answer(JSON.stringify('😀'.repeat(5000))), answer(JSON.stringify('😁'.repeat(5000)))).differences
    assert.ok(found!.legacy!.text.length <= 201)
    assert.equal(found!.legacy!.length, 20_002)
    assert.doesNotMatch(found!.legacy!.text, /\p{Surrogate}/u)
    const hidden = redact(found!, ({ pointer }) => pointer === '/body')
    assert.deepEqual([hidden.legacy, hidden.candidate?.text], [{ type: 'string', text: '[redacted]', length: 20_002 }, '[redacted]'])
    assert.equal(redact(found!, () => false), found)
  })
})
