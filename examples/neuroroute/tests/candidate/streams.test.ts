import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { after, before, describe, test, type TestContext } from 'node:test'
import { createSwitch } from 'cutover'
import type { FastifyInstance } from 'fastify'
import { buildApp } from '../../candidate/app.ts'
import type { PromptEvent } from '../../domain/answers.ts'
import type { OpenServices } from '../../services.ts'
import { keys, openWorld, until, type World } from '../data/world.ts'

async function readUntil (reader: ReadableStreamDefaultReader<Uint8Array>, wanted: string): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  while (!text.includes(wanted)) {
    const { done, value } = await reader.read()
    if (done) return text
    text += decoder.decode(value, { stream: true })
  }
  return text
}

const places = ['by itself', 'in the process of the switch'] as const
type Place = typeof places[number]

describe('answers of the Fastify face, on a socket', () => {
  let world: World
  before(async () => { world = await openWorld() })
  after(async () => { await world?.close() })

  interface Listening {
    readonly services: OpenServices
    ask (json: object, signal?: AbortSignal): Promise<Response>
  }

  async function listen (t: TestContext, place: Place): Promise<Listening> {
    const services = await world.services(t)
    const app = await buildApp(services)
    const url = await (place === 'by itself' ? app.listen({ host: '127.0.0.1', port: 0 }) : route(t, app))
    t.after(async () => {
      app.server.closeAllConnections()
      await app.close()
    })
    return {
      services,
      ask: (json, signal) => fetch(`${url}/prompt`, { method: 'POST', headers: { authorization: `Bearer ${keys.all}`, 'content-type': 'application/json', connection: 'close' }, body: JSON.stringify(json), ...signal && { signal } })
    }
  }

  async function route (t: TestContext, candidate: FastifyInstance): Promise<string> {
    const router = await createSwitch({ legacy: (_request: IncomingMessage, response: ServerResponse) => { response.writeHead(501).end() }, candidate, features: { all: { routes: ['/*'], share: '100%' } }, journal: false })
    t.after(() => router.close())
    return await router.listen({ port: 0 })
  }

  for (const place of places) {
    describe(place, () => {
      test('are streamed as they come, in Python\'s JSON', async t => {
        const { ask } = await listen(t, place)
        const answer = await ask({ prompt: '[stand-in all=hold] Say “it”.', model: 'gpt-4o', stream: true })
        assert.equal(answer.status, 200)
        assert.deepEqual(['content-type', 'cache-control', 'x-ratelimit-limit'].map(name => answer.headers.get(name)), ['text/event-stream; charset=utf-8', 'no-store', null])
        const reader = answer.body!.getReader()
        // The stand-in makes no more until it is released: with buffering anywhere this would wait for ever.
        const first = await readUntil(reader, 'event: delta')
        assert.match(first, /^event: start\ndata: {"id":"[0-9a-f-]{36}","model":"gpt-4o","provider":"openai","classification":{"category":"\w+","language":"\w+","complexity":[\d.]+,"tokens":\d+},"cached":false}\n\nevent: delta/)
        world.standIn.release()
        assert.match(await readUntil(reader, 'event: end\n'), /event: end\n/)
      })

      for (const { name, json } of [
        { name: 'streamed', json: { prompt: '[stand-in all=stall] streamed', stream: true } },
        { name: 'plain', json: { prompt: '[stand-in all=hang] plain' } },
        { name: 'plain and not cached', json: { prompt: '[stand-in all=hang] not cached', cache: false } },
        { name: 'streamed, before its first delta', json: { prompt: '[stand-in all=hang] early', stream: true } }
      ]) {
        test(`a client who leaves ends the request to the provider: ${name}`, { timeout: 60_000 }, async t => {
          const { services, ask } = await listen(t, place)
          const before = world.standIn.requests()
          const leaving = new AbortController()
          const answer = ask(json, leaving.signal)
          if (name === 'streamed') await readUntil((await answer).body!.getReader(), 'event: delta')
          else await until('the provider is asked', () => world.standIn.requests().asked === before.asked + 1)
          leaving.abort()
          if (name !== 'streamed') await assert.rejects(answer)
          await until('the provider is left', () => world.standIn.requests().left === before.left + 1)
          assert.equal(world.standIn.requests().open, before.open)
          assert.equal((await services.usage.summary('7d3f0c52-6a0e-4b0f-9d4c-0a5d4c1e0001', null, null)).requests, 0, 'no row')
        })
      }

      test('stop with an error after a delta, and with a status before one', async t => {
        const { ask } = await listen(t, place)
        const cut = await ask({ prompt: '[stand-in all=cut]', model: 'gpt-4o', stream: true })
        assert.equal(cut.status, 200)
        const text = await cut.text()
        assert.match(text, /event: delta\n/)
        assert.match(text, /\n\nevent: error\ndata: {"detail":{"message":"The model stopped answering","attempts":\[{"model":"gpt-4o","provider":"openai","outcome":"cut","status":200,"latency_ms":\d+}\]}}\n\n$/)
        const early = await ask({ prompt: '[stand-in all=cut-early]', model: 'gpt-4o', stream: true })
        assert.equal(early.status, 502)
        assert.match(await early.text(), /^{"detail":{"message":"No model answered","attempts":\[/)
      })
    })
  }

  test('are made no faster than they are read', async t => {
    const services = await world.services(t)
    let made = 0
    async function * endless (): AsyncGenerator<PromptEvent> {
      while (made < 100_000) {
        made++
        yield { kind: 'delta', text: 'x'.repeat(10_000) }
      }
    }
    const app = await buildApp({ ...services, prompts: { ...services.prompts, stream: async () => ({ ok: true, value: endless() }) } })
    const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
    const socket = connect({ port: Number(port), host: '127.0.0.1' })
    t.after(async () => {
      socket.destroy()
      app.server.closeAllConnections()
      await app.close()
    })
    const body = JSON.stringify({ prompt: 'x', stream: true })
    // Nobody reads it.
    socket.write(`POST /prompt HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${keys.all}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
    let before = -1
    await until('it is made no more', async () => {
      const still = made > 0 && made === before
      before = made
      await new Promise(resolve => setTimeout(resolve, 200))
      return still && made === before
    })
    assert.ok(made < 5_000, `${made} pieces were made for a client who reads none`)
    socket.resume()
    await until('it goes on', () => made > before)
  })
})
