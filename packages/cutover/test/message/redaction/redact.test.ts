import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { Exchange, Field } from '../../../src/message/exchange.ts'
import { exchangeLine } from '../../../src/message/recording/format.ts'
import { createRedactor } from '../../../src/message/redaction/redact.ts'
import type { RedactionRules } from '../../../src/message/redaction/rules.ts'
import { exchange, sample } from '../exchanges.ts'

const SECRET = 'pl4nted+S3cret/"ü \\& 1'
const encoded = encodeURIComponent(SECRET)
const base64 = Buffer.from(SECRET).toString('base64')
const TAG = /redacted-[0-9a-f]{16}/

/** Fails when a piece of the secret can be found in what is written, in any way of writing it. */
function assertGone (each: Exchange, rules: RedactionRules = {}): Exchange {
  const redacted = createRedactor(rules).redact(each)
  const line = exchangeLine(redacted)
  const texts = [line, redacted.request.body.toString('latin1'), redacted.response.body.toString('latin1')]
  for (const body of [redacted.request.body, redacted.response.body]) {
    try { texts.push(gunzipSync(body).toString()) } catch { /* not compressed */ }
  }
  for (const text of texts) {
    for (const piece of ['pl4nted', 'S3cret', base64.slice(0, 12), base64.replaceAll('+', '-').replaceAll('/', '_').slice(0, 12),
      Buffer.from(SECRET).toString('hex').slice(0, 12), Buffer.from('pl4nted').toString('base64').slice(0, 8)]) {
      assert.ok(!text.includes(piece), `${piece} survives in ${text}`)
    }
  }
  assert.match(line + texts.join(''), TAG)
  return redacted
}

const typed = (type: string, body: string | Buffer, more: Field[] = []): Exchange =>
  sample({ method: 'POST', headers: [['Content-Type', type], ...more], body: Buffer.from(body as string) })

test('secrets in headers go, whatever the case of their names', () => {
  for (const name of ['authorization', 'Proxy-Authorization', 'X-API-KEY', 'x-auth-token', 'X-CSRF-Token', 'x-amz-security-token', 'X-Cutover-Backend', 'X-Client-Secret']) {
    assertGone(sample({ headers: [[name, SECRET]] }))
    assertGone(sample({}, { headers: [[name, SECRET]] }))
    assertGone(sample({}, { trailers: [[name, SECRET]] }))
  }
  assertGone(sample({ headers: [['x-shoe', SECRET]] }), { headers: ['X-Shoe'] })
})

test('the scheme of Authorization stays, its credentials go', () => {
  const basic = Buffer.from(`user:${SECRET}`).toString('base64')
  for (const value of [`Bearer ${SECRET}`, `Basic ${basic}`, `Digest username="x", response="${SECRET}"`]) {
    const redacted = assertGone(sample({ headers: [['Authorization', value]] }))
    assert.match(redacted.request.headers[0]![1], new RegExp(`^${value.split(' ')[0]} redacted-[0-9a-f]{16}$`))
  }
  assertGone(sample({ headers: [['Authorization', `Basic ${basic}`]] }, { body: Buffer.from(`{"echo":${JSON.stringify(SECRET)}}`) }))
})

test('cookie values go, their names and attributes stay', () => {
  const redacted = assertGone(sample({ headers: [['Cookie', `a=${encoded}; b="${encoded}"; c`]] },
    { headers: [['Set-Cookie', `a=${encoded}; Path=/; HttpOnly; Max-Age=60`], ['set-cookie', 'empty=; Path=/']] }))
  const [sent] = redacted.request.headers
  const tag = TAG.exec(sent![1])![0]
  assert.match(sent![1], new RegExp(`^a=${tag}; b="${tag}"; redacted-[0-9a-f]{16}$`))
  assert.deepEqual(redacted.response.headers.map(([, value]) => value), [`a=${tag}; Path=/; HttpOnly; Max-Age=60`, 'empty=; Path=/'])
})

test('query parameters go by name, in URLs of headers too', () => {
  const redacted = assertGone(sample({ target: `/a?x=1&access_token=${encoded}&user%5Bpass%77ord%5D=${encoded}&y=` }))
  assert.match(redacted.request.target, /^\/a\?x=1&access_token=redacted-\w{16}&user%5Bpass%77ord%5D=redacted-\w{16}&y=$/)
  assertGone(sample({ headers: [['Referer', `https://a.test/x?token=${encoded}#f`]] }))
  assertGone(sample({}, { headers: [['Location', `/x#access_token=${encoded}&state=1`]] }))
  assertGone(sample({}, { headers: [['Link', `<https://a.test/x?apiKey=${encoded}&p=2>; rel="next"`]] }))
  assertGone(sample({ headers: [['X-Upstream', `https://user:${encoded}@a.test/`]] }))
  assertGone(sample({ target: `/a?where=${encoded}` }), { query: ['where'] })
})

test('JSON members go by name at any depth, and nothing else in the text changes', () => {
  const text = `{ "b":1.0, "user" : {"pass\\u0077ord":${JSON.stringify(SECRET)}, "refresh-token":[{"x":${JSON.stringify(SECRET)}}]},"big":12345678901234567890,"b":2,"pin":  1234 ,"csrf":null}`
  const redacted = assertGone(typed('application/problem+json; charset=utf-8', text))
  const out = redacted.request.body.toString()
  assert.match(out, /^{ "b":1\.0, "user" : {"pass\\u0077ord":"redacted-\w{16}", "refresh-token":\[{"x":"redacted-\w{16}"}\]},"big":12345678901234567890,"b":2,"pin": {2}"redacted-\w{16}" ,"csrf":null}$/)
})

test('JSON members go by pointer', () => {
  const text = JSON.stringify({ users: [{ mail: SECRET }, { mail: SECRET }], deep: { er: { note: SECRET } }, kept: 'x' })
  const redacted = assertGone(typed('application/json', text), { json: ['/users/*/mail', '/**/note'] })
  assert.match(redacted.request.body.toString(), /"kept":"x"/)
  const one = createRedactor({ json: ['/users/0/mail'] }).redact(typed('application/json', '{"users":[{"mail":"ab"},{"mail":"cd"}]}'))
  assert.match(one.request.body.toString(), /^{"users":\[{"mail":"redacted-\w{16}"},{"mail":"cd"}\]}$/)
})

test('JSON inside a JSON string is looked into', () => {
  assertGone(typed('application/json', JSON.stringify({ event: JSON.stringify({ password: SECRET }) })))
  assertGone(typed('application/json', JSON.stringify({ next: `https://a.test/?token=${encoded}` })))
})

test('form and multipart fields go', () => {
  const form = assertGone(typed('application/x-www-form-urlencoded', `a=1&password=${encoded.replaceAll('%20', '+')}&b=2`))
  assert.match(form.request.body.toString(), /^a=1&password=redacted-\w{16}&b=2$/)
  assertGone(typed('application/x-www-form-urlencoded', `user%5Bpass%77ord%5D=${encoded}`))
  const parts = (type: string, name: string): Buffer => Buffer.concat([Buffer.from(
    `--b1\r\nContent-Disposition: form-data; name="${name}"\r\n${type}\r\n${SECRET}\r\n--b1\r\nContent-Disposition: form-data; name="file"; filename="x.bin"\r\n\r\n`),
  Buffer.from([0, 255, 1]), Buffer.from('\r\n--b1--\r\n')])
  const multipart = assertGone(typed('multipart/form-data; boundary="b1"', parts('', 'user[password]')))
  assert.ok(multipart.request.body.includes(Buffer.from([0, 255, 1])))
  assertGone(typed('multipart/form-data; boundary=b1', parts('Content-Type: application/json\r\n', 'token')))
})

test('XML, HTML and event streams are searched for named values', () => {
  const xml = SECRET.replaceAll('&', '&amp;')
  assertGone(typed('application/xml', `<a><ns:Password type="x">${xml}</ns:Password></a>`))
  assertGone(typed('text/html', '<form><input type=hidden value=\'pl4nted S3cret\' name="csrf_token"><input name=q value="kept"></form>'))
  assertGone(typed('text/html', '<meta name="csrf-token" content="pl4nted S3cret">'))
  assertGone(typed('text/event-stream', `data: {"token":${JSON.stringify(SECRET)}}\n\nevent: x\n`))
  assertGone(typed('text/event-stream', `data: {"token":{"x":${JSON.stringify(SECRET)}}}\r\n`))
  assertGone(typed('application/x-ndjson', `{"a":1}\n{"token":[${JSON.stringify(SECRET)}]}\n`))
  assertGone(typed('text/plain', `x {"password": ${JSON.stringify(SECRET)}, oh`))
  assertGone(typed('text/plain', `log {\\"password\\": \\"${encoded}\\"}`))
})

test('copies of a secret elsewhere in the exchange go too', () => {
  const login = { headers: [['Authorization', `Bearer ${SECRET}`]] as Field[] }
  for (const copy of [SECRET, encoded, base64, Buffer.from(`a:${SECRET}`).toString('base64url'), Buffer.from(`ab:${SECRET}!`).toString('base64'), Buffer.from(SECRET).toString('hex')]) {
    const { response } = assertGone(sample(login, { headers: [['Content-Type', 'text/plain'], ['X-Echo', Buffer.from(copy).toString('latin1')]], body: Buffer.from(`you sent ${copy}.`) }))
    for (const text of [response.body.toString(), response.headers[1]![1]]) assert.ok(!text.includes(copy.slice(5, 17)), copy)
    assertGone(sample({ ...login, target: `/reset/${encodeURIComponent(copy)}` }))
    assertGone(sample(login, { headers: [['Content-Type', 'image/png']], body: Buffer.concat([Buffer.from([0xff, 0]), Buffer.from(copy)]) }))
  }
  assertGone({ ...sample(login), session: SECRET })
})

test('a compressed body is redacted inside its coding', () => {
  const text = JSON.stringify({ password: SECRET })
  for (const [coding, compress] of [['gzip', gzipSync], ['br', brotliCompressSync], ['deflate', deflateRawSync]] as const) {
    const redacted = createRedactor().redact(typed('application/json', compress(text), [['Content-Encoding', coding]]))
    assert.notDeepEqual(redacted.request.body, compress(text), coding)
    assert.equal(redacted.request.truncated, undefined)
  }
  assertGone(typed('application/json', gzipSync(text), [['content-encoding', 'gzip']]))
})

test('a body that cannot be read but may hold a secret is not kept', () => {
  const held: Array<[string, Buffer, Field[]?]> = [
    ['application/json', Buffer.from(`{"password": ${JSON.stringify(SECRET)}, oh`)],
    ['application/json', Buffer.from(`{"password": "${SECRET}"}`, 'utf16le')],
    ['multipart/form-data; boundary=other', Buffer.from(`--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n${SECRET}\r\n--b--\r\n`)],
    ['application/json', gzipSync('{}').subarray(0, 12), [['Content-Encoding', 'gzip']]],
    ['application/json', Buffer.from('{}'), [['Content-Encoding', 'zstd']]],
    ['application/msgpack', Buffer.from(`\x82\xa8password\xa7${SECRET}`, 'latin1')]
  ]
  for (const [type, body, more] of held) {
    const { request } = createRedactor().redact(typed(type, body, more))
    assert.equal(request.body.length, 0)
    assert.equal(request.truncated?.length, body.length)
    assert.equal(request.truncated?.keyed, true)
  }
})

test('digests that would let a body be guessed are keyed', () => {
  const truncated = { length: 3, sha256: 'a'.repeat(64) }
  const of = (type: string): Exchange => createRedactor().redact(sample({}, { headers: [['content-type', type]], body: Buffer.alloc(0), truncated }))
  assert.deepEqual(of('image/png').response.truncated, truncated)
  const keyed = of('application/json').response.truncated!
  assert.notEqual(keyed.sha256, truncated.sha256)
  assert.equal(keyed.keyed, true)
  const etag = createRedactor().redact(sample({}, { headers: [['ETag', '"abc"'], ['Content-MD5', 'def']], body: Buffer.from('{"pin":1234}') }))
  for (const [, value] of etag.response.headers) assert.match(value, /^redacted-/)
})

test('equal secrets have equal tags in one recording and others in another', () => {
  const each = sample({ headers: [['Authorization', 'Bearer abc']], target: '/?token=abc' }, { body: Buffer.from('{"token":"abc","secret":"abd"}') })
  const redactor = createRedactor()
  const [one, two] = [redactor.redact(each), createRedactor().redact(each)]
  const tag = TAG.exec(one.request.target)![0]
  assert.equal(one.request.headers[0]![1], `Bearer ${tag}`)
  assert.match(one.response.body.toString(), new RegExp(`"token":"${tag}"`))
  assert.doesNotMatch(one.response.body.toString(), new RegExp(`"secret":"${tag}"`))
  assert.deepEqual(redactor.redact(each), one)
  assert.notEqual(TAG.exec(two.request.target)![0], tag)
})

test('redacting twice changes nothing more', () => {
  const each = sample({ headers: [['Cookie', 'a=b'], ['Authorization', `Basic ${base64}`]] }, { body: Buffer.from('{"token":"abc"}') })
  const once = createRedactor().redact(each)
  assert.deepEqual(createRedactor().redact(once), once)
})

test('what is no secret stays byte for byte', () => {
  const plain = sample({ target: '/a?monkey=1&page=2', headers: [['Accept', '*/*'], ['X-Request-Id', 'a+b']], body: Buffer.from('prompt_tokens=5&author=me') },
    { headers: [['ETag', '"x"'], ['content-type', 'application/json']], body: Buffer.from('{"tokens":5,"passengers":["x"],"message":"Invalid token: expired"}') })
  assert.deepEqual(createRedactor().redact(plain), plain)
  const paged = sample({}, { body: Buffer.from('{"nextPageToken":"abc"}') })
  assert.deepEqual(createRedactor({ keep: ['next_page_token'] }).redact(paged), paged)
})

test('any exchange can be redacted, and keeps its shape', () => {
  fc.assert(fc.property(exchange, each => {
    const redacted = createRedactor().redact(each)
    assert.deepEqual(redacted.request.headers.map(([name]) => name), each.request.headers.map(([name]) => name))
    assert.equal(redacted.response.status, each.response.status)
    assert.ok(redacted.response.body.length > 0 || redacted.response.truncated !== undefined || each.response.body.length === 0)
  }))
})

test('a planted secret under any spelling of a name survives nowhere', () => {
  const spelled = fc.constantFrom('password', 'Access-Token', 'client_secret', 'API-KEY', 'userPassword', 'x_auth_token')
  const planted = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map(text => `pl4nted${text}S3cret`)
  fc.assert(fc.property(spelled, planted, (name, secret) => {
    const redactor = createRedactor()
    const bodies: Array<[string, string]> = [
      ['application/json', JSON.stringify({ a: [{ [name]: secret }] })],
      ['', JSON.stringify([secret, { [name]: secret }])],
      ['application/x-www-form-urlencoded', new URLSearchParams([['x', secret], [name, secret]]).toString()],
      ['multipart/form-data; boundary=b', `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${secret}\r\n--b--\r\n`]
    ]
    for (const [type, body] of bodies) {
      const line = exchangeLine(redactor.redact(sample({ target: `/x?${name}=${encodeURIComponent(secret)}`, headers: [['content-type', type]], body: Buffer.from(body) })))
      assert.doesNotMatch(line, /pl4nted/, `${type} ${body}`)
    }
  }))
})

test('hostile text costs no more than its length', () => {
  const redactor = createRedactor()
  const many = 200_000
  const texts: Array<[string, string]> = [
    ['application/x-www-form-urlencoded', 'a'.repeat(many)], ['application/x-www-form-urlencoded', '='.repeat(many)], ['text/html', '<input '.repeat(many / 10)],
    ['text/plain', 'a-'.repeat(many / 2)], ['text/plain', '//'.repeat(many / 2)], ['text/plain', '"token"'.repeat(many / 10)], ['text/plain', '\\'.repeat(many)],
    ['text/plain', '\\"'.repeat(many / 2)], ['text/html', `<token${' '.repeat(many)}`], ['text/html', '<a:'.repeat(many / 3)], ['application/json', '['.repeat(many / 2) + ']'.repeat(many / 2)],
    ['multipart/form-data; boundary=b', '--b\r\n'.repeat(many / 10)], ['text/plain', 'token'.repeat(many / 5)], ['text/html', ' name='.repeat(many / 6)]
  ]
  for (const [type, text] of texts) {
    const start = performance.now()
    redactor.redact(sample({ headers: [['content-type', type], ['cookie', ' '.repeat(30_000) + 'x']], body: Buffer.from(text) }))
    const took = performance.now() - start
    assert.ok(took < 5_000, `${type} ${text.slice(0, 10)}: ${took}`)
  }
})
