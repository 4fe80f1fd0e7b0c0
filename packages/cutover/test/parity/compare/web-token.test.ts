import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { Aliases } from '../../../src/parity/alias.ts'
import { compareResponses } from '../../../src/parity/compare/compare.ts'
import { learnNoise } from '../../../src/parity/noise.ts'
import { planFor } from '../../../src/parity/rules.ts'
import { answer } from './answers.ts'

type Claims = Readonly<Record<string, unknown>>

const endpoint = { method: 'POST', path: '/login', name: 'POST /login' }
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = (claims: Claims, header: Claims = { alg: 'HS256', typ: 'JWT' }) => `${part(header)}.${part(claims)}.${randomUUID().replaceAll('-', '')}`
const issued = (at: number, more: Claims = {}): Claims => ({ sub: 'ada', iat: at, exp: at + 3600, iss: 'house', jti: randomUUID(), ...more })
const at = 1_790_000_000

const places: ReadonlyArray<readonly [name: string, place: string, give: (token: string) => ReturnType<typeof answer>]> = [
  ['a body', '/body/token', text => answer(JSON.stringify({ token: text }))],
  ['a header', '/headers/x-session', text => answer('', '', { headers: [['x-session', text]] })],
  ['a header, behind a scheme', '/headers/authorization', text => answer('', '', { headers: [['authorization', `Bearer ${text}`]] })],
  ['a cookie', '/headers/set-cookie/session', text => answer('', '', { headers: [['set-cookie', `session=${text}; Path=/; HttpOnly`]] })]
]

for (const [name, place, give] of places) {
  describe(`a JSON Web Token in ${name}`, () => {
    const compare = (legacy: string, candidate: string, twin = token(issued(at + 1)), rules = {}) => {
      const profile = learnNoise({}, endpoint.name, give(legacy), give(twin))
      return compareResponses(give(legacy), give(candidate), { plan: planFor(rules, endpoint, profile), pairing: new Aliases().forTarget('/login') }).differences.map(({ kind, pointer }) => `${kind} ${pointer}`)
    }
    const legacy = token(issued(at))

    it('is the same with another moment of issue, id and signature', () => {
      for (const later of [-2, 0, 1, 90]) assert.deepEqual(compare(legacy, token(issued(at + later))), [])
      assert.deepEqual(compare(legacy, token(issued(at, { exp: at + 3601 }))), [], 'a clock that was read twice')
    })

    const faults: ReadonlyArray<readonly [string, Claims, string, Claims?]> = [
      ['another lifetime', { exp: at + 7200 }, 'value /claims/exp'],
      ['a lifetime a minute shorter', { exp: at + 3540 }, 'value /claims/exp'],
      ['no expiry', { exp: undefined }, 'missing /claims/exp'],
      ['no moment of issue', { iat: undefined }, 'missing /claims/iat'],
      ['a moment of issue in milliseconds', { iat: at * 1000, exp: at * 1000 + 3600 }, 'value /claims/iat'],
      ['another user', { sub: 'grace' }, 'value /claims/sub'],
      ['another issuer', { iss: 'other' }, 'value /claims/iss'],
      ['one claim more', { role: 'admin' }, 'extra /claims/role'],
      ['an id that is none', { jti: 7 }, 'type /claims/jti'],
      ['another algorithm', {}, 'value /header/alg', { alg: 'none', typ: 'JWT' }]
    ]
    for (const [fault, claims, found, header] of faults) {
      it(`${fault} is a difference`, () => {
        const [kind, rest] = found.split(' ')
        assert.deepEqual(compare(legacy, token(issued(at, claims), header)), [`${kind} ${place}${rest}`])
      })
    }

    it('an hour that differs as the clocks of both sides do is a difference', () => {
      assert.deepEqual(compare(legacy, token(issued(at + 3600))), [`value ${place}/claims/iat`])
    })

    it('is not looked into where a rule ignores it', () => {
      assert.deepEqual(compare(legacy, token(issued(at, { exp: at + 7200 })), undefined, { ignore: [{ path: place, reason: 'r' }] }), [])
    })

    it('where nothing was learned, as in recordings, the time between both counts for nothing', () => {
      const far = (claims: Claims = {}) => compareResponses(give(legacy), give(token(issued(at + 900_000, claims))), { plan: planFor({}, endpoint), pairing: new Aliases().forTarget('/login') }).differences.map(({ pointer }) => pointer)
      assert.deepEqual(far(), [])
      assert.deepEqual(far({ exp: at + 900_060 }), [`${place}/claims/exp`])
    })
  })
}
