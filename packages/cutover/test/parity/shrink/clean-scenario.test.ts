/* eslint-disable no-template-curly-in-string -- scenarios are written with them */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import type { Exchange } from '../../../src/message/exchange.ts'
import type { Scenario } from '../../../src/parity/scenario/scenario.ts'
import { cleanScenario, foundName } from '../../../src/parity/shrink/clean-scenario.ts'
import { curlOf, reproduction } from '../../../src/parity/shrink/reproduction.ts'

const one = (headers: Record<string, string | string[]>, request = 'GET /x'): Scenario => ({ name: 'one', steps: [{ request, headers }] })

test('literal credentials are taken out of a scenario, captured ones stay', () => {
  const cases: ReadonlyArray<readonly [string, string, string]> = [
    ['authorization', 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc', 'Bearer redacted'],
    ['Authorization', 'Bearer ${token}', 'Bearer ${token}'],
    ['authorization', 'Bearer ${token}and-more-of-it', 'Bearer redacted'],
    ['cookie', 'sid=0123456789abcdef; theme=dark', 'sid=redacted; theme=dark'],
    ['cookie', 'sid=${sid}', 'sid=${sid}'],
    ['x-api-key', 'k-0123456789', 'redacted'],
    ['authorization', 'Bearer x', 'Bearer x'],
    ['accept', 'application/json', 'application/json']
  ]
  for (const [name, value, wanted] of cases) {
    const { scenario, redacted } = cleanScenario(one({ [name]: value }))
    assert.equal(scenario.steps[0]!.headers![name], wanted)
    assert.deepEqual(redacted, value === wanted ? [] : [`step 1, header ${name.toLowerCase()}`])
  }
})

test('so are they in a header given twice, and in the query', () => {
  const { scenario, redacted } = cleanScenario(one({ cookie: ['a=0123456789', 'b=1'] }, 'GET /x?page=2&access_token=0123456789abcdef&token=${t}'))
  assert.deepEqual(scenario.steps[0], { request: 'GET /x?page=2&access_token=redacted&token=${t}', headers: { cookie: ['a=redacted', 'b=1'] } })
  assert.deepEqual(redacted, ['step 1, query parameter access_token', 'step 1, header cookie'])
})

test('names of finds are stable, and safe as names of files', () => {
  assert.equal(foundName('GET /api/vehicles/${id}?x=1', '0123456789ab'), 'get-api-vehicles-id-0123456789ab')
  assert.equal(foundName('', '0123456789ab'), 'found-0123456789ab')
  assert.match(foundName('GET /../../etc/passwd\0', '../../x'), /^get-etc-passwd-[0-9a-f]{12}$/)
  assert.ok(foundName(`GET /${'long/'.repeat(200)}`, '0123456789ab').length < 80)
})

test('a reproduction has curl for both sides, without secrets', () => {
  const exchange = (id: string): Exchange => ({
    request: { method: 'PUT', target: `/items/${id}`, headers: [['Host', 'shop.test'], ['Authorization', 'Bearer 0123456789abcdef']], body: Buffer.from('{"price":1}') },
    response: { status: 200, headers: [], body: Buffer.alloc(0) }
  })
  const exchanges = { legacy: exchange('17'), candidate: exchange('18') }
  const made = reproduction({ cause: 'c', kind: 'answer', endpoint: 'PUT /items/${id}', message: '', case: 'x', step: 3, occurrences: 1, confirmed: true, exchanges }, { candidate: 'http://127.0.0.1:4000' })!
  assert.equal(made.after, 2)
  assert.match(made.legacy, /--url http:\/\/shop.test\/items\/17/)
  assert.match(made.candidate, /--url http:\/\/127.0.0.1:4000\/items\/18/)
  assert.doesNotMatch(made.legacy + made.candidate, /0123456789abcdef/)
  assert.match(curlOf({ request: { method: 'GET', target: '/a\nb', headers: [], body: Buffer.alloc(0) } }), /^# .*cannot be written as curl/)
})
