import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readApi } from '../../../src/parity/fuzz/openapi/read.ts'
import { Random } from '../../../src/parity/fuzz/random.ts'
import { Cast, see } from '../../../src/parity/fuzz/sequences/cast.ts'
import { quantityFor, valuesFor } from '../../../src/parity/fuzz/sequences/quantities.ts'
import { linkedNext, nextPage } from '../../../src/parity/fuzz/sequences/reads.ts'
import { essentials, literalsOf } from '../../../src/parity/fuzz/starts.ts'
import type { Draft } from '../../../src/parity/fuzz/requests/draft.ts'
import type { TrialResult } from '../../../src/parity/trial/result.ts'
import { partFaults, partsOf } from '../../../src/parity/fuzz/values/parts.ts'

const drawn = (draw: (random: Random) => unknown) => {
  const random = new Random(1)
  return new Set(Array.from({ length: 300 }, () => draw(random)))
}

test('an amount is what the operation has moved, one more, and what was sent before, within bounds', () => {
  const thing = new Cast().add('itemId', 'itemId')
  see(thing, { id: 7, available: 40, price: 900 })
  see(thing, { id: 7, available: 37, price: 900 }, 'POST /reserve')
  const values = drawn(random => quantityFor({ types: ['integer'], minimum: 1, maximum: 50 }, 'POST /reserve', thing, [3], random))
  for (const value of [37, 38, 36, 3, 4, 2, 1]) assert.ok(values.has(value), `${value} in ${[...values].join()}`)
  assert.ok(![...values].some(value => Number(value) > 50 || Number(value) < 1))
  assert.ok(drawn(random => quantityFor({ types: ['integer'] }, 'x', undefined, [], random)).has(1))
})

test('what an operation answers about something else is not taken for the thing', () => {
  const thing = new Cast().add('itemId', 'itemId')
  see(thing, { id: 7, version: 1 })
  see(thing, { refunded: 3 }, 'POST /refund')
  see(thing, [1])
  assert.deepEqual(thing.seen, { id: 7, version: 1 })
  see(thing, { id: 7, version: 2 }, 'PUT /items')
  assert.deepEqual(valuesFor({ types: ['string'], pattern: '^[1-6]$' }, thing), ['2', '1'])
})

test('the next page is asked for by number, offset, token or link', () => {
  const { operations: [list] } = readApi(JSON.stringify({ openapi: '3.1.0', paths: { '/a': { get: { parameters: ['page', 'size', 'pageToken'].map(name => ({ name, in: 'query', schema: { type: 'string' } })) } } } }), 'a')
  const { operations: [offset] } = readApi(JSON.stringify({ openapi: '3.1.0', paths: { '/a': { get: { parameters: ['offset', 'limit'].map(name => ({ name, in: 'query', schema: { type: 'string' } })) } } } }), 'a')
  const draft = (query: Draft['query'], operation = list!): Draft => ({ operation, path: {}, query, headers: {}, body: undefined })
  const next = (query: Draft['query'], json: unknown, operation = list!) => nextPage(draft(query, operation), json)
  assert.deepEqual(next([['size', '2'], ['page', '3']], { rows: [1] }), { draft: draft([['size', '2'], ['page', '4']]) })
  assert.equal(next([['page', '3']], { rows: [] }), undefined)
  assert.deepEqual(next([['limit', '5'], ['offset', '5']], [1], offset), { draft: draft([['limit', '5'], ['offset', '10']], offset!) })
  assert.deepEqual(next([], { rows: [1], paging: { nextPageToken: 'ab c' } }), { draft: draft([]), capture: ['pageToken', '/paging/nextPageToken'] })
  assert.deepEqual(next([], { next: 'http://localhost/a?page=2&x=%20' }), { target: '/a?page=2&x=%20' })
  assert.deepEqual(next([], { _links: { self: { href: '/a' }, next: { href: '/a?page=2' } } }), { target: '/a?page=2' })
  assert.equal(linkedNext('<https://a.test/a?page=1>; rel="prev", <https://a.test/a?page=3>; rel="next"'), '/a?page=3')
  assert.equal(linkedNext('<a b>; rel=next'), undefined)
})

test('a sequence is tried without its reads first, but with those whose captures it needs', () => {
  const steps = [{ request: 'GET /rows', capture: { row: '/0/id', spare: '/1/id' } }, { request: 'GET /x' }, { request: 'PUT /rows/${' + 'row}' }, { request: 'GET /y' }, { request: 'GET /rows' }]
  const [first, second] = essentials({ name: 'x', steps })
  assert.deepEqual(first!.steps.map(step => step.request), ['GET /rows', 'PUT /rows/${' + 'row}', 'GET /rows'])
  assert.deepEqual(first!.steps[0]!.capture, { row: '/0/id' })
  assert.equal(second!.steps.length, 5)
  const exchange = { request: { method: 'GET', target: '/rows', headers: [], body: Buffer.alloc(0) }, response: { status: 200, headers: [], body: Buffer.from('[{"id":42}]') } }
  const result: TrialResult = { steps: [{ step: 1, endpoint: 'GET /rows', exchanges: { legacy: exchange }, failures: {}, differences: [], leftOut: [], unexpected: [] }], state: [], stateLeftOut: [], durationMs: 1 }
  assert.deepEqual(literalsOf(result, { name: 'x', steps })('row'), ['1', '42'])
  assert.deepEqual(literalsOf(result, { name: 'x', steps })('spare'), ['1'])
})

test('a value becomes parts: files, JSON and lists', () => {
  const schema = { types: ['object'] as const, properties: { file: { types: ['string'] as const, format: 'binary' }, tags: { types: ['array'] as const, items: { types: ['string'] as const } } } }
  const parts = partsOf(schema, { file: 'abc', tags: ['a', 'b'], owner: { id: 1 }, size: 3 })
  assert.deepEqual(parts, [
    { name: 'file', value: 'abc', filename: 'file.txt', type: 'text/plain' },
    { name: 'tags', value: 'a' }, { name: 'tags', value: 'b' },
    { name: 'owner', value: '{"id":1}', type: 'application/json' },
    { name: 'size', value: '3' }
  ])
  const faults = [...partFaults(parts)]
  assert.equal(new Set(faults.map(({ label, parts }) => JSON.stringify([label, parts]))).size, faults.length)
  assert.ok(faults.some(fault => fault.label === 'part file as a field' && fault.parts[0]!.filename === undefined))
  assert.ok(faults.every(fault => fault.parts.every(part => (part.value === undefined) !== (part.base64 === undefined))))
})
