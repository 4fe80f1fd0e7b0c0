import 'reflect-metadata'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Controller, Get, Module, Post, Query } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { Server as SocketServer } from 'socket.io'
import { WebSocketServer } from 'ws'
import { listenerFrom } from '../../src/backends/listener.ts'
import { serve } from '../fixtures/backends/serve.ts'

class ThingsController {
  made (q: string) { return `made ${q}` }
  list () { return [{ id: 1 }] }
}

class AppModule {
  destroyed = false
  onModuleDestroy () { this.destroyed = true }
}

// Applied by hand: the tests' loader emits no decorator metadata.
const prototype = ThingsController.prototype
const descriptor = (name: 'made' | 'list') => Object.getOwnPropertyDescriptor(prototype, name)!
Post('things')(prototype, 'made', descriptor('made'))
Query('q')(prototype, 'made', 0)
Get('things')(prototype, 'list', descriptor('list'))
Controller()(ThingsController)
Module({ controllers: [ThingsController] })(AppModule)

async function exercise (t: TestContext, application: unknown) {
  const listener = await listenerFrom(application)
  const { url } = await serve(t, listener)
  const made = await fetch(`${url}/things?q=1`, { method: 'POST' })
  assert.equal(made.status, 201)
  assert.equal(await made.text(), 'made 1')
  assert.deepEqual(await (await fetch(`${url}/things`)).json(), [{ id: 1 }])
  assert.equal((await fetch(`${url}/none`)).status, 404)
  return listener
}

test('a Nest application on Express is made ready, serves and is closed', async t => {
  const app = await NestFactory.create(AppModule, { logger: false })
  const listener = await exercise(t, app)
  assert.equal(listener.framework, 'Nest on Express')
  await listener.close()
  assert.equal(app.get(AppModule).destroyed, true)
})

test('a Nest application on Fastify is made ready, serves and is closed', async t => {
  const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: false })
  const listener = await exercise(t, async () => app)
  assert.equal(listener.framework, 'Nest on Fastify')
  await listener.close()
  assert.equal(app.get(AppModule).destroyed, true)
})

test('upgrades go to the server of a Nest application', async () => {
  const app = await NestFactory.create(AppModule, { logger: false })
  const listener = await listenerFrom(app)
  assert.equal(listener.acceptsUpgrade(), false)
  const sockets = new WebSocketServer({ server: app.getHttpServer() })
  assert.equal(listener.acceptsUpgrade(), true)
  sockets.close()
  await listener.close()
})

for (const [on, adapter] of [['Express', () => []], ['Fastify', () => [new FastifyAdapter()]]] as const) {
  test(`polling of Socket.IO goes to the server of a Nest application on ${on}`, async t => {
    const app = await NestFactory.create(AppModule, ...adapter() as [FastifyAdapter], { logger: false })
    const listener = await listenerFrom(app)
    const sockets = new SocketServer(app.getHttpServer())
    t.after(() => { sockets.engine.close() })
    const { url } = await serve(t, listener)
    assert.match(await (await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).text(), /^0\{"sid"/)
  })
}

test('a Nest application that already listens is refused', async t => {
  const app = await NestFactory.create(AppModule, { logger: false })
  t.after(() => app.close())
  await app.listen(0, '127.0.0.1')
  await assert.rejects(listenerFrom(app, 'the legacy backend'), { code: 'CUT_APPLICATION_LISTENING', message: /Nest application of the legacy backend/ })
})
