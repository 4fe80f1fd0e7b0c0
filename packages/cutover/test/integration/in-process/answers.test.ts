import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { test } from 'node:test'
import express from 'express'
import express4 from 'express4'
import Fastify from 'fastify'
import { ways, type Listener } from './behaviours.ts'
import { client, eventually, get, header, type RawAnswer, running } from './serve.ts'

const require = createRequire(import.meta.url)
const compression = require('compression') as () => express.RequestHandler
const morgan = require('morgan') as (format: string, options: object) => express.RequestHandler

const none = (_: unknown, __: unknown): void => {}
const named: Listener = (request, response) => ways[new URL(request.url!, 'http://test').searchParams.get('way')!]!(request, response)
/** The same behaviour as another listener: one backend cannot be both. */
const twin = (listener: Listener): Listener => (request, response) => listener(request, response)
const target = (way: string): string => `/x?${new URLSearchParams({ way }).toString()}`
const own = new Set(['x-routed-to', 'x-request-id'])
const bare = ({ headers, ...rest }: RawAnswer): unknown => ({ ...rest, headers: headers.filter(([name]) => !own.has(name)) })

for (const side of ['legacy', 'candidate'] as const) {
  test(`every way to answer is ${side}'s own, and stamped once`, async t => {
    const alone = createServer((request, response) => { named(request, response) }).listen(0, '127.0.0.1')
    await once(alone, 'listening')
    t.after(() => { alone.close(); alone.closeAllConnections() })
    const share = side === 'legacy' ? '0%' : '100%'
    const { port } = await running(t, side === 'legacy' ? named : none, side === 'legacy' ? none : named, { features: { x: { routes: ['/x'], share } } })
    for (const method of ['GET', 'HEAD', 'POST']) {
      for (const way of Object.keys(ways)) {
        if (method === 'HEAD' && way === 'trailers') continue
        const ask = async (port: number): Promise<RawAnswer> => await client(t, port).send(get(target(way), method, 'content-length: 0')).answer({ headless: method === 'HEAD' })
        const [expected, found] = await Promise.all([ask((alone.address() as AddressInfo).port), ask(port)])
        assert.deepEqual(bare(found), bare(expected), `${method}, ${way}`)
        assert.equal(header(found, 'x-routed-to'), side, way)
        assert.match(header(found, 'x-request-id')!, /^[\w-]+$/, way)
      }
    }
  })
}

test('the headers of the switch can be turned off, and the decision be shown', async t => {
  const plain = await running(t, none, (request: IncomingMessage, response: ServerResponse) => { response.end(String(request.headers['x-request-id'])) }, { headers: { routedTo: false, requestId: false } })
  const answer = await client(t, plain.port).send(get('/x')).answer()
  assert.deepEqual([header(answer, 'x-routed-to'), header(answer, 'x-request-id'), answer.body], [undefined, undefined, 'undefined'])
  const debug = await running(t, named, twin(named), { headers: { serverTiming: true } })
  assert.equal(header(await client(t, debug.port).send(get(target('writeHead with a list'))).answer(), 'server-timing'), 'cutover;desc="candidate share x"')
  assert.equal(header(await client(t, debug.port).send(get('/' + target('end alone').slice(2))).answer(), 'server-timing'), 'cutover;desc="legacy unlisted"')
})

test('the request id is the client\'s own when it is well formed, and the same everywhere', async t => {
  const tell: Listener = (request, response) => { response.end(request.headers['x-request-id']) }
  const { port } = await running(t, tell, twin(tell))
  const raw = client(t, port)
  const ask = async (...lines: string[]): Promise<string> => {
    const answer = await raw.send(get('/x', 'GET', ...lines)).answer()
    assert.equal(answer.body, header(answer, 'x-request-id'))
    return answer.body
  }
  assert.equal(await ask('X-Request-Id: mine-1'), 'mine-1')
  const made = new Set<string>()
  for (const lines of [[], [], ['x-request-id: '], ['x-request-id: a b'], ['x-request-id: <script>'], [`x-request-id: ${'x'.repeat(129)}`], ['x-request-id: a', 'x-request-id: b'], ['x-request-id: \xe9']]) made.add(await ask(...lines))
  assert.equal(made.size, 8)
  assert.equal([...made].every(id => /^[A-Za-z0-9]{12}-[a-z0-9]+$/.test(id)), true, [...made].join(' '))
})

test('a user\'s own cookies stand beside the sticky one, however they are set', async t => {
  const sticky = { features: { x: { routes: ['/x'], share: '50%', stickyBy: 'cookie' } } } as const
  const { port } = await running(t, named, twin(named), sticky)
  for (const [way, cookies] of [['setHeader, appendHeader, removeHeader', 3], ['writeHead with an object', 3], ['writeHead with a list', 3], ['cookies by setHeader, then writeHead', 3], ['writeHead over setHeader', 1]] as const) {
    const answer = await client(t, port).send(get(target(way))).answer()
    assert.equal(answer.headers.filter(([name]) => name === 'set-cookie').length, cookies, way)
  }
  const { port: second } = await running(t, ...[0, 1].map(() => (_: unknown, response: ServerResponse) => { response.setHeader('Set-Cookie', ['a=1', 'b=2']); response.writeHead(200, { 'X-A': '1' }); response.end() }) as [Listener, Listener], sticky)
  assert.equal((await client(t, second).send(get('/x')).answer()).headers.filter(([name]) => name === 'set-cookie').length, 3)
})

const shapes: Record<string, (app: express.Express) => void> = {
  express: app => {
    app.use(compression())
    app.use((_, response, next) => {
      response.set({ 'X-Frame-Options': 'DENY', 'Content-Security-Policy': "default-src 'self'" })
      response.removeHeader('X-Powered-By')
      next()
    })
    app.get('/x/send', (_, response) => { response.send('text') })
    app.get('/x/json', (_, response) => { response.status(201).json({ a: 1 }) })
    app.get('/x/big', (_, response) => { response.json({ a: 'x'.repeat(5_000) }) })
    app.get('/x/redirect', (_, response) => { response.redirect('/y') })
    app.get('/x/cookie', (_, response) => { response.cookie('a', '1').cookie('b', '2').end() })
    app.get('/x/file', (_, response) => { response.sendFile(import.meta.filename) })
    app.get('/x/error', () => { throw new Error('secret') })
    app.get('/x/later', (_, __, next) => { setImmediate(() => next(new Error('secret'))) })
    app.use('/x/static', express.static(dirname(import.meta.filename)))
  }
}
const targets = ['/x/send', '/x/json', '/x/big', '/x/redirect', '/x/cookie', '/x/file', '/x/static/serve.ts', '/x/static', '/x/none', '/x/error', '/x/later']

for (const [version, make] of [['4', express4 as unknown as typeof express], ['5', express]] as const) {
  test(`Express ${version} with its middleware answers as it does alone`, async t => {
    t.mock.method(console, 'error', () => {})
    const app = make()
    app.set('env', 'test')
    shapes.express!(app)
    const logged: string[] = []
    const logging = make()
    logging.use(morgan(':status', { stream: { write: (line: string) => logged.push(line.trim()) } }))
    logging.use(app)
    const alone = createServer(logging).listen(0, '127.0.0.1')
    await once(alone, 'listening')
    t.after(() => { alone.close(); alone.closeAllConnections() })
    const { port } = await running(t, none, logging, { fallback: { enabled: false }, breaker: { enabled: false } })
    const answers = async (port: number): Promise<unknown[]> => {
      const raw = client(t, port)
      const found: unknown[] = []
      for (const target of targets) {
        const answer = await raw.send(get(target, 'GET', 'accept-encoding: gzip')).answer()
        found.push({ target, ...bare(answer) as object })
      }
      return found
    }
    const expected = await answers((alone.address() as AddressInfo).port)
    assert.deepEqual(await answers(port), expected)
    await eventually(() => logged.length === 2 * targets.length, 'the access log')
    assert.deepEqual(logged.slice(targets.length), logged.slice(0, targets.length))
  })
}

test('frameworks fall back to one another, whichever swaps prototypes', async t => {
  const fastify = (name: string, failing: boolean) => {
    const app = Fastify()
    app.get('/x/:id', async (request, reply) => {
      if (failing) throw new Error('secret')
      return reply.header('x-from', name).send({ name, id: (request.params as { id: string }).id })
    })
    return app
  }
  const ofExpress = (make: typeof express, failing: boolean) => (name: string): unknown => {
    const app = make()
    app.set('env', 'test')
    app.use(compression())
    const router = make.Router()
    router.get('/:id', (request, response) => {
      if (failing) response.status(500).cookie('leak', '1').set('x-secret', '1').json({ secret: true })
      else response.set('x-from', name).json({ name, id: request.params.id, base: request.baseUrl })
    })
    app.use('/x', router)
    return app
  }
  const makers = {
    'Express 4': (failing: boolean) => ofExpress(express4 as unknown as typeof express, failing)('Express 4'),
    'Express 5': (failing: boolean) => ofExpress(express, failing)('Express 5'),
    Fastify: (failing: boolean) => fastify('Fastify', failing)
  }
  for (const [candidate, makeCandidate] of Object.entries(makers)) {
    for (const [legacy, makeLegacy] of Object.entries(makers)) {
      const { port } = await running(t, makeLegacy(false), makeCandidate(true))
      const raw = client(t, port)
      for (let i = 0; i < 3; i++) {
        const answer = await raw.send(get(`/x/${i}`)).answer()
        const expected = legacy === 'Fastify' ? { name: legacy, id: `${i}` } : { name: legacy, id: `${i}`, base: '/x' }
        assert.deepEqual([answer.status, JSON.parse(answer.body), header(answer, 'x-from')], [200, expected, legacy], `${candidate} → ${legacy}`)
        assert.doesNotMatch(JSON.stringify(answer.headers), /secret|leak/, `${candidate} → ${legacy}`)
      }
    }
  }
})

test('what streams is passed on as it comes', async t => {
  let go: (() => void) | undefined
  const { port } = await running(t, none, (_: unknown, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('first')
    go = () => { response.end('last') }
  })
  const raw = client(t, port).send(get('/x'))
  let text = ''
  raw.socket.on('data', chunk => { text += String(chunk) })
  await eventually(() => text.includes('first'), 'the first piece')
  assert.equal(text.includes('last'), false)
  go!()
  assert.equal((await raw.answer()).body, 'firstlast')
})

test('a 5xx after the head is out is nobody\'s to mend, and a broken answer is cut off', async t => {
  const { port, app } = await running(t, none, async (_: unknown, response: ServerResponse) => {
    response.write('begun')
    await new Promise(resolve => setImmediate(resolve))
    throw new Error('broke')
  })
  const raw = client(t, port).send(get('/x'))
  await assert.rejects(raw.answer(), /connection ended/)
  await eventually(() => app.status().features[0]!.backends.candidate.requests === 1, 'the count')
})

test('a listener that throws after its answer has ended takes nothing from the client', async t => {
  const { port, events } = await running(t, none, (_: unknown, response: ServerResponse) => {
    response.end('x'.repeat(3_000_000))
    throw new Error('too late')
  })
  assert.equal((await client(t, port).send(get('/x')).answer()).body.length, 3_000_000)
  assert.equal(events.some(({ message }) => message.includes('too late')), true)
})

test('a body that grows past the limit is refused, and the backend\'s own answer to that is dropped', async t => {
  const { port } = await running(t, none, (request: IncomingMessage, response: ServerResponse) => {
    request.on('data', () => {})
    let done = false
    const answer = (): void => {
      if (done) return
      done = true
      response.writeHead(200, { 'X-A': '1' })
      response.end('read')
    }
    request.on('end', answer).on('aborted', answer).on('error', answer).on('close', answer)
  }, { limits: { body: '10B' } })
  const over = await client(t, port).send(get('/x', 'POST', 'transfer-encoding: chunked') + '14\r\n01234567890123456789\r\n').answer()
  assert.deepEqual([over.status, header(over, 'connection'), JSON.parse(over.body).code], [413, 'close', 'CUT_BODY_TOO_LARGE'])
  assert.equal((await client(t, port).send(get('/x', 'POST', 'content-length: 11')).answer()).status, 413)
  assert.equal((await client(t, port).send(get('/x', 'POST', 'content-length: 10') + '0123456789').answer()).status, 200)
})
