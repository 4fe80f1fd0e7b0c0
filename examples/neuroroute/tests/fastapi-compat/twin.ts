import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { type FastifyInstance } from 'fastify'
import { Readable } from 'node:stream'
import { Type, type TSchema } from 'typebox'
import {
  AssertionFault, Day, Enumeration, fastapiCompat, fastapiOptions, floatText, HttpException, Moment, Nullable, pythonFloat, PythonFloat, TypeFault, Uuid,
  validated, ValueError, writeJson, type FastapiCompatOptions
} from '../../candidate/fastapi-compat.ts'

const Color = Enumeration(['red', 'green', "it's"])
const NumberEnum = Type.Unsafe<1 | 2>({ type: 'integer', enum: [1, 2] })
const optional = (schema: TSchema) => Type.Optional(Nullable(schema))

const queryKinds = {
  i: optional(Type.Integer()),
  f: optional(Type.Number()),
  s: optional(Type.String()),
  b: optional(Type.Boolean()),
  u: optional(Uuid()),
  d: optional(Day()),
  t: optional(Moment()),
  e: optional(Color),
  n: optional(NumberEnum),
  l: optional(Type.Union([Type.Literal('a'), Type.Literal(1)])),
  ls: optional(Type.Array(Type.String())),
  li: optional(Type.Array(Type.Integer()))
}
const Kinds = Type.Object({
  ...queryKinds,
  m: optional(Type.Record(Type.String(), Type.Integer())),
  w: optional(Type.Union([Type.Integer(), Type.String()]))
})
const Point = Type.Object({ x: Type.Number(), y: Type.Number({ default: 0 }) }, { additionalProperties: false })
const shape = {
  name: Type.String({ minLength: 2, maxLength: 5 }),
  code: Type.Optional(Nullable(Type.String({ pattern: '[a-z]+[0-9]?$' }))),
  origin: Point,
  points: Type.Array(Point, { minItems: 1, maxItems: 3, default: [] }),
  tags: Type.Record(Type.String(), Type.Integer(), { default: {} }),
  grid: Type.Array(Type.Array(Type.Integer()), { default: [] })
}
/** pydantic's model is recursive; a few levels are enough to see that. */
const shapeOf = (levels: number): TSchema => Type.Object(levels === 0 ? shape : { ...shape, other: optional(shapeOf(levels - 1)) })
const Shape = shapeOf(4)
const Limits = Type.Object({
  ge: Type.Integer({ minimum: 3, default: 5 }),
  gt: Type.Integer({ exclusiveMinimum: 3, default: 5 }),
  le: Type.Number({ maximum: 3, default: 1 }),
  lt: Type.Number({ exclusiveMaximum: 3.5, default: 1 }),
  both: Type.Number({ exclusiveMinimum: 0, maximum: 1e-5, default: 1 }),
  times: Type.Integer({ multipleOf: 3, default: 6 }),
  part: Type.Number({ multipleOf: 0.25, default: 0.5 }),
  short: Type.String({ maxLength: 3, default: 'a' }),
  long: Type.String({ minLength: 3, default: 'abc' }),
  few: Type.Array(Type.Integer(), { maxItems: 2, default: [1] }),
  many: Type.Array(Type.Integer(), { minItems: 2, default: [1, 2] }),
  once: Type.Array(Type.Unknown(), { uniqueItems: true, default: [] }),
  flag: Type.Boolean({ default: true })
})
const Strict = Type.Object({ a: Type.Integer(), b: Type.String({ default: 'b' }) }, { additionalProperties: false })

interface CheckedValues { readonly name?: string, readonly size?: number | null }

const Checked = validated(Type.Object({
  name: validated(Type.String(), {
    before: [(value: unknown) => {
      if (Array.isArray(value)) throw new TypeFault('no list')
      return value
    }],
    after: [(value: string) => {
      if (value === 'bad') throw new ValueError('Unknown name: bad')
      if (value === 'worse') throw new AssertionFault('worse than bad')
      return value.toUpperCase()
    }]
  }),
  size: optional(Type.Integer()),
  both: validated(optional(Type.String()), { always: true, after: [(value: string | null, values) => `${values.name ?? 'None'}-${value ?? 'None'}`] })
}), {
  rootBefore: [(values: object) => {
    if (Object.keys(values).length === 0) throw new ValueError('nothing to change')
    return values
  }],
  root: [(values: CheckedValues) => {
    if (values.size === 13) throw new ValueError('unlucky')
    return values
  }]
})

/** `json.dumps`, which writes NaN, too. */
function dump (value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
  if (value instanceof PythonFloat) return floatText(value.value)
  if (Array.isArray(value)) return `[${value.map(dump).join(',')}]`
  if (value instanceof Map) return `{${[...value].map(([name, member]: [string, unknown]) => `${writeJson(name)}:${dump(member)}`).join(',')}}`
  return writeJson(value)
}

const Echo = Type.Object({ value: validated(Type.Unknown(), { before: [dump], always: true }) }, { required: [] })

/** The Fastify twin of probe.py. */
export async function buildTwin (options: FastapiCompatOptions = {}): Promise<FastifyInstance> {
  const app = fastify({ ...fastapiOptions(), logger: false }).withTypeProvider<TypeBoxTypeProvider>()
  await app.register(fastapiCompat, options)
  const authenticate = async (request: { headers: { authorization?: string | undefined } }) => {
    if (request.headers.authorization === undefined) throw new HttpException(401, 'Missing API key', { 'WWW-Authenticate': 'Bearer' })
  }

  app.get('/ping', async () => ({ ping: true }))
  app.get('/items/:item_id', {
    schema: {
      params: Type.Object({ item_id: Type.Integer({ minimum: 1, maximum: 1000 }) }),
      querystring: Type.Object({
        q: optional(Type.String({ minLength: 2, maxLength: 5 })),
        r: optional(Type.String({ pattern: '^[a-c]+$' })),
        c: Type.Array(Color, { default: [] }),
        n: optional(Type.Array(Type.Integer(), { maxItems: 3 })),
        f: Type.Number({ exclusiveMinimum: 0, maximum: 10, default: 0.5 }),
        flag: Type.Boolean({ default: false })
      }),
      headers: Type.Object({ 'x-token': optional(Type.String()), 'x-size': Type.Integer({ minimum: 1, default: 7 }), 'x-all': optional(Type.Array(Type.String())) })
    }
  }, async ({ params, query, headers }) => ({
    item_id: params.item_id,
    q: query.q ?? null,
    r: query.r ?? null,
    c: query.c,
    n: query.n ?? null,
    f: pythonFloat(query.f),
    flag: query.flag,
    x_token: headers['x-token'] ?? null,
    x_size: headers['x-size'],
    x_all: headers['x-all'] ?? null
  }))
  app.get('/required', {
    schema: {
      querystring: Type.Object({ a: Type.Integer(), b: Type.Array(Type.Integer()), d: Uuid() }),
      headers: Type.Object({ c: Type.String() })
    }
  }, async ({ query, headers }) => ({ a: query.a, b: query.b, c: headers.c, d: query.d }))
  app.get('/query', { schema: { querystring: Type.Object(queryKinds), response: { 200: Kinds } } }, async request => request.query)
  app.post('/kinds', { schema: { body: Kinds, response: { 200: Kinds } } }, async request => request.body)
  app.post('/shape', { schema: { body: Shape, response: { 200: Shape } } }, async request => request.body as never)
  app.post('/limits', { schema: { body: Limits, response: { 200: Limits } } }, async request => request.body)
  app.put('/strict', { schema: { body: Strict, response: { 200: Strict } } }, async request => request.body)
  app.post('/checked', { schema: { body: Checked, response: { 200: Checked } } }, async request => request.body)
  app.post('/echo', { schema: { body: Echo } }, async request => ({ text: request.body.value }))
  app.post('/list', { schema: { body: Type.Array(Type.Integer()) } }, async request => request.body)
  app.post('/number', { schema: { body: Type.Integer({ minimum: 2 }) } }, async request => ({ number: request.body }))
  app.post('/optional', { schema: { body: Nullable(Strict) } }, async request => ({ none: request.body === null }))
  app.patch('/mixed/:item_id', {
    schema: {
      params: Type.Object({ item_id: Type.Integer() }),
      querystring: Type.Object({ q: Type.Integer({ default: 3 }) }),
      headers: Type.Object({ 'x-token': Type.String() }),
      body: Strict
    }
  }, async ({ params, query, headers, body }) => ({ item_id: params.item_id, q: query.q, x_token: headers['x-token'], a: body.a }))
  app.post('/private', { preValidation: authenticate, schema: { body: Strict, querystring: Type.Object({ q: Type.Integer({ default: 1 }) }) } }, async ({ body, headers, query }) => ({ a: body.a, caller: headers.authorization, q: query.q }))
  app.delete('/private/:item_id', { preValidation: authenticate, schema: { params: Type.Object({ item_id: Uuid() }) } }, async (_, reply) => reply.code(204).header('content-type', 'application/json').send())
  app.get('/answer', {
    schema: {
      querystring: Type.Object({ f: Type.Number({ default: 1 }), i: Type.Integer({ default: 1 }), s: Type.String({ default: '' }), at: Type.String({ default: '2026-11-22T01:23:45Z' }) }),
      response: { 200: Type.Object({ i: Type.Integer(), f: Type.Number(), s: Type.String(), none: Nullable(Type.String()), at: Moment(), day: Day(), id: Uuid(), floats: Type.Array(Type.Number()), inner: Point }) }
    }
  }, async ({ query: { f, i, s, at } }) => ({
    i, f, s, none: null, at, day: '2024-07-18', id: 'c56a4180-65aa-42ec-a945-5fd21dec0538', floats: [f, f * 10, f / 3], inner: { x: f, y: -f }, more: 'dropped'
  }))
  app.get('/raise/:status', { schema: { params: Type.Object({ status: Type.Integer() }), querystring: Type.Object({ detail: optional(Type.String()) }) } }, async ({ params, query }) => {
    throw new HttpException(params.status, query.detail ? { why: [query.detail, 1, pythonFloat(1)] } : undefined, { 'X-Reason': 'because', 'Retry-After': '3' })
  })
  app.get('/crash', async () => { throw new Error('on purpose') })
  app.get('/nan', async () => ({ value: NaN }))
  app.get('/unfit', { schema: { response: { 200: Strict } } }, async () => ({ b: 'no a' }) as never)
  app.get('/none', async () => null)
  app.get('/text', async (_, reply) => reply.type('text/plain; charset=utf-8').send('h\u00e9llo'))
  app.post('/created', { schema: { body: Strict } }, async (request, reply) => reply.code(201).header('x-extra', 'yes').send({ a: request.body.a }))
  app.get('/stream', async (_, reply) => reply.type('text/event-stream; charset=utf-8').send(Readable.from(['event: start\ndata: {}\n\n', 'event: end\ndata: {}\n\n'])))
  app.get('/empty', async (_, reply) => reply.code(204).send())
  app.get('/both', async (_, reply) => reply.type('application/json').send('"get"'))
  app.post('/both', async (_, reply) => reply.type('application/json').send('"post"'))
  app.get('/first/:name', async request => ({ name: (request.params as { name: string }).name }))
  app.get('/first/special', async () => ({ special: true }))
  app.get('/pair/:left/and/:right', async request => request.params)
  app.get('/dash/:left-:right', { schema: { params: Type.Object({ left: Type.String(), right: Type.Integer() }) } }, async request => request.params)
  app.get('/files/*', async request => ({ path: (request.params as { '*': string })['*'] }))
  app.get('/slash/', async () => ({ slash: true }))
  app.get('/where', async request => {
    const target = request.originalUrl.split('#')[0]!
    return { path: '/where', query: target.includes('?') ? target.slice(target.indexOf('?') + 1) : '' }
  })
  return app as unknown as FastifyInstance
}
