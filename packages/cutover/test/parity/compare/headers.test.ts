import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Field } from '../../../src/message/exchange.ts'
import { compareResponses } from '../../../src/parity/compare/compare.ts'
import { answer, differences } from './answers.ts'

function headerDifferences (legacy: readonly Field[], candidate: readonly Field[]): string[] {
  return differences(answer('', '', { headers: legacy }), answer('', '', { headers: candidate }))
}

const now = 'Wed, 01 May 2024 10:00:00 GMT'
const later = 'Wed, 01 May 2024 10:00:03 GMT'

const rows: ReadonlyArray<readonly [name: string, legacy: string, candidate: string, expected: readonly string[]]> = [
  ['X-Any', 'a', 'A', ['header /headers/x-any']],
  ['Vary', 'Origin, Accept-Encoding', 'accept-encoding,origin', []],
  ['Vary', 'Origin, Accept-Encoding', 'Accept-Encoding', ['header /headers/vary']],
  ['Allow', 'GET, HEAD, POST', 'POST, GET, HEAD', []],
  ['Allow', 'GET', 'get', ['header /headers/allow']],
  ['Access-Control-Allow-Methods', 'GET,POST', 'POST, GET', []],
  ['Access-Control-Allow-Headers', 'X-A, x-b', 'X-B,x-a', []],
  ['Access-Control-Allow-Origin', 'https://a.test', '*', ['header /headers/access-control-allow-origin']],
  ['Cache-Control', 'public, max-age=60', 'Max-Age="60",public', []],
  ['Cache-Control', 'public, max-age=60', 'public, max-age=61', ['header /headers/cache-control/max-age']],
  ['Cache-Control', 'private, max-age=60', 'max-age=60, no-store', ['missing /headers/cache-control/private', 'extra /headers/cache-control/no-store']],
  ['Strict-Transport-Security', 'max-age=1; includeSubDomains', 'includesubdomains;max-age=1', []],
  ['Strict-Transport-Security', 'max-age=1; includeSubDomains', 'max-age=1', ['missing /headers/strict-transport-security/includesubdomains']],
  ['Content-Security-Policy', "default-src 'self'; img-src a.test b.test", "img-src b.test a.test;default-src 'self'", []],
  ['Content-Security-Policy', "default-src 'self'", "default-src 'none'", ['header /headers/content-security-policy/default-src']],
  ['X-Frame-Options', 'DENY', 'SAMEORIGIN', ['header /headers/x-frame-options']],
  ['Link', '</a,b>; rel="next, last", </c>; rel=prev', '</c>; rel=prev, </a,b>; rel="next, last"', []],
  ['Content-Type', 'text/html; charset=utf-8', 'Text/HTML;charset="UTF-8"', []],
  ['Content-Type', 'text/html; charset=utf-8', 'text/html', ['header /headers/content-type']],
  ['Content-Type', 'multipart/mixed; boundary=a', 'multipart/mixed; boundary=b', []],
  ['Content-Disposition', 'attachment; filename="a.csv"', 'attachment; filename=a.csv', []],
  ['Content-Disposition', 'attachment; filename="a.csv"', 'attachment; filename="A.csv"', ['header /headers/content-disposition']],
  ['Date', now, later, []],
  ['Date', now, '2024-05-01T10:00:00Z', ['format /headers/date']],
  ['Last-Modified', now, later, ['header /headers/last-modified']],
  ['Last-Modified', now, 'Wednesday, 01-May-24 10:00:00 GMT', ['format /headers/last-modified']],
  ['Expires', '0', '-1', []],
  ['Expires', '0', now, ['format /headers/expires']],
  ['Age', '1', '20', []],
  ['Age', '1', 'old', ['format /headers/age']],
  ['ETag', '"a"', 'W/"a"', ['header /headers/etag']],
  ['Content-Encoding', 'gzip', 'br', ['encoding /headers/content-encoding']],
  ['Content-Length', '5', '6', []],
  ['Connection', 'keep-alive', 'close', []],
  ['Keep-Alive', 'timeout=5', 'timeout=72', []],
  ['Transfer-Encoding', 'chunked', 'gzip, chunked', []]
]

describe('headers', () => {
  for (const [name, legacy, candidate, expected] of rows) {
    it(`${name}: ${legacy} and ${candidate}: ${expected.join(', ') || 'no difference'}`, () => {
      assert.deepEqual(headerDifferences([[name, legacy]], [[name.toLowerCase(), candidate]]), expected)
      assert.deepEqual(headerDifferences([[name, legacy]], [[name.toUpperCase(), legacy]]), [])
    })
  }

  it('are missing or extra', () => {
    assert.deepEqual(headerDifferences([['X-A', '1']], [['X-B', '1']]), ['missing /headers/x-a', 'extra /headers/x-b'])
  })

  it('that Connection names are left out', () => {
    assert.deepEqual(headerDifferences([['Connection', 'X-Hop'], ['X-Hop', '1']], []), [])
  })

  it('given in several lines are one list, in whatever lines', () => {
    assert.deepEqual(headerDifferences([['Vary', 'A'], ['Vary', 'B']], [['Vary', 'B, A']]), [])
    assert.deepEqual(headerDifferences([['X-A', '1'], ['X-A', '2']], [['X-A', '1']]), ['header /headers/x-a'])
  })

  it('Expires is measured from the answer\'s own Date, and the count says so', () => {
    const hour = (minute: string): Field => ['Expires', `Wed, 01 May 2024 11:${minute} GMT`]
    const same = compareResponses(answer('', '', { headers: [['Date', now], hour('00:00')] }), answer('', '', { headers: [['Date', later], hour('00:03')] }))
    assert.equal(same.total, 0)
    assert.deepEqual(same.leftOut.map(({ reason }) => reason), ['the same distance from Date'])
    assert.deepEqual(headerDifferences([['Date', now], hour('00:00')], [['Date', later], hour('01:00')]), ['header /headers/expires'])
  })

  it('Content-Length counts where no bodies are compared', () => {
    const head = (length: string) => answer('', '', { headers: [['Content-Length', length]] })
    assert.deepEqual(differences(head('5'), head('6'), { method: 'HEAD' }), ['length /headers/content-length'])
  })

  it('the status is a difference of its own', () => {
    assert.deepEqual(differences(answer('{}', 'application/json', { status: 400 }), answer('{}', 'application/json', { status: 422 })), ['status /status'])
  })

  it('trailers are compared too', () => {
    const base = answer('x', 'text/plain')
    assert.deepEqual(differences({ ...base, trailers: [['X-Sum', '1']] }, { ...base, trailers: [['X-Sum', '2']] }), ['header /trailers/x-sum'])
    assert.deepEqual(differences({ ...base, trailers: [['X-Sum', '1']] }, base), ['missing /trailers/x-sum'])
  })
})

describe('cookies', () => {
  const cookie = (text: string): Field => ['Set-Cookie', text]
  const cookieRows: ReadonlyArray<readonly [legacy: readonly string[], candidate: readonly string[], expected: readonly string[]]> = [
    [['a=1; Path=/; HttpOnly; Secure; SameSite=Lax'], ['a=1; samesite=lax; secure; httponly; path=/'], []],
    [['a=1', 'b=2'], ['b=2', 'a=1'], []],
    [['a=1'], ['a=2'], ['value /headers/set-cookie/a']],
    [['a=1'], ['A=1'], ['missing /headers/set-cookie/a', 'extra /headers/set-cookie/A']],
    [['a=1'], [], ['missing /headers/set-cookie/a']],
    [[], ['a=1'], ['extra /headers/set-cookie/a']],
    [['a=1; HttpOnly'], ['a=1'], ['cookie attribute /headers/set-cookie/a/httponly']],
    [['a=1; Secure'], ['a=1'], ['cookie attribute /headers/set-cookie/a/secure']],
    [['a=1'], ['a=1; SameSite=Strict'], ['cookie attribute /headers/set-cookie/a/samesite']],
    [['a=1; SameSite=Lax'], ['a=1; SameSite=None'], ['cookie attribute /headers/set-cookie/a/samesite']],
    [['a=1; Path=/'], ['a=1; Path=/api'], ['cookie attribute /headers/set-cookie/a/path']],
    [['a=1; Domain=.x.test'], ['a=1; Domain=X.test'], []],
    [['a=1; Domain=x.test'], ['a=1; Domain=y.test'], ['cookie attribute /headers/set-cookie/a/domain']],
    [['a=1; Max-Age=60'], ['a=1; Max-Age=3600'], ['cookie attribute /headers/set-cookie/a/max-age']],
    [['a=; Max-Age=0'], ['a=; Max-Age=-1'], []],
    [['a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], ['a=1; Expires=Wed, 01 Jan 1975 00:00:00 GMT'], []],
    [['a=1; Expires=Wed, 01 May 2024 11:00:00 GMT'], ['a=1; Expires=Wed, 01 May 2024 11:00:02 GMT'], []],
    [['a=1; Expires=Wed, 01 May 2024 11:00:00 GMT'], ['a=1; Expires=Wed, 01 May 2024 12:00:00 GMT'], ['cookie attribute /headers/set-cookie/a/expires']],
    [['__proto__=1'], ['__proto__=2'], ['value /headers/set-cookie/__proto__']]
  ]
  for (const [legacy, candidate, expected] of cookieRows) {
    it(`${legacy.join(' and ') || 'none'} against ${candidate.join(' and ') || 'none'}: ${expected.join(', ') || 'no difference'}`, () => {
      assert.deepEqual(headerDifferences([['Date', now], ...legacy.map(cookie)], [['Date', now], ...candidate.map(cookie)]), expected)
    })
  }
})
