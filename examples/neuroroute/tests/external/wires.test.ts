import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { inspect } from 'node:util'
import { anthropic } from '../../external/providers/anthropic.ts'
import { createClient, type ProviderClient } from '../../external/providers/client.ts'
import { EventStream } from '../../external/providers/event-stream.ts'
import { ProviderFault } from '../../external/providers/fault.ts'
import { openai } from '../../external/providers/openai.ts'
import { ErrorEvent, FormatError, type Wire } from '../../external/providers/wire.ts'
import type { AttemptOutcome, Completion, TokenUsage } from '../../types/providers.ts'
import { vectors } from './vectors.ts'

const wires = { openai, anthropic }
const completion: Completion = { prompt: 'Hello', system: 'Be brief', maxTokens: 9, temperature: 1.5 }
const limits = { answer: 2000, stream: 4000, line: 500 }
const stays = (): AbortSignal => new AbortController().signal

describe('requests', () => {
  test('to OpenAI are in its format', () => {
    assert.equal(openai.path, '/v1/chat/completions')
    assert.deepEqual(openai.headers('k'), { authorization: 'Bearer k' })
    assert.deepEqual(JSON.parse(openai.body('gpt-4o', completion, false)), {
      model: 'gpt-4o', messages: [{ role: 'system', content: 'Be brief' }, { role: 'user', content: 'Hello' }], max_tokens: 9, temperature: 1.5
    })
    assert.deepEqual(JSON.parse(openai.body('gpt-4o', { ...completion, system: null }, true)), {
      model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 9, temperature: 1.5, stream: true, stream_options: { include_usage: true }
    })
  })

  test('to Anthropic are in its format, whose temperature ends at 1', () => {
    assert.equal(anthropic.path, '/v1/messages')
    assert.deepEqual(anthropic.headers('k'), { 'x-api-key': 'k', 'anthropic-version': '2023-06-01' })
    assert.deepEqual(JSON.parse(anthropic.body('claude-3-5-haiku', completion, false)), {
      model: 'claude-3-5-haiku', system: 'Be brief', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 9, temperature: 1
    })
    assert.deepEqual(JSON.parse(anthropic.body('claude-3-5-haiku', { ...completion, system: null, temperature: 0.5 }, true)), {
      model: 'claude-3-5-haiku', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 9, temperature: 0.5, stream: true
    })
  })
})

describe('events', () => {
  const cut = (text: string, at: readonly number[]): Uint8Array[] => {
    const bytes = Buffer.from(text)
    return [0, ...at].map((from, index) => bytes.subarray(from, at[index]))
  }
  const events = (pieces: Iterable<Uint8Array>, longest = 1000): string[] => {
    const stream = new EventStream(longest)
    return [...pieces].flatMap(piece => [...stream.push(piece)])
  }

  test('are the same wherever their pieces end, one byte each too', () => {
    const text = '\ufeff: hi\r\ndata: Grüße\r\ndata:  🧭\r\n\r\ndata\n\nid: 1\rdata:x\r\rnot: data\n\n\ndata: y\n\r\n\ufeffdata: no\n\ndata: never\n'
    const whole = events(cut(text, []))
    assert.deepEqual(whole, ['Grüße\n 🧭', '', 'x', 'y'])
    const { length } = Buffer.from(text)
    for (let at = 0; at <= length; at++) assert.deepEqual(events(cut(text, [at])), whole, `cut at ${at}`)
    assert.deepEqual(events(cut(text, Array.from({ length }, (_, at) => at))), whole)
  })

  test('may be as long as allowed and no longer, in one line or several, ended or not', () => {
    assert.deepEqual(events([Buffer.from(`data: ${'x'.repeat(94)}\n\ndata: ${'x'.repeat(94)}\n\n`)], 100), ['x'.repeat(94), 'x'.repeat(94)])
    for (const text of [`data: ${'x'.repeat(95)}\n\n`, `data: ${'x'.repeat(95)}`, `:${'x'.repeat(100)}`, 'data: 12345678\n'.repeat(8), `data: ${'ü'.repeat(48)}`]) {
      assert.throws(() => events([Buffer.from(text)], 100), RangeError, text)
      assert.throws(() => events(cut(text, [...Buffer.from(text).keys()]), 100), RangeError, text)
    }
  })

  test('that come before what is not UTF-8 are given out first', () => {
    const got: string[] = []
    assert.throws(() => { for (const event of new EventStream(100).push(Buffer.from('data: a\n\ndata: \xff\n\n', 'latin1'))) got.push(event) }, TypeError)
    assert.deepEqual(got, ['a'])
  })

  /** What an attempt would come to. */
  function read (wire: Wire, pieces: readonly Uint8Array[]): { deltas: string[], end: TokenUsage | AttemptOutcome } {
    const [stream, reader, deltas] = [new EventStream(1000), wire.createReader(), [] as string[]]
    try {
      for (const piece of pieces) {
        for (const data of stream.push(piece)) {
          const delta = reader.read(data)
          if (delta !== '') deltas.push(delta)
          if (reader.usage !== undefined) return { deltas, end: reader.usage }
        }
      }
      return { deltas, end: 'cut' }
    } catch (error) {
      if (error instanceof ErrorEvent) return { deltas, end: 'unavailable' }
      if (error instanceof FormatError) return { deltas, end: 'malformed' }
      throw error
    }
  }

  for (const { what, provider, text, deltas, end } of vectors.streams) {
    test(`of ${provider} with ${what} come to the same wherever they are cut`, () => {
      assert.deepEqual(read(wires[provider], cut(text, [])), { deltas, end })
      const { length } = Buffer.from(text)
      for (let at = 0; at <= length; at++) assert.deepEqual(read(wires[provider], cut(text, [at])), { deltas, end }, `cut at ${at}`)
    })
  }
})

describe('the client of a provider', () => {
  let server: Server
  let answer: { status?: number, headers?: Record<string, string>, body: string | Buffer }
  let asked: { url: string | undefined, headers: IncomingMessage['headers'], body: unknown }
  const clients: ProviderClient[] = []
  before(async () => {
    server = createServer(async (request, response) => {
      asked = { url: request.url, headers: request.headers, body: JSON.parse(await textOf(request)) }
      response.writeHead(answer.status ?? 200, answer.headers ?? {}).end(answer.body)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  })
  after(async () => {
    await Promise.all(clients.map(async client => await client.close()))
    server.close()
    server.closeAllConnections()
  })

  const create = (wire: Wire, below = ''): ProviderClient => {
    const client = createClient({ wire, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${below}`, key: 'planted-key', concurrency: 2, timeoutMs: 20_000, limits })
    clients.push(client)
    return client
  }

  async function outcome (work: () => Promise<unknown>): Promise<string | null> {
    return await work().then(() => null, (error: unknown) => {
      assert.ok(error instanceof ProviderFault, String(error))
      return error.outcome
    })
  }

  for (const { what, provider, body, expect } of vectors.answers) {
    test(`takes ${what} of ${provider} for ${expect === null ? 'malformed' : 'an answer'}`, async () => {
      answer = { body }
      const said = create(wires[provider]).complete('m', completion, stays(), () => {})
      if (expect === null) assert.equal(await outcome(async () => await said), 'malformed')
      else assert.deepEqual(await said, expect)
    })
  }

  test('sends what the format says, below any base', async () => {
    answer = { body: vectors.answers[0]!.body }
    await create(openai, '/proxy/').complete('gpt-4o', completion, stays(), () => {})
    const { url, headers, body } = asked
    assert.equal(url, '/proxy/v1/chat/completions')
    assert.deepEqual([headers.authorization, headers['content-type'], headers.accept, headers['accept-encoding']], ['Bearer planted-key', 'application/json', 'application/json', 'identity'])
    assert.deepEqual(body, JSON.parse(openai.body('gpt-4o', completion, false)))
  })

  test('takes an answer that is too long, or no UTF-8, for malformed', async () => {
    const client = create(openai)
    const ask = async (): Promise<string | null> => await outcome(async () => await client.complete('m', completion, stays(), () => {}))
    const whole = JSON.parse(vectors.answers[0]!.body) as object
    const padding = limits.answer - Buffer.byteLength(JSON.stringify({ ...whole, x: '' }))
    answer = { body: JSON.stringify({ ...whole, x: 'x'.repeat(padding) }) }
    assert.equal(await ask(), null)
    answer = { body: JSON.stringify({ ...whole, x: 'x'.repeat(padding + 1) }) }
    assert.equal(await ask(), 'malformed')
    answer = { body: Buffer.from(JSON.stringify({ ...whole, x: 'ÿ' }), 'latin1') }
    assert.equal(await ask(), 'malformed')
  })

  test('takes a stream with a line or a whole that is too long, or that is no stream of events, for malformed', async () => {
    const client = create(openai)
    const headers = { 'content-type': 'text/event-stream; charset=utf-8' }
    const ask = async (): Promise<string | null> => await outcome(async () => {
      const stream = await client.stream('m', completion, stays(), () => {})
      while (typeof await stream.next() === 'string');
    })
    const good = vectors.streams[0]!.text
    answer = { headers, body: good }
    assert.equal(await ask(), null)
    answer = { headers, body: `:${'x'.repeat(limits.line)}\n\n${good}` }
    assert.equal(await ask(), 'malformed')
    answer = { headers, body: ': comment\n\n'.repeat(limits.stream / 10) + good }
    assert.equal(await ask(), 'malformed')
    for (const other of [{ 'content-type': 'text/event-stream-2' }, {}]) {
      answer = { headers: other, body: good }
      assert.equal(await ask(), 'malformed')
    }
    answer = { headers, body: Buffer.concat([Buffer.from(': \xff\n\n', 'latin1'), Buffer.from(good)]) }
    assert.equal(await ask(), 'malformed')
  })

  test('keeps its key, the prompt and what the provider says out of its faults', async () => {
    for (const [status, body] of [[401, 'Incorrect API key provided: planted-key'], [200, 'planted-key'], [500, 'planted-key']] as const) {
      answer = { status, body }
      for (const ask of ['complete', 'stream'] as const) {
        const error: unknown = await create(openai)[ask]('m', { ...completion, prompt: 'planted prompt' }, stays(), () => {}).then(() => undefined, (error: unknown) => error)
        assert.ok(error instanceof ProviderFault)
        assert.doesNotMatch(inspect(error, { depth: null, showHidden: true }), /planted/)
      }
    }
  })

  for (const [status, expected] of [[204, 'malformed'], [302, 'malformed'], [400, 'refused'], [401, 'refused'], [404, 'refused'], [429, 'rate_limited'], [500, 'unavailable'], [503, 'unavailable'], [529, 'unavailable']] as const) {
    test(`takes ${status} for ${expected}`, async () => {
      answer = { status, headers: { location: '/v1/other' }, body: status === 204 ? '' : 'x' }
      assert.equal(await outcome(async () => await create(openai).complete('m', completion, stays(), () => {})), expected)
      assert.equal(await outcome(async () => await create(anthropic).stream('m', completion, stays(), () => {})), expected)
    })
  }
})
