import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { ExchangeRequest, Field } from '../../src/message/exchange.ts'
import { Aliases } from '../../src/parity/alias.ts'
import { compareResponses } from '../../src/parity/compare/compare.ts'
import { substitute } from '../../src/parity/substitute.ts'
import { answer, differences } from './compare/answers.ts'

const one = '3f2b8c1e-5a6d-4e7f-8a9b-0c1d2e3f4a5b'
const two = '9d8e7f6a-1b2c-4d3e-9f0a-5b6c7d8e9f01'

function request (target: string, body = '', headers: readonly Field[] = [], method = 'POST'): ExchangeRequest {
  return { method, target, headers: [['Content-Type', 'application/json'], ['Content-Length', String(Buffer.byteLength(body))], ...headers], body: Buffer.from(body) }
}

describe('aliases', () => {
  it('bind what each side made up at the same place, once', () => {
    const aliases = new Aliases()
    const pairing = aliases.forTarget('/api/vehicles')
    const comparison = compareResponses(answer(`{"id":"${one}","owner":{"id":7}}`), answer(`{"id":"${two}","owner":{"id":9}}`), { pairing })
    assert.equal(comparison.total, 0)
    assert.deepEqual(comparison.leftOut.map(({ because, count }) => [because, count]), [['alias', 2]])
    assert.deepEqual(aliases.all, [{ scope: '', legacy: one, candidate: two }, { scope: 'owner', legacy: '7', candidate: '9' }])
  })

  it('make a second partner a difference, on either side', () => {
    const aliases = new Aliases()
    const pairing = aliases.forTarget('/')
    assert.deepEqual(differences(answer(`["${one}"]`), answer(`["${two}"]`), { pairing }), [])
    const third = one.replace('3f', '4f')
    assert.deepEqual(differences(answer(`["${one}"]`), answer(`["${third}"]`), { pairing }), ['value /body/0'])
    assert.deepEqual(differences(answer(`["${third}"]`), answer(`["${two}"]`), { pairing }), ['value /body/0'])
    assert.deepEqual(differences(answer(`["${one}"]`), answer(`["${two}"]`), { pairing }), [])
    assert.equal(aliases.bind({ scope: '', legacy: one, candidate: third }), 'conflict')
  })

  it('do not take records in each other\'s place for made up ones', () => {
    const three = one.replace('3f', '4f')
    const legacy = answer(`[{"id":"${one}"},{"id":"${two}"},{"id":"${three}"}]`)
    const candidate = answer(`[{"id":"${three}"},{"id":"${one.replace('3f', '5f')}"},{"id":"${three}"}]`)
    const found = (bodies?: { legacy: Buffer, candidate: Buffer }) => differences(legacy, candidate, { pairing: new Aliases().forTarget('/', bodies) })
    assert.deepEqual(found({ legacy: legacy.body, candidate: candidate.body }), ['value /body/0/id'])
    assert.deepEqual(found(), [])
  })

  it('keep numbers of different things apart', () => {
    const aliases = new Aliases()
    assert.deepEqual(differences(answer('{"id":5}'), answer('{"id":6}'), { pairing: aliases.forTarget('/api/vehicles') }), [])
    assert.deepEqual(differences(answer('{"id":5}'), answer('{"id":8}'), { pairing: aliases.forTarget('/api/users') }), [])
    assert.deepEqual(differences(answer('{"vehicleId":5,"total":5}'), answer('{"vehicleId":8,"total":6}'), { pairing: aliases.forTarget('/api/trips') }), ['value /body/vehicleId', 'value /body/total'])
    const moved = substitute(request('/api/vehicles/5?user_id=5&limit=5', '{"vehicleId":5,"data":{"id":5},"count":5}', [], 'PUT'), aliases, 'to candidate')
    assert.equal(moved.target, '/api/vehicles/6?user_id=8&limit=5')
    assert.equal(moved.body.toString(), '{"vehicleId":6,"data":{"id":6},"count":5}')
  })

  it('bind a Location, a cookie and a CSRF token, and carry them into the next request', () => {
    const aliases = new Aliases()
    const headers = (id: number, sid: string, token: string): Field[] => [['Location', `/api/vehicles/${id}`], ['Set-Cookie', `sid=${sid}; Path=/; HttpOnly`], ['X-CSRF-Token', token]]
    const a = answer('{}', 'application/json', { status: 201, headers: headers(5, 's%3AaB3dE5fG7hI9jK1.lM2nO4pQ6rS8tU0', 'Zm9vQmFyMTIzNDU2Nzg5MA') })
    const b = answer('{}', 'application/json', { status: 201, headers: headers(6, 's%3AzY9xW7vU5tS3rQ1.pO0nM8lK6jI4hG2', 'QmFyRm9vMDk4NzY1NDMyMQ') })
    assert.deepEqual(differences(a, b, { pairing: aliases.forTarget('/api/vehicles') }), [])
    const next = substitute(request('/api/vehicles/5', '{"token":"Zm9vQmFyMTIzNDU2Nzg5MA"}', [['Cookie', 'theme=dark; sid=s%3AaB3dE5fG7hI9jK1.lM2nO4pQ6rS8tU0'], ['X-CSRF-Token', 'Zm9vQmFyMTIzNDU2Nzg5MA']]), aliases, 'to candidate')
    assert.equal(next.target, '/api/vehicles/6')
    assert.deepEqual(next.headers.slice(2), [['Cookie', 'theme=dark; sid=s%3AzY9xW7vU5tS3rQ1.pO0nM8lK6jI4hG2'], ['X-CSRF-Token', 'QmFyRm9vMDk4NzY1NDMyMQ']])
    assert.equal(next.body.toString(), '{"token":"QmFyRm9vMDk4NzY1NDMyMQ"}')
  })

  it('do not bind words, and say nothing of values that differ for another reason', () => {
    const pairing = new Aliases().forTarget('/api/vehicles')
    assert.deepEqual(differences(answer('{"name":"red","count":1,"error":"invalid-vehicle-identifier-1"}'), answer('{"name":"blue","count":2,"error":"invalid-vehicle-identifier-2"}'), { pairing }), ['value /body/name', 'value /body/count', 'value /body/error'])
  })

  it('leave bytes alone that hold nothing bound', () => {
    const aliases = new Aliases()
    aliases.bind({ scope: '', legacy: one, candidate: two })
    const text = '{ "a" : 1.0, "b":"\\u00e9", "a":2 , "c": "x" }'
    const given = request('/a%2Fb/?q=%20+&r', text)
    assert.deepEqual(substitute(given, aliases, 'to candidate'), given)
    const longer = substitute(request('/', `{"a":"see \\n ${one}!", "b" : 1.0}`), aliases, 'to candidate')
    assert.equal(longer.body.toString(), `{"a":"see \\n ${two}!", "b" : 1.0}`)
  })

  it('replace whole words only', () => {
    const aliases = new Aliases()
    aliases.bind({ scope: '', legacy: 'abcdefgh1', candidate: 'zyxwvuts9' })
    assert.equal(aliases.inText('abcdefgh1 abcdefgh12 xabcdefgh1 (abcdefgh1)', 'to candidate'), 'zyxwvuts9 abcdefgh12 xabcdefgh1 (zyxwvuts9)')
  })

  it('put Content-Length right', () => {
    const aliases = new Aliases()
    aliases.bind({ scope: '', legacy: 'aaaaaaaaA1', candidate: 'bbbbbbbbbbbbbbbbB2' })
    const put = substitute(request('/', '["aaaaaaaaA1"]'), aliases, 'to candidate')
    assert.deepEqual(put.headers[1], ['Content-Length', String(put.body.length)])
  })

  it('come back as they went', () => {
    const ids = fc.uniqueArray(fc.uuid(), { minLength: 2, maxLength: 12 })
    fc.assert(fc.property(ids, fc.array(fc.nat(), { minLength: 1, maxLength: 8 }), fc.jsonValue(), (list, picks, extra) => {
      const aliases = new Aliases()
      const half = list.length >> 1
      for (let index = 0; index < half; index++) aliases.bind({ scope: '', legacy: list[index]!, candidate: list[half + index]! })
      const used = picks.map(pick => list[pick % half]!)
      const body = JSON.stringify({ used, text: used.join(' / '), nested: { [used[0]!]: used[0] }, extra })
      const given = request(`/api/things/${used[0]}/parts?ref=${used[0]}&x=1`, body, [['Cookie', `a=${used[0]}; b=1`], ['Authorization', `Bearer ${used[0]}`]])
      const there = substitute(given, aliases, 'to candidate')
      assert.ok(!there.target.includes(used[0]!))
      assert.deepEqual(substitute(there, aliases, 'to legacy'), given)
    }))
  })

  it('stay one to one whatever is bound', () => {
    const small = fc.integer({ min: 0, max: 5 }).map(String)
    fc.assert(fc.property(fc.array(fc.record({ scope: fc.constantFrom('', 'a'), legacy: small, candidate: small })), list => {
      const aliases = new Aliases()
      for (const alias of list) aliases.bind(alias)
      for (const { scope, legacy, candidate } of aliases.all) {
        assert.equal(aliases.partner(scope, legacy, 'to candidate'), candidate)
        assert.equal(aliases.partner(scope, candidate, 'to legacy'), legacy)
      }
      assert.equal(new Set(aliases.all.map(({ scope, candidate }) => `${scope} ${candidate}`)).size, aliases.all.length)
    }))
  })
})
