import assert from 'node:assert/strict'
import { test } from 'node:test'
import libraryTag from 'etag'
import fastify, { type FastifyInstance } from 'fastify'
import { weakEntityTag } from '../src/answer/entity-tag.ts'
import { expressCompat, expressErrors, expressOptions, rowNames, type ExpressCompatOptions } from '../src/index.ts'

async function build (options: ExpressCompatOptions, routes: (app: FastifyInstance) => void = () => {}): Promise<FastifyInstance> {
  const app = fastify(expressOptions(options))
  await app.register(expressCompat, options)
  routes(app)
  await app.ready()
  return app
}

const none = Object.fromEntries(rowNames.map(name => [name, false])) as ExpressCompatOptions

test('with every row off the plugin changes nothing', async () => {
  const bare = fastify()
  const app = fastify()
  await app.register(expressCompat, { express: 5, ...none })
  for (const one of [bare, app]) {
    one.get('/', async () => ({ a: 1 }))
    await one.ready()
  }
  assert.equal(app.hasReplyDecorator('json'), false)
  assert.equal(app.hasRequestDecorator('xhr'), false)
  for (const url of ['/', '/none']) {
    const [plain, ours] = [await bare.inject(url), await app.inject(url)]
    assert.equal(ours.body, plain.body)
    assert.deepEqual(Object.keys(ours.headers), Object.keys(plain.headers))
  }
})

test('without a version only the rows that are named are on', async () => {
  const app = await build({ etag: true }, app => { app.get('/', async () => ({ a: 1 })) })
  const answer = await app.inject('/')
  assert.match(String(answer.headers.etag), /^W\//)
  assert.equal(answer.headers['x-powered-by'], undefined)
})

test('a route can turn rows off, and others keep them', async () => {
  const app = await build({ express: 5 }, app => {
    app.get('/old', async () => 'text')
    app.get('/new', { config: { expressCompat: { htmlStrings: false, etag: false, poweredBy: false } } }, async () => 'text')
  })
  const [old, modern] = [await app.inject('/old'), await app.inject('/new')]
  assert.equal(old.headers['content-type'], 'text/html; charset=utf-8')
  assert.equal(modern.headers['content-type'], 'text/plain; charset=utf-8')
  assert.equal(modern.headers.etag, undefined)
  assert.equal(modern.headers['x-powered-by'], undefined)
  assert.equal(old.headers['x-powered-by'], 'Express')
})

test('a row of the instance cannot be changed by a route', async () => {
  await assert.rejects(build({ express: 5 }, app => {
    app.get('/', { config: { expressCompat: { routeOrder: false } } }, async () => 'x')
  }), { code: 'EXC_ROUTE_ROW' })
})

test('a row that does not exist is named, with a suggestion', async () => {
  const app = fastify()
  await assert.rejects(async () => { await app.register(expressCompat, { express: 5, poweredby: false } as ExpressCompatOptions) }, { code: 'EXC_UNKNOWN_ROW', message: /did you mean "poweredBy"/ })
})

test('another version than 4 and 5 is refused', () => {
  assert.throws(() => expressOptions({ express: 3 as 4 }), { code: 'EXC_VERSION' })
})

test('a row whose constructor option is missing is refused, and accepted when it is off', async () => {
  const app = fastify()
  await assert.rejects(async () => { await app.register(expressCompat, { express: 5 }) }, { code: 'EXC_FACTORY', message: /caseInsensitive/ })
  const other = fastify()
  await other.register(expressCompat, { express: 5, caseInsensitive: false, trailingSlash: false, longParameters: false, clientErrors: false })
  await other.ready()
})

test('trustProxy of Fastify is refused, because its getters cannot be replaced', async () => {
  const app = fastify({ ...expressOptions({ express: 5 }), trustProxy: true })
  await assert.rejects(async () => { await app.register(expressCompat, { express: 5 }) }, { code: 'EXC_TRUST_PROXY' })
})

test('a decoration of another plugin is named', async () => {
  const app = fastify(expressOptions({ express: 5 }))
  app.decorateRequest('cookies', { getter () { return {} } })
  await assert.rejects(async () => { await app.register(expressCompat, { express: 5 }) }, { code: 'EXC_TAKEN', message: /request\.cookies/ })
})

test('rows stay inside the plugin that registers them', async () => {
  const app = fastify(expressOptions({ express: 5, notFoundPage: false, optionsMethod: false }))
  await app.register(async child => {
    await child.register(expressCompat, { express: 5, notFoundPage: false, optionsMethod: false })
    child.get('/inside', async () => 'x')
  })
  app.get('/outside', async () => 'x')
  const [inside, outside] = [await app.inject('/inside'), await app.inject('/outside')]
  assert.equal(inside.headers['x-powered-by'], 'Express')
  assert.equal(outside.headers['x-powered-by'], undefined)
})

test('hooks on sending still see and change the body, and the entity tag is that of what is sent', async () => {
  const app = await build({ express: 5 }, app => {
    app.addHook('onSend', async (_request, _reply, payload) => String(payload).toUpperCase())
    app.get('/', async () => ({ a: 'x' }))
  })
  const answer = await app.inject('/')
  assert.equal(answer.body, '{"A":"X"}')
  assert.equal(answer.headers.etag, libraryTag('{"A":"X"}', { weak: true }))
})

test('a header that HTTP does not allow is an error and not the end of the process, also with its row off', async () => {
  const app = await build({ express: 5, headerChecked: false }, app => { app.get('/', (_request, reply) => { reply.header('X-A', 'b\u0001').send('x') }) })
  assert.equal((await app.inject('/')).statusCode, 500)
})

test('the entity tag is the one of the library that Express uses', () => {
  for (const body of ['', 'x', 'é€😀', 'x'.repeat(70_000)]) {
    assert.equal(weakEntityTag(body), libraryTag(Buffer.from(body), { weak: true }))
    assert.equal(weakEntityTag(Buffer.from(body)), libraryTag(Buffer.from(body), { weak: true }))
  }
})

test('expressErrors works without the plugin: the stack in development, the status text in production', async () => {
  for (const [env, shown] of [['development', 'Error: secret'], ['production', 'Internal Server Error']] as const) {
    const app = fastify()
    const { errorHandler, notFoundHandler } = expressErrors({ env })
    app.setErrorHandler(errorHandler)
    app.setNotFoundHandler(notFoundHandler)
    app.get('/', async () => { throw new Error('secret') })
    const failed = await app.inject('/')
    assert.equal(failed.statusCode, 500)
    assert.ok(failed.body.includes(`<pre>${shown}`), failed.body)
    assert.equal(failed.body.includes('secret'), env === 'development')
    const missing = await app.inject('/<x>')
    assert.ok(missing.body.includes('<pre>Cannot GET /%3Cx%3E</pre>'), missing.body)
    assert.equal(missing.headers['content-security-policy'], "default-src 'none'")
  }
})
