import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Type } from 'typebox'
import { Day, fastapiCompat, fastapiOptions, HttpException, Moment, Nullable } from '../../candidate/fastapi-compat.ts'
import { compileSerializer } from '../../candidate/fastapi-compat/serializer.ts'
import type { Schema } from '../../candidate/fastapi-compat/schema.ts'
import { parseFloatText, strip } from '../../candidate/fastapi-compat/python-numbers.ts'

const Item = Type.Object({ size: Type.Integer({ minimum: 1 }), weight: Type.Number({ default: 1 }) })

describe('without FastAPI beside it', () => {
  const order: string[] = []
  let app: FastifyInstance
  before(async () => {
    app = fastify({ ...fastapiOptions(), bodyLimit: 1000 }) as unknown as FastifyInstance
    await app.register(fastapiCompat)
    app.post('/items/:id', {
      preValidation: async request => {
        order.push('dependency')
        if (!request.headers.authorization) throw new HttpException(401, 'Missing API key', { 'WWW-Authenticate': 'Bearer' })
      },
      schema: { params: Type.Object({ id: Type.Integer() }), body: Item, response: { 200: Item } }
    }, async request => {
      order.push('handler')
      return request.body
    })
  })
  after(() => app.close())

  test('a whole float is written as one', async () => {
    const { body, headers } = await app.inject({ method: 'POST', url: '/items/1', headers: { authorization: 'a' }, payload: { size: '2' } })
    assert.equal(body, '{"size":2,"weight":1.0}')
    assert.equal(headers['content-type'], 'application/json')
  })

  test('JSON is parsed before dependencies, and all else validated after them', async () => {
    order.length = 0
    const headers = { 'content-type': 'application/json' }
    assert.equal((await app.inject({ method: 'POST', url: '/items/x', headers, payload: '{' })).statusCode, 422)
    assert.deepEqual(order, [])
    const refused = await app.inject({ method: 'POST', url: '/items/x', headers, payload: '{}' })
    assert.equal(refused.statusCode, 401)
    assert.equal(refused.headers['www-authenticate'], 'Bearer')
    const faults = await app.inject({ method: 'POST', url: '/items/x', headers: { ...headers, authorization: 'a' }, payload: '{"size":0}' })
    assert.deepEqual(faults.json().detail.map((fault: { loc: unknown }) => fault.loc), [['path', 'id'], ['body', 'size']])
    assert.deepEqual(order, ['dependency', 'dependency'])
  })

  test('a body over the limit is refused', async () => {
    const { statusCode, body } = await app.inject({ method: 'POST', url: '/items/1', headers: { authorization: 'a' }, payload: { size: 1, more: 'x'.repeat(1000) } })
    assert.equal(statusCode, 413)
    assert.equal(body, '{"detail":"Request Entity Too Large"}')
  })
})

test('a connection is closed after its answer once the server is to close, without saying so', async () => {
  const app = fastify({ ...fastapiOptions(), keepAliveTimeout: 60_000 })
  await app.register(fastapiCompat)
  let answer = () => {}
  const arrived = new Promise<void>(resolve => {
    app.get('/', async () => {
      resolve()
      await new Promise<void>(resolve => { answer = resolve })
      return 1
    })
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  const received: Buffer[] = []
  socket.on('data', data => received.push(data))
  const closed = once(socket, 'close')
  socket.write('GET / HTTP/1.1\r\n\r\n')
  await arrived
  const done = app.close()
  await new Promise(resolve => setImmediate(resolve))
  answer()
  await closed
  await done
  const text = Buffer.concat(received).toString()
  assert.match(text, /^HTTP\/1\.1 200 OK/)
  assert.doesNotMatch(text, /connection/i)
})

test('moments and days are written by isoformat', () => {
  const write = compileSerializer(Type.Object({ at: Nullable(Moment()), day: Day() }) as Schema)
  const texts: ReadonlyArray<readonly [unknown, string]> = [
    ['2026-11-22T01:23:45.123456+00:00', '"2026-11-22T01:23:45.123456+00:00"'],
    ['2026-11-22 01:23:45.12+00', '"2026-11-22T01:23:45.120000+00:00"'],
    ['2026-11-22 01:23:45+05:30', '"2026-11-21T19:53:45+00:00"'],
    ['2026-11-22T01:23:45.000Z', '"2026-11-22T01:23:45+00:00"'],
    [new Date('2026-11-22T01:23:45.120Z'), '"2026-11-22T01:23:45.120000+00:00"'],
    [null, 'null']
  ]
  for (const [at, text] of texts) assert.equal(write({ at, day: '2024-07-18' }), `{"at":${text},"day":"2024-07-18"}`)
})

test('members of a dictionary are written by their schema', () => {
  const write = compileSerializer(Type.Record(Type.String(), Type.Number()) as Schema)
  assert.equal(write({ b: 1, a: 0.5 }), '{"b":1.0,"a":0.5}')
})

test('a response that does not fit its schema is not written', () => {
  const write = compileSerializer(Item as Schema)
  for (const value of [{ weight: 1 }, { size: 1.5, weight: 1 }, { size: '1', weight: 1 }, { size: 1, weight: NaN }, null]) assert.throws(() => write(value))
})

test('texts that are no numbers are refused in time that grows with their length', () => {
  const began = performance.now()
  parseFloatText(`${'1'.repeat(200_000)}x`)
  strip(`${' '.repeat(200_000)}x`)
  assert.ok(performance.now() - began < 1000)
})
