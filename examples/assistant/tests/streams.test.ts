import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createSwitch, type Switch } from 'cutover'
import type { OpenServices } from '../services.ts'
import { ask, faceNames, openFace, openWorld, until, type OpenFace, type World } from './world.ts'

/** Reads an answer until it has the text, or ends. */
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

// Where a client asks: each face itself, and each through the router.
describe('a streamed answer', () => {
  let world: World
  let services: OpenServices
  let faces: readonly OpenFace[]
  let router: Switch
  let routerUrl: string
  let token: string
  const places: readonly { name: string, share: number | undefined, url (): string }[] = [
    ...faceNames.map((name, index) => ({ name, share: undefined, url: () => faces[index]!.url })),
    { name: 'legacy, through the router', share: 0, url: () => routerUrl },
    { name: 'candidate, through the router', share: 10_000, url: () => routerUrl }
  ]

  before(async () => {
    world = await openWorld()
    services = await world.services({ AI_REQUESTS_PER_MINUTE: 1000, AI_TIMEOUT_MS: 20_000 })
    faces = await Promise.all(faceNames.map(async name => await openFace(name, services)))
    router = await createSwitch({ legacy: { origin: faces[0]!.url }, candidate: { origin: faces[1]!.url }, features: { all: { routes: ['/*'] } }, journal: false })
    routerUrl = await router.listen({ port: 0 })
    token = services.tokens.issue('00000000-0000-4000-8000-00000000000a')
  })
  after(async () => {
    await router?.close()
    await Promise.all((faces ?? []).map(async face => await face.stop()))
    await services?.close()
    await world?.close()
  })

  for (const { name, share, url } of places) {
    const move = async (): Promise<void> => {
      if (share !== undefined) await router.control.setShare('all', share, { who: 'test', why: 'to see both' })
    }

    test(`of ${name}: its first event is at the client before its last is made`, { timeout: 60_000 }, async () => {
      await move()
      const answer = await ask(url(), '/api/ai/generate', { token, json: { prompt: '[stand-in hold]', stream: true }, headers: { 'accept-encoding': 'gzip, br' } })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8')
      assert.equal(answer.headers.get('content-encoding'), null)
      assert.equal(answer.headers.get('x-routed-to'), share === undefined ? null : share === 0 ? 'legacy' : 'candidate')
      const reader = answer.body!.getReader()
      // The stand-in makes no more than one word until it is released: with buffering anywhere this would wait for ever.
      const first = await readUntil(reader, '"text"')
      assert.match(first, /^data: {"id":"chatcmpl-[0-9a-f]{24}","model":"gpt-4o-mini"}\n\ndata: {"text":"You"}\n\n$/)
      world.standIn.release()
      const rest = await readUntil(reader, '[DONE]')
      assert.match(rest, /data: {"finishReason":"stop","usage":{"promptTokens":2,"completionTokens":\d+,"totalTokens":\d+}}\n\ndata: \[DONE\]\n\n$/)
    })

    test(`of ${name}: a client who leaves ends the request to the AI service`, { timeout: 60_000 }, async () => {
      await move()
      const left = world.standIn.left
      const leaving = new AbortController()
      const answer = await ask(url(), '/api/ai/generate', { token, json: { prompt: '[stand-in hold]', stream: true }, signal: leaving.signal })
      await readUntil(answer.body!.getReader(), '"text"')
      assert.equal(world.standIn.left, left)
      leaving.abort()
      await until('the request to the AI service ends', () => world.standIn.left === left + 1)
    })

    test(`of ${name}: so does one who leaves before a whole answer has come`, { timeout: 60_000 }, async () => {
      await move()
      const { asked, left } = world.standIn
      const leaving = new AbortController()
      const answer = ask(url(), '/api/ai/generate', { token, json: { prompt: '[stand-in hang]' }, signal: leaving.signal })
      await until('the AI service is asked', () => world.standIn.asked === asked + 1)
      leaving.abort()
      await assert.rejects(answer)
      await until('the request to the AI service ends', () => world.standIn.left === left + 1)
    })
  }
})
