import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { StickyBy } from '../../src/config/settings.ts'
import { cookieValue, jwtClaim, stickyKey } from '../../src/switch/sticky.ts'

const key = (by: StickyBy, headers: Record<string, string>): string | undefined => stickyKey(by, { headers, url: '/', method: 'GET' }, () => '10.0.0.1')
const jwt = (payload: unknown): string => `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)).toString('base64url')}.sig`

test('each kind finds its key, or none', () => {
  assert.equal(key({ kind: 'cookie', name: 'sid' }, { cookie: 'a=1; sid=x=y; sid=z' }), 'x=y')
  assert.equal(key({ kind: 'own-cookie' }, { cookie: 'cutover-key=k' }), 'k')
  assert.equal(key({ kind: 'own-cookie' }, { cookie: 'not-cutover-key=k' }), undefined)
  assert.equal(key({ kind: 'header', name: 'x-user' }, { 'x-user': 'u' }), 'u')
  assert.equal(key({ kind: 'header', name: 'x-user' }, { 'x-user': '' }), undefined)
  assert.equal(key({ kind: 'jwt', name: 'sub' }, { authorization: jwt({ sub: 'ü' }) }), 'ü')
  assert.equal(key({ kind: 'jwt', name: 'id' }, { authorization: jwt({ id: 7 }) }), '7')
  assert.equal(key({ kind: 'address' }, {}), '10.0.0.1')
  assert.equal(key({ kind: 'function', key: ({ headers }) => headers.a as string }, { a: 'f' }), 'f')
  for (const bad of [() => { throw new Error('no') }, () => '', () => 7 as unknown as string, () => Promise.resolve('x') as unknown as string]) assert.equal(key({ kind: 'function', key: bad }, {}), undefined)
})

test('a malformed cookie header gives what a server would find, or nothing', () => {
  for (const [header, expected] of [['', undefined], [';;;', undefined], ['sid', undefined], ['sid=', undefined], ['=x', undefined], ['a;sid=1', '1'], [' sid = 1 ', '1'], ['sidx=1;xsid=2', undefined], ['sid;sid=2', '2'], ['a=sid=1', undefined], ['sid="q"', '"q"'], ['SID=1', undefined]] as const) {
    assert.equal(cookieValue(header, 'sid'), expected, JSON.stringify(header))
  }
})

test('a token that is none is no key', () => {
  for (const text of ['', 'Bearer', 'Bearer x', 'Bearer a.b', 'Bearer a..c', 'Basic YTpi', 'Bearer a.!!.c', jwt('nonsense'), jwt('null'), jwt('7'), jwt('"text"'), jwt([]), jwt({}), jwt({ sub: null }), jwt({ sub: { a: 1 } }), jwt({ sub: ['x'] }), jwt({ sub: true }), jwt('{"sub":')]) {
    assert.equal(jwtClaim(text, 'sub'), undefined, text)
  }
  assert.equal(jwtClaim(undefined, 'sub'), undefined)
  for (const claim of ['__proto__', 'constructor', 'toString']) assert.equal(jwtClaim(jwt('"text"'), claim), undefined, claim)
  assert.equal(jwtClaim(jwt({ sub: 'x' }).replace('Bearer', 'bearer'), 'sub'), 'x')
})

test('no header is too odd', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.array(fc.constantFrom(';', '=', ' ', '.', 'a', 'Bearer ', '"', 'eyJ', '\xff'), { maxLength: 40 }).map(parts => parts.join('')))
  const kinds: StickyBy[] = [{ kind: 'cookie', name: '' }, { kind: 'cookie', name: '__proto__' }, { kind: 'own-cookie' }, { kind: 'header', name: 'constructor' }, { kind: 'header', name: '__proto__' }, { kind: 'jwt', name: '__proto__' }, { kind: 'jwt', name: 'sub' }]
  fc.assert(fc.property(text, fc.constantFrom(...kinds), (text, by) => {
    const found = key(by, { cookie: text, authorization: text, 'x-user': text })
    assert.ok(found === undefined || (typeof found === 'string' && found !== ''))
  }), { numRuns: 2_000 })
})

test('the worst cookie header costs no time that matters', () => {
  const before = performance.now()
  for (const header of [';'.repeat(16_000) + '=', 'a'.repeat(16_000), 'a;'.repeat(8_000) + 'b=', '='.repeat(16_000)]) for (let i = 0; i < 20; i++) cookieValue(header, 'sid')
  assert.ok(performance.now() - before < 400, `${performance.now() - before} ms`)
})
