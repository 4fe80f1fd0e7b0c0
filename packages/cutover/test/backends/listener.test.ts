import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { test, type TestContext } from 'node:test'
import express from 'express'
import express4 from 'express4'
import Fastify from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import websocket from '@fastify/websocket'
import { Hono } from 'hono'
import { createAdaptorServer } from '@hono/node-server'
import Koa from 'koa'
import { Server as SocketServer } from 'socket.io'
import { io } from 'socket.io-client'
import { WebSocket, WebSocketServer } from 'ws'
import { closeListener, listenerFrom } from '../../src/backends/listener.ts'
import { loadAdapter } from '../../src/backends/applications/hono.ts'
import { serve } from '../fixtures/backends/serve.ts'

const answer = (request: IncomingMessage, response: ServerResponse) => {
  let body = ''
  request.on('data', chunk => { body += chunk })
  request.on('end', () => { response.setHeader('x-made-by', 'handler').end(`${request.method} ${request.url} ${body}`) })
}

async function post (t: TestContext, application: unknown, path = '/things?q=1') {
  const listener = await listenerFrom(application)
  const { url } = await serve(t, listener)
  const response = await fetch(url + path, { method: 'POST', body: 'ping', headers: { 'content-type': 'text/plain' } })
  return { framework: listener.framework, status: response.status, body: await response.text() }
}

async function echo (url: string): Promise<string> {
  const client = new WebSocket(url.replace('http', 'ws') + '/socket')
  await once(client, 'open')
  client.send('ping')
  const [data] = await once(client, 'message')
  client.close()
  await once(client, 'close')
  return String(data)
}

for (const [version, make] of [['4', express4], ['5', express]] as const) {
  test(`an Express ${version} application serves, its own 404 included`, async t => {
    const app = make()
    app.post('/things', express.text(), (request, response) => { response.status(201).send(`${request.query.q} ${request.body}`) })
    assert.deepEqual(await post(t, app), { framework: 'Express', status: 201, body: '1 ping' })
    assert.match((await post(t, app, '/none')).body, /Cannot POST \/none/)
  })
}

test('a Fastify instance is made ready and serves', async t => {
  const app = Fastify()
  let ready = false
  app.addHook('onReady', async () => { ready = true })
  app.post('/things', async (request, reply) => reply.code(201).send(request.body))
  assert.deepEqual(await post(t, app), { framework: 'Fastify', status: 201, body: 'ping' })
  assert.equal(ready, true)
})

test('closing a Fastify instance runs its hooks', async () => {
  const app = Fastify()
  const ran: string[] = []
  app.addHook('preClose', async () => { ran.push('preClose') })
  app.addHook('onClose', async () => { ran.push('onClose') })
  await closeListener(await listenerFrom(app))
  assert.deepEqual(ran, ['preClose', 'onClose'])
})

test('upgrades reach a Fastify instance that has WebSocket routes, and only such a one', async t => {
  const app = Fastify()
  await app.register(websocket)
  app.get('/socket', { websocket: true }, socket => { socket.on('message', message => socket.send(`fastify ${message}`)) })
  const listener = await listenerFrom(app)
  t.after(() => listener.close())
  assert.equal(listener.acceptsUpgrade(), true)
  const { url } = await serve(t, listener)
  assert.equal(await echo(url), 'fastify ping')
  assert.equal((await listenerFrom(Fastify())).acceptsUpgrade(), false)
})

test('a Koa application serves', async t => {
  const app = new Koa()
  app.use(async context => {
    context.status = 201
    context.body = `${context.method} ${context.query.q}`
  })
  assert.deepEqual(await post(t, app), { framework: 'Koa', status: 201, body: 'POST 1' })
})

test('a Hono application serves through its Node adapter', async t => {
  const app = new Hono()
  app.post('/things', async context => context.text(`${context.req.query('q')} ${await context.req.text()}`, 201))
  assert.deepEqual(await post(t, app), { framework: 'Hono', status: 201, body: '1 ping' })
})

test('a server of the Hono adapter serves', async t => {
  const app = new Hono()
  app.post('/things', context => context.text('served'))
  const { framework, body } = await post(t, createAdaptorServer({ fetch: app.fetch }))
  assert.deepEqual({ framework, body }, { framework: 'http.Server', body: 'served' })
})

test('the Hono adapter that is missing is named with its remedy', async () => {
  await assert.rejects(loadAdapter('/nonexistent', '@hono/not-there'), {
    code: 'CUT_PACKAGE_MISSING', message: /@hono\/not-there, which is not installed\. Run `npm install @hono\/not-there`/
  })
})

test('a (req, res) function serves and takes no upgrades', async t => {
  assert.deepEqual(await post(t, answer), { framework: 'handler', status: 200, body: 'POST /things?q=1 ping' })
  assert.equal((await listenerFrom(answer)).acceptsUpgrade(), false)
})

test('a handler that throws or rejects does so to its caller', async () => {
  const failing = await listenerFrom(async (_request: unknown, _response: unknown) => { throw new Error('no') })
  await assert.rejects(async () => await failing.request({} as IncomingMessage, {} as ServerResponse), /no/)
  const throwing = await listenerFrom((_request: unknown, _response: unknown) => { throw new Error('no') })
  assert.throws(() => throwing.request({} as IncomingMessage, {} as ServerResponse), /no/)
})

test('an http.Server that does not listen serves requests and WebSockets', async t => {
  const server = createServer(answer)
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', socket => socket.on('message', message => socket.send(`ws ${message}`)))
  const listener = await listenerFrom(server)
  const { url } = await serve(t, listener)
  assert.equal(await (await fetch(`${url}/a`)).text(), 'GET /a ')
  assert.equal(await echo(url), 'ws ping')
  assert.equal(server.listening, false)
})

for (const transport of ['polling', 'websocket']) {
  test(`Socket.IO attached to an http.Server works over ${transport}, and closes with it`, async t => {
    const server = createServer(answer)
    const sockets = new SocketServer(server)
    sockets.on('connection', socket => socket.on('ping-with', (value, reply) => reply(`${value} back`)))
    const listener = await listenerFrom(server)
    const { url } = await serve(t, listener)
    const client = io(url, { transports: [transport], reconnection: false })
    t.after(() => { client.close() })
    assert.equal(await client.timeout(5000).emitWithAck('ping-with', 'there'), 'there back')
    assert.equal(await (await fetch(`${url}/plain`)).text(), 'GET /plain ')
    const disconnected = new Promise(resolve => client.once('disconnect', resolve))
    await closeListener(listener)
    await disconnected
  })
}

for (const transport of ['polling', 'websocket']) {
  for (const when of ['before', 'after']) {
    test(`Socket.IO attached to a Fastify instance's server ${when} it is opened works over ${transport}, beside its routes`, async t => {
      const app = Fastify()
      app.get('/plain', async () => 'plain')
      const attach = (): void => {
        new SocketServer(app.server).on('connection', socket => socket.on('ping-with', (value, reply) => reply(`${value} back`)))
      }
      if (when === 'before') attach()
      const listener = await listenerFrom(app)
      if (when === 'after') attach()
      const { url } = await serve(t, listener)
      const client = io(url, { transports: [transport], reconnection: false })
      t.after(() => { client.close() })
      assert.equal(await client.timeout(5000).emitWithAck('ping-with', 'there'), 'there back')
      assert.equal(await (await fetch(`${url}/plain`)).text(), 'plain')
    })
  }
}

test('promises, factories and modules around an application are taken off', async t => {
  const wrapped: unknown[] = [
    Promise.resolve(answer),
    () => answer,
    async () => answer,
    (_options = {}) => answer,
    { default: answer },
    { default: { default: async () => answer } },
    Promise.resolve({ default: () => Promise.resolve(createServer(answer)) }),
    async () => { const app = Fastify(); app.post('/things', async () => 'POST /things?q=1 ping'); return app },
    { default: () => { const app = Fastify(); app.post('/things', async () => 'POST /things?q=1 ping'); return app } }
  ]
  for (const application of wrapped) assert.equal((await post(t, application)).body, 'POST /things?q=1 ping')
})

test('what is no application is refused, saying what it is and what is accepted', async () => {
  const endless = (): unknown => endless
  const cases: Array<[unknown, RegExp]> = [
    [undefined, /is undefined, which/], [null, /is null/], ['app.js', /is a string/], [3000, /is a number/],
    [{}, /is an empty object/], [[], /is an array/], [{ routes: 1, prefix: 2 }, /an object with routes, prefix/],
    [(_request: Request) => new Response(), /a function with one parameter/],
    [class App { constructor (readonly a: unknown, readonly b: unknown) {} }, /the class App: make an instance/],
    [fastifyPlugin(async (_app: unknown, _options: unknown) => {}), /a Fastify plugin: make an instance/],
    [() => undefined, /is undefined/], [async () => ({ a: 1 }), /an object with a/], [endless, /a function with 0 parameters/],
    [createServer(), /an http.Server without a request listener/]
  ]
  for (const [application, message] of cases) {
    await assert.rejects(listenerFrom(application, 'the candidate backend'), (error: Error & { code: string }) => {
      assert.equal(error.code, 'CUT_APPLICATION_UNKNOWN')
      assert.match(error.message, message)
      assert.match(error.message, /^The application of the candidate backend is .*Give an Express, Fastify, Koa/)
      return true
    })
  }
})

test('an application that already listens is refused', async t => {
  const server = createServer(answer).listen(0, '127.0.0.1')
  const app = Fastify()
  t.after(async () => { server.close(); await app.close() })
  await once(server, 'listening')
  await app.listen({ port: 0, host: '127.0.0.1' })
  for (const application of [server, app]) {
    await assert.rejects(listenerFrom(application, 'the legacy backend'), { code: 'CUT_APPLICATION_LISTENING', message: /of the legacy backend already listens.*Remove its listen\(\) call/ })
  }
})

test('an application that cannot start is reported with its own reason', async () => {
  const app = Fastify()
  app.register(async () => { throw new Error('no database') })
  for (const application of [app, () => { throw new Error('no database') }, Promise.reject(new Error('no database'))]) {
    await assert.rejects(listenerFrom(application, 'the candidate backend'), { code: 'CUT_APPLICATION_FAILED', message: /candidate backend could not be made ready: no database/ })
  }
})
