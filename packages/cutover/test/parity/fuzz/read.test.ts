import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inferApi, templateOf } from '../../../src/parity/fuzz/openapi/infer.ts'
import { joinApis, operationOf } from '../../../src/parity/fuzz/openapi/match.ts'
import { readApi } from '../../../src/parity/fuzz/openapi/read.ts'

const document = (more: object) => JSON.stringify({ openapi: '3.0.3', info: { title: 't', version: '1' }, paths: {}, ...more })

test('reads operations of 3.0 with shared parameters, nullable, allOf and exclusive bounds', () => {
  const api = readApi(document({
    servers: [{ url: 'https://example.com/v1/' }],
    security: [{ key: [] }],
    paths: {
      '/things/{thing}': {
        parameters: [{ $ref: '#/components/parameters/Page' }, { name: 'thing', in: 'path', required: true, schema: { type: 'integer' } }],
        put: {
          parameters: [{ name: 'page', in: 'query', schema: { type: 'integer', maximum: 9 } }],
          requestBody: { content: { 'application/json; charset=utf-8': { schema: { allOf: [{ $ref: '#/components/schemas/Base' }, { type: 'object', required: ['b'], properties: { b: { type: 'number', minimum: 1, exclusiveMinimum: true } } }] } } } },
          responses: { 200: { description: '' } }
        },
        get: { security: [], responses: {} }
      }
    },
    components: { parameters: { Page: { name: 'page', in: 'query', schema: { type: 'string' } } }, schemas: { Base: { type: 'object', required: ['a'], properties: { a: { type: 'string', nullable: true } } } } }
  }), 'test')
  const put = operationOf(api, 'PUT', '/v1/things/7')!
  assert.equal(put.endpoint, 'PUT /v1/things/${' + 'thing}')
  assert.equal(put.secured, true)
  assert.equal(operationOf(api, 'GET', '/v1/things/7')!.secured, false)
  assert.deepEqual(put.parameters.map(each => [each.name, each.schema.types, each.schema.maximum]), [['page', ['integer'], 9], ['thing', ['integer'], undefined]])
  const { mediaType, schema } = put.body!.contents[0]!
  assert.equal(mediaType, 'application/json')
  assert.deepEqual(schema.required, ['a', 'b'])
  assert.deepEqual(schema.properties!.a!.types, ['string', 'null'])
  assert.equal(schema.properties!.b!.exclusiveMinimum, 1)
})

test('reads YAML, and schemas that refer to themselves', () => {
  const api = readApi('openapi: 3.1.0\npaths:\n  /tree:\n    post:\n      requestBody:\n        content:\n          application/json:\n            schema:\n              $ref: "#/components/schemas/Tree"\ncomponents:\n  schemas:\n    Tree:\n      type: [object, "null"]\n      properties:\n        child:\n          $ref: "#/components/schemas/Tree"\n', 'tree.yaml')
  const { schema } = api.operations[0]!.body!.contents[0]!
  assert.equal(schema.properties!.child, schema)
})

for (const [what, text, says] of [
  ['no JSON', '{"openapi": ', /neither JSON nor YAML/],
  ['no YAML', 'a: [', /neither JSON nor YAML/],
  ['another document', '{"a": 1}', /has no "openapi"/],
  ['version 2', '{"swagger": "2.0"}', /version 2/],
  ['no paths', '{"openapi": "3.1.0"}', /no "paths"/],
  ['a reference out of it', document({ paths: { '/a': { $ref: 'other.yaml#/a' } } }), /leads out of the document/],
  ['a reference to nowhere', document({ paths: { '/a': { $ref: '#/components/no' } } }), /leads nowhere/],
  ['a reference to itself', document({ paths: { '/a': { $ref: '#/paths/~1a' } } }), /back to itself/],
  ['a reference to a prototype', document({ paths: { '/a': { $ref: '#/__proto__' } } }), /leads nowhere/],
  ['a text without end', ' '.repeat(17 * 1024 * 1024), /longer than/]
] as const) {
  test(`refuses ${what}`, () => {
    assert.throws(() => readApi(text, 'bad'), (error: NodeJS.ErrnoException) => error.code === 'CUT_OPENAPI_INVALID' && says.test(error.message))
  })
}

test('finds operations in exchanges', async () => {
  const exchange = (method: string, target: string, body = '') => ({
    request: { method, target, headers: [['content-type', 'application/json'], ['authorization', 'x']] as const, body: Buffer.from(body) },
    response: { status: 200, headers: [], body: Buffer.alloc(0) }
  })
  const api = await inferApi([
    exchange('GET', '/users/17/notes?page=2'), exchange('GET', '/users/18/notes?size=3'),
    exchange('POST', '/users', '{"name":"a","age":1}'), exchange('POST', '/users', '{"name":null}')
  ], 'recording')
  assert.deepEqual(api.operations.map(each => each.endpoint), ['GET /users/${' + 'userId}/notes', 'POST /users'])
  assert.deepEqual(api.operations[0]!.parameters.map(each => `${each.in}:${each.name}`), ['path:userId', 'query:page', 'query:size'])
  const { schema } = api.operations[1]!.body!.contents[0]!
  assert.deepEqual(schema.required, ['name'])
  assert.deepEqual(schema.properties!.name!.types, ['string', 'null'])
  assert.equal(api.operations[1]!.secured, true)
})

test('takes ids for ids and words for words', () => {
  assert.equal(templateOf('/a/0b6a1b2c-0000-4000-8000-000000000000/b/x1'), '/a/{aId}/b/x1')
  assert.equal(templateOf('/api/v2/health'), '/api/v2/health')
})

test('joins descriptions by method and path', () => {
  const one = readApi(document({ paths: { '/a/{x}': { get: {} } } }), 'one')
  const other = readApi(document({ paths: { '/a/{y}': { get: {}, put: {} } } }), 'other')
  assert.deepEqual(joinApis([one, other]).operations.map(each => each.endpoint), ['GET /a/${' + 'x}', 'PUT /a/${' + 'y}'])
})
