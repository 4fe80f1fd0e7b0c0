import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Note } from '../../../src/message/note.ts'
import { readPostman, type PostmanRequest, type ReadPostmanOptions } from '../../../src/message/postman/read.ts'
import { exchangeProblem } from '../../../src/message/writable.ts'
import { sample } from '../exchanges.ts'

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json'

function read (collection: object, options: ReadPostmanOptions = {}): { requests: PostmanRequest[], notes: Note[] } {
  const notes: Note[] = []
  const requests = readPostman(Buffer.from(JSON.stringify({ info: { name: 'x', schema: SCHEMA }, ...collection })), 'x.json', { onNote: note => notes.push(note), ...options })
  return { requests, notes }
}

const one = (request: unknown, more: object = {}): { requests: PostmanRequest[], notes: Note[] } => read({ item: [{ name: 'one', request }], ...more })

test('folders name their requests, and their order stays', () => {
  const { requests, notes } = read({ item: [{ name: 'A', item: [{ name: 'B', item: [{ name: '1', request: 'http://a.test/1' }] }, { name: '2', request: { url: 'http://a.test/2' } }] }, { name: '3', request: { method: 'DELETE', url: { raw: 'http://a.test/3' } } }] })
  assert.deepEqual(requests.map(({ name, origin, request }) => [name, origin, request.method, request.target]), [
    ['A / B / 1', 'http://a.test', 'GET', '/1'], ['A / 2', 'http://a.test', 'GET', '/2'], ['3', 'http://a.test', 'DELETE', '/3']
  ])
  assert.deepEqual(requests[0]!.request.headers, [['Host', 'a.test']])
  assert.deepEqual(notes, [])
})

test('variables are filled from collection, folder and environment, the nearest first', () => {
  const collection = {
    variable: [{ key: 'base', value: 'https://{{host}}/v1' }, { key: 'host', value: 'a.test' }, { key: 'id', value: 1 }, { key: 'off', value: 'x', disabled: true }],
    item: [{ name: 'F', variable: [{ key: 'id', value: '2' }], item: [{ name: 'r', request: { url: { raw: '', host: ['{{base}}'], path: ['x', ':id', '{{id}}'], variable: [{ key: 'id', value: 'a/{{id}}' }], query: [{ key: 'q', value: '{{ who }}' }, { key: 'no', value: '1', disabled: true }, { key: 'flag', value: null }] }, header: [{ key: 'X-Off', value: '{{off}}' }] } }] }]
  }
  const { requests, notes } = read(collection, { variables: { who: 'me' } })
  assert.equal(requests[0]!.origin, 'https://a.test')
  assert.equal(requests[0]!.request.target, '/v1/x/a%2F2/2?q=me&flag')
  assert.deepEqual(notes.map(note => [note.kind, note.where, note.what]), [['unsupported', 'F / r', 'the variable off, which has no value']])
})

test('variables that name each other end', () => {
  const { requests } = one({ url: 'http://a.test/{{a}}' }, { variable: [{ key: 'a', value: '{{b}}{{b}}' }, { key: 'b', value: '{{a}}' }] })
  assert.equal(requests.length, 1)
  const bomb = Array.from({ length: 12 }, (_, i) => ({ key: `v${i}`, value: `{{v${i + 1}}}`.repeat(8) }))
  assert.ok(one({ url: 'http://a.test/{{v0}}' }, { variable: bomb }).requests[0]!.request.target.length < 5_000_000)
})

test('an origin with an unknown variable is left open', () => {
  const { requests } = one({ url: '{{baseUrl}}/x?a={{b c}}' })
  assert.equal(requests[0]!.origin, undefined)
  assert.equal(requests[0]!.request.target, '/x?a={{b%20c}}')
})

test('authorization is inherited, overridden and put where it belongs', () => {
  const bearer = { type: 'bearer', bearer: [{ key: 'token', value: '{{t}}' }] }
  const basic = { type: 'basic', basic: { username: 'u', password: 'p:w' } }
  const key = (where: string): object => ({ type: 'apikey', apikey: [{ key: 'key', value: 'X-Key' }, { key: 'value', value: 'k&' }, { key: 'in', value: where }] })
  const { requests, notes } = read({
    auth: bearer,
    variable: [{ key: 't', value: 'abc' }],
    item: [
      { name: '1', request: { url: 'http://a/' } }, { name: '2', request: { url: 'http://a/', auth: { type: 'noauth' } } }, { name: '3', auth: basic, item: [{ name: 'x', request: { url: 'http://a/' } }] },
      { name: '4', request: { url: 'http://a/?b', auth: key('query') } }, { name: '5', request: { url: 'http://a/', auth: key('header') } }, { name: '6', request: { url: 'http://a/', auth: { type: 'oauth2', oauth2: [] } } },
      { name: '7', request: { url: 'http://a/', header: [{ key: 'authorization', value: 'own' }] } }
    ]
  })
  assert.deepEqual(requests.map(({ request }) => [request.target, ...request.headers.slice(1).map(field => field.join(': '))]), [
    ['/', 'Authorization: Bearer abc'], ['/'], ['/', `Authorization: Basic ${Buffer.from('u:p:w').toString('base64')}`],
    ['/?b&X-Key=k%26'], ['/', 'X-Key: k&'], ['/'], ['/', 'authorization: own']
  ])
  assert.deepEqual(notes.map(note => [note.where, note.what]), [['6', 'authorization of kind oauth2']])
})

test('bodies are written as Postman sends them', () => {
  const bodies = [
    { mode: 'raw', raw: '{"a":"{{v}}"}', options: { raw: { language: 'json' } } }, { mode: 'raw', raw: 'x' },
    { mode: 'urlencoded', urlencoded: [{ key: 'a b', value: 'ü' }, { key: 'no', value: '', disabled: true }] },
    { mode: 'formdata', formdata: [{ key: 'a', value: '1', type: 'text' }, { key: 'f', type: 'file', src: '/etc/passwd' }] },
    { mode: 'graphql', graphql: { query: '{a}', variables: '{"b":1}' } }, { mode: 'file', file: { src: '/etc/passwd' } }, { mode: 'raw', raw: 'x', disabled: true }
  ]
  const { requests, notes } = read({ variable: [{ key: 'v', value: 'w' }], item: bodies.map((body, i) => ({ name: `${i}`, request: { method: 'POST', url: 'http://a/', body } })) })
  assert.deepEqual(requests.map(({ request }) => [request.headers[1]?.[1], request.body.toString()]), [
    ['application/json', '{"a":"w"}'], ['text/plain', 'x'], ['application/x-www-form-urlencoded', 'a+b=%C3%BC'],
    ['multipart/form-data; boundary=----cutover-7f3b1e5a9c2d4806', '------cutover-7f3b1e5a9c2d4806\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n------cutover-7f3b1e5a9c2d4806--\r\n'],
    ['application/json', '{"query":"{a}","variables":{"b":1}}'], [undefined, ''], [undefined, '']
  ])
  assert.deepEqual(notes.map(note => [note.where, note.what]), [['3', 'a file in its form, which is left out'], ['5', 'a body of mode file, which is left out']])
})

test('scripts and saved responses are reported, empty scripts are not', () => {
  const event = (exec: unknown): object => ({ event: [{ listen: 'test', script: { exec } }] })
  const { notes } = read({ ...event('x()'), item: [{ name: 'A', ...event(['', 'y()']), item: [{ name: 'r', ...event(['']), response: [{}], request: 'http://a/' }] }] })
  assert.deepEqual(notes.map(note => [note.kind, note.where, note.what]), [['unsupported', 'x.json', 'a script'], ['unsupported', 'A', 'a script'], ['unsupported', 'A / r', 'saved responses, which are left out']])
})

test('a header that would become two is taken away', () => {
  const { requests, notes } = one({ url: 'http://a/x\r\ny z', header: [{ key: 'X', value: 'a\r\nY: b' }, { key: 'Z', value: 'ü✓' }] })
  assert.deepEqual(requests[0]!.request.headers.map(([name]) => name), ['Host', 'Z'])
  assert.equal(requests[0]!.request.target, '/x%0D%0Ay%20z')
  assert.deepEqual(notes.map(note => note.kind), ['changed'])
})

test('what is no collection of version 2 is refused', () => {
  const bad = ['', '{', '[]', 'null', '{}', '{"info":{}}', `{"info":{"schema":"${SCHEMA}"}}`, '{"info":{"schema":"https://schema.getpostman.com/json/collection/v1.0.0/collection.json"},"item":[]}', '['.repeat(100_000), '\0', '\xff']
  for (const text of bad) assert.throws(() => readPostman(Buffer.from(text, 'latin1'), 'x'), { code: 'CUT_POSTMAN_INVALID' }, text.slice(0, 50))
  assert.throws(() => read({ item: [] }, { limit: 10 }), { code: 'CUT_POSTMAN_INVALID', message: /larger than 10 bytes/ })
})

test('folders without end are no crash', () => {
  let item: object = { name: 'r', request: 'http://a/' }
  for (let i = 0; i < 1_500; i++) item = { name: 'f', item: [item] }
  const { requests, notes } = read({ item: [item] })
  assert.equal(requests.length, 0)
  assert.deepEqual(notes.map(note => note.what), ['folders are nested too deep'])
})

test('whatever stands in a collection, its requests can be written or are noted', () => {
  const value = fc.oneof(fc.anything({ maxDepth: 2 }), fc.string(), fc.constantFrom('http://a/{{x}}', 'raw', 'basic'))
  const request = fc.oneof(value, fc.record({ method: value, url: fc.oneof(value, fc.record({ raw: value, host: value, path: value, query: fc.array(fc.record({ key: value, value })), variable: value })), header: fc.array(fc.record({ key: value, value })), auth: value, body: fc.oneof(value, fc.record({ mode: fc.constantFrom('raw', 'urlencoded', 'formdata', 'graphql'), raw: value, urlencoded: value, graphql: value })) }, { requiredKeys: [] }))
  fc.assert(fc.property(request, value, (each, variable) => {
    let text: string
    try { text = JSON.stringify({ info: { schema: SCHEMA }, variable: [variable], item: [{ name: variable, request: each }, each] }) } catch { return }
    const notes: Note[] = []
    for (const { request } of readPostman(Buffer.from(text), 'x', { onNote: note => notes.push(note) })) {
      assert.equal(exchangeProblem({ ...sample(), request }), undefined, text)
    }
  }), { numRuns: 300 })
})
