import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toHurl } from '../../src/message/hurl.ts'
import { exchange, sample } from './exchanges.ts'

/** Reads a Hurl string without templates, by the grammar: a `{{`, `#`, backtick or control that is no escape is an error. */
function unescape (text: string): string {
  assert.doesNotMatch(text.replace(/\\u\{[0-9a-f]{1,6}\}/g, ''), /\{\{|[\\#`]|[^\x20-\u02ff]/)
  return text.replace(/\\u\{([0-9a-f]{1,6})\}/g, (_all, hex: string) => String.fromCodePoint(parseInt(hex, 16)))
}

test('an entry holds the request that was meant, and no templates', () => {
  fc.assert(fc.property(exchange, ({ request, response }) => {
    const { truncated: _, ...whole } = request
    const lines = toHurl(whole, response.status, { secrets: true, origin: 'http://a.test' }).split('\n')
    assert.equal(lines.pop(), '')
    assert.equal(lines.pop(), `HTTP ${response.status}`)
    const [first, ...rest] = lines
    assert.match(first!, /^[!-~]+ http:\/\/a\.test\/[!$-;=?-[\]_a-z~]*$/)
    assert.equal(decodeURI(first!.replace(/%(?![0-9A-F]{2})/g, '%25')).length > 0, true)
    if (whole.body.length > 0) {
      const last = rest.pop()!
      const bytes = last.startsWith('base64,') ? Buffer.from(last.slice(7, -1), 'base64') : Buffer.from(unescape(last.slice(1, -1)))
      assert.deepEqual(bytes, whole.body)
    }
    const kept = whole.headers.filter(([name]) => !/^(te|host|content-length)$/i.test(name))
    assert.deepEqual(rest.map(line => {
      const value = unescape(line.slice(line.indexOf(': ') + 2))
      return [line.slice(0, line.indexOf(':')), value]
    }), kept.map(([name, value]) => {
      const utf8 = Buffer.from(value, 'latin1').toString()
      return [name, Buffer.from(utf8).toString('latin1') === value ? utf8 : value]
    }))
  }))
})

test('an entry reads as one would write it', () => {
  const { request } = sample({ method: 'POST', target: '/a?x={{y}}', headers: [['Host', 'a.test:3000'], ['Content-Type', 'application/json'], ['X', 'a # {{b}} \\']], body: Buffer.from('{"a":{"b":"`#"}}\n') })
  assert.equal(toHurl(request, 201), `POST http://a.test:3000/a?x=%7B%7By%7D%7D
Host: a.test:3000
Content-Type: application/json
X: a \\u{23} \\u{7b}{b\\u{7d}} \\u{5c}
\`{"a":{"b":"\\u{60}\\u{23}"\\u{7d}}\\u{a}\`
HTTP 201
`)
})

test('no second header, no secret', () => {
  assert.throws(() => toHurl(sample({ headers: [['X', 'a\nHTTP 200']] }).request), { code: 'CUT_EXCHANGE_UNWRITABLE' })
  assert.throws(() => toHurl(sample({ target: '/\nX: y' }).request), { code: 'CUT_EXCHANGE_UNWRITABLE' })
  const { request } = sample({ headers: [['Cookie', 'a=planted-secret']] })
  assert.doesNotMatch(toHurl(request), /planted/)
  assert.match(toHurl(request, 200, { secrets: true }), /planted/)
})
