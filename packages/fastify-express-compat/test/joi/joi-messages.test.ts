import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import Joi from 'joi'
import { Type, type TSchema } from 'typebox'
import { joiMessages, JoiValidationError } from '../../src/index.ts'

interface Case {
  readonly joi: Joi.Schema
  readonly schema: TSchema
  readonly values: readonly unknown[]
}

const closed = { additionalProperties: false }
const email = { tlds: { allow: false as const } }

const cases: Record<string, Case> = {
  vehicle: {
    joi: Joi.object({
      vin: Joi.string().length(17).required(),
      make: Joi.string().min(2).max(10).required(),
      year: Joi.number().integer().min(1900).max(2100).required(),
      price: Joi.number().greater(0).less(1000),
      color: Joi.string().valid('red', 'blue'),
      sold: Joi.boolean(),
      tags: Joi.array().items(Joi.string().min(2)).max(2).unique()
    }),
    schema: Type.Object({
      vin: Type.String({ minLength: 17, maxLength: 17 }),
      make: Type.String({ minLength: 2, maxLength: 10 }),
      year: Type.Integer({ minimum: 1900, maximum: 2100 }),
      price: Type.Optional(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1000 })),
      color: Type.Optional(Type.Unsafe({ type: 'string', enum: ['red', 'blue'] })),
      sold: Type.Optional(Type.Boolean()),
      tags: Type.Optional(Type.Array(Type.String({ minLength: 2 }), { maxItems: 2, uniqueItems: true }))
    }, closed),
    values: [
      {}, { vin: 'x', make: 'y', year: 1.5 }, { vin: '', make: '', year: 'abc' }, { vin: 'x'.repeat(17), make: 'x'.repeat(11), year: 2200, price: 0 }, { vin: 'x'.repeat(17), make: 'ok', year: '2000', price: 1000, color: 'green', sold: 'maybe' },
      { other: 1, vin: 5, make: 'ok', year: 2000, extra: 2 }, { '': 1, 'a.b': 2, 0: 3 }, { vin: 'x'.repeat(17), make: 'ok', year: 1899, tags: ['a', 'bb', 'bb'] }, { vin: 'x'.repeat(17), make: 'ok', year: 2000, tags: ['aa', 'aa'] }, { vin: 'x'.repeat(17), make: 'ok', year: 2000, tags: 'aa', color: '' }, { year: null, vin: {}, make: [] }
    ]
  },
  nested: {
    joi: Joi.object({ owner: Joi.object({ name: Joi.string().required(), address: Joi.object({ zip: Joi.string().pattern(/^\d{5}$/).required() }).required() }).required(), list: Joi.array().items(Joi.object({ id: Joi.number().integer().required() })).min(1).required() }),
    schema: Type.Object({ owner: Type.Object({ name: Type.String({ minLength: 1 }), address: Type.Object({ zip: Type.String({ pattern: '^\\d{5}$' }) }, closed) }, closed), list: Type.Array(Type.Object({ id: Type.Integer() }, closed), { minItems: 1 }) }, closed),
    values: [{}, { owner: {}, list: [] }, { owner: { name: '', address: { zip: 'abc' } }, list: [{}, { id: 'x' }, { id: 1, x: 2 }] }, { owner: 'text', list: {} }, { owner: { address: { zip: 5, more: 1 }, name: 'a' }, list: [5] }]
  },
  formats: {
    joi: Joi.object({ mail: Joi.string().email(email), id: Joi.string().guid(), link: Joi.string().uri(), when: Joi.string().isoDate(), host: Joi.string().hostname(), four: Joi.string().ip({ version: 'ipv4' }) }),
    schema: Type.Object({ mail: Type.Optional(Type.String({ format: 'email' })), id: Type.Optional(Type.String({ format: 'uuid' })), link: Type.Optional(Type.String({ format: 'uri' })), when: Type.Optional(Type.String({ format: 'date-time' })), host: Type.Optional(Type.String({ format: 'hostname' })), four: Type.Optional(Type.String({ format: 'ipv4' })) }, closed),
    values: [{ mail: 'x', id: 'x', link: 'x y', when: 'x', host: '-', four: 'x' }, { mail: '' }, { mail: 5 }]
  },
  values: {
    joi: Joi.object({ one: Joi.valid('a'), any: Joi.string().valid('a', 'b'), number: Joi.number().valid(1, 2), union: Joi.string().valid('x', 'y'), step: Joi.number().multiple(5) }),
    schema: Type.Object({ one: Type.Optional(Type.Literal('a')), any: Type.Optional(Type.Unsafe({ type: 'string', enum: ['a', 'b'] })), number: Type.Optional(Type.Unsafe({ type: 'number', enum: [1, 2] })), union: Type.Optional(Type.Union([Type.Literal('x'), Type.Literal('y')])), step: Type.Optional(Type.Number({ multipleOf: 5 })) }, closed),
    values: [{ one: 'b', any: 'c', number: 3, union: 'z', step: 7 }, { any: '' }, { number: 'x' }, { step: 'x' }]
  },
  keys: {
    joi: Joi.object({ a: Joi.number(), b: Joi.number(), c: Joi.number() }).min(1).max(2),
    schema: Type.Object({ a: Type.Optional(Type.Number()), b: Type.Optional(Type.Number()), c: Type.Optional(Type.Number()) }, { minProperties: 1, maxProperties: 2, additionalProperties: false }),
    values: [{}, { a: 1, b: 2, c: 3 }, { a: 'x', b: 2, c: 3 }, { z: 1 }, { c: 'x', a: 'y' }]
  },
  numbers: {
    joi: Joi.object({ n: Joi.number().integer().min(1).max(5), r: Joi.number() }),
    schema: Type.Object({ n: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })), r: Type.Optional(Type.Number()) }, closed),
    values: [{ n: 2 ** 60 }, { n: -(2 ** 60) }, { n: 1e300, r: 'x' }, { n: ' 4 ', r: '1e2' }, { n: '', r: '.5' }, { n: true }, { n: 0.5 }, { r: null }]
  },
  patterns: {
    joi: Joi.object({ vin: Joi.string().length(3).pattern(/^[A-Z]+$/, 'VIN'), id: Joi.string().guid(), text: Joi.string().max(2) }),
    schema: Type.Object({ vin: Type.Optional(Type.String({ minLength: 3, maxLength: 3, pattern: '^[A-Z]+$', patternName: 'VIN' })), id: Type.Optional(Type.String({ pattern: '^[0-9a-f-]{36}$', patternName: 'guid' })), text: Type.Optional(Type.String({ maxLength: 2 })) }, closed),
    values: [{ vin: 'ab', id: 'x' }, { vin: '' }, { vin: 'abc' }, { id: '' }, { text: '😀😀' }, { text: '😀' }]
  },
  lists: {
    joi: Joi.object({ two: Joi.array().items(Joi.number()).length(2), deep: Joi.array().items(Joi.array().items(Joi.boolean()).min(1)) }),
    schema: Type.Object({ two: Type.Optional(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 })), deep: Type.Optional(Type.Array(Type.Array(Type.Boolean(), { minItems: 1 }))) }, closed),
    values: [{ two: [1] }, { two: ['x', 2, 3] }, { deep: [[], [true, 'x']] }, { deep: 5 }]
  }
}

async function ajvMessage (schema: TSchema, value: unknown, abortEarly: boolean): Promise<string | undefined> {
  const app = fastify(joiMessages({ abortEarly }))
  app.post('/', { schema: { body: schema } }, async () => 'valid')
  app.setErrorHandler((error, _request, reply) => {
    assert.ok(error instanceof JoiValidationError)
    reply.code(400).send({ message: error.message })
  })
  const answer = await app.inject({ method: 'POST', url: '/', payload: value as object })
  await app.close()
  return answer.statusCode === 200 ? undefined : answer.json<{ message: string }>().message
}

for (const [name, { joi, schema, values }] of Object.entries(cases)) {
  for (const abortEarly of [false, true]) {
    test(`${name}: says what Joi says${abortEarly ? ', the first fault only' : ''}`, async () => {
      for (const value of values) {
        const expected = joi.validate(value, { abortEarly }).error?.message
        assert.equal(await ajvMessage(schema, value, abortEarly), expected, JSON.stringify(value))
      }
    })
  }
}

test('with convert false nothing is converted', async () => {
  const joi = Joi.object({ n: Joi.number(), b: Joi.boolean() })
  const app = fastify(joiMessages({ abortEarly: false, convert: false }))
  app.post('/', { schema: { body: Type.Object({ n: Type.Number(), b: Type.Boolean() }) } }, async () => 'valid')
  const value = { n: '5', b: 'true' }
  const answer = await app.inject({ method: 'POST', url: '/', payload: value })
  await app.close()
  assert.equal(answer.json<{ message: string }>().message, joi.validate(value, { abortEarly: false, convert: false }).error?.message)
})

test('details carry path, type and label as Joi gives them', async () => {
  const { joi, schema } = cases.nested as Case
  const value = { owner: { name: '', address: { zip: 'abc' } }, list: [{}, { id: 1, x: 2 }] }
  const app = fastify(joiMessages({ abortEarly: false }))
  app.post('/', { schema: { body: schema } }, async () => 'valid')
  app.setErrorHandler((error: JoiValidationError, _request, reply) => { reply.send(error.details.map(({ path, type, context }) => ({ path, type, label: context.label }))) })
  const answer = await app.inject({ method: 'POST', url: '/', payload: value })
  await app.close()
  const expected = joi.validate(value, { abortEarly: false }).error?.details.map(({ path, type, context }) => ({ path, type, label: context?.label }))
  assert.deepEqual(answer.json(), expected)
})
