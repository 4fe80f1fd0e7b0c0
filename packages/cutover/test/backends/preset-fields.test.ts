import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import express from 'express'
import express4 from 'express4'
import { listenerFrom } from '../../src/backends/listener.ts'
import { serve } from '../fixtures/backends/serve.ts'

// V8's own answer to whether two objects have one hidden class; there is no public way to ask.
setFlagsFromString('--allow-natives-syntax')
// eslint-disable-next-line no-new-func
const alike = new Function('one', 'other', 'return %HaveSameMap(one, other)') as (one: object, other: object) => boolean
setFlagsFromString('--no-allow-natives-syntax')

for (const [name, make] of [['Express 4', express4], ['Express 5', express]] as const) {
  test(`responses that ${name} has answered share a hidden class`, async t => {
    const answered: ServerResponse[] = []
    const app = make()
    app.get('/', (_: IncomingMessage, response: express.Response) => {
      answered.push(response)
      response.json({ hello: 'world' })
    })
    const { url } = await serve(t, await listenerFrom(app))
    for (let i = 0; i < 8; i++) await (await fetch(url)).text()
    assert.equal(alike(answered[6]!, answered[7]!), true)
  })
}

test('what an earlier listener has set on them stays', async t => {
  const app = express()
  app.get('/', (request, response) => { response.send({ url: request.originalUrl, locals: response.locals }) })
  const inner = await listenerFrom(app)
  const { url } = await serve(t, await listenerFrom((request: IncomingMessage, response: ServerResponse) => {
    Object.assign(request, { originalUrl: '/before' })
    Object.assign(response, { statusCode: 201, locals: { user: 'ann' } })
    return inner.request(request, response)
  }))
  const response = await fetch(url)
  assert.equal(response.status, 201)
  assert.deepEqual(await response.json(), { url: '/before', locals: { user: 'ann' } })
})
