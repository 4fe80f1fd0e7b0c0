import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { ChatError, type ChatChunk, type ChatCompletions, type ChatRequest } from '../../domain/chat-completions.ts'
import { createChatClient } from '../../external/chat-completions/client.ts'
import { readEvents } from '../../external/chat-completions/event-stream.ts'
import { startStandIn, type StandIn } from '../../external/chat-completions/stand-in.ts'

const never = new AbortController().signal
const ask = (prompt: string): ChatRequest => ({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: prompt }], maxTokens: 100 })

async function all<Item> (items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

async function fault (work: Promise<unknown>): Promise<{ fault: string, retryAfter: number | undefined }> {
  const error = await work.then(() => assert.fail('it did not fail'), (error: unknown) => error)
  assert.ok(error instanceof ChatError, String(error))
  return { fault: error.fault, retryAfter: error.retryAfter }
}

describe('the client of the AI service', () => {
  let standIn: StandIn
  let client: ChatCompletions
  before(async () => {
    standIn = await startStandIn()
    client = createChatClient({ url: `${standIn.url}/`, key: 'for-the-stand-in', timeout: 500 })
  })
  after(async () => { await standIn?.close() })

  test('gets the same text whole and in pieces', async () => {
    const whole = await client.complete(ask('Hello'), never)
    const chunks = await all<ChatChunk>(await client.stream(ask('Hello'), never))
    assert.equal(chunks.map(({ text }) => text).join(''), whole.text)
    assert.ok(chunks.length > 10)
    assert.equal(new Set(chunks.map(({ id }) => id)).size, 1)
    assert.equal(chunks.at(-2)?.finishReason, 'stop')
    assert.deepEqual(chunks.at(-1)?.usage, whole.usage)
    assert.equal(whole.finishReason, 'stop')
  })

  test('says how many tokens there may be', async () => {
    const { text, finishReason } = await client.complete({ ...ask('Hello'), maxTokens: 2 }, never)
    assert.deepEqual([text.split(' ').length, finishReason], [2, 'length'])
  })

  for (const [behaviour, whole, streamed] of [
    ['fail', 'failed', 'failed'], ['busy', 'busy', 'busy'], ['reject', 'rejected', 'rejected'], ['hang', 'timeout', 'timeout'],
    ['garbage', 'garbled', 'garbled'], ['cut', 'unreachable', 'cut']
  ] as const) {
    test(`tells ${whole} when the service is told to ${behaviour}`, async () => {
      assert.equal((await fault(client.complete(ask(`[stand-in ${behaviour}]`), never))).fault, whole)
      assert.equal((await fault(client.stream(ask(`[stand-in ${behaviour}]`), never).then(all))).fault, streamed)
    })
  }

  test('passes on when a busy service wants to be asked again', async () => {
    assert.equal((await fault(client.complete(ask('[stand-in busy]'), never))).retryAfter, 7)
  })

  test('tells that its key is refused, and that nobody is there', async () => {
    assert.equal((await fault(createChatClient({ url: standIn.url, key: 'wrong', timeout: 500 }).complete(ask('Hello'), never))).fault, 'key')
    const gone = await startStandIn()
    await gone.close()
    assert.equal((await fault(createChatClient({ url: gone.url, key: 'x', timeout: 500 }).complete(ask('Hello'), never))).fault, 'unreachable')
  })

  test('waits for the next piece, not for the whole', async () => {
    // 200 ms before each word: longer than the timeout in all.
    const chunks = await all<ChatChunk>(await client.stream({ ...ask('[stand-in slow]'), maxTokens: 4 }, never))
    assert.equal(chunks.at(-2)?.finishReason, 'length')
  })

  test('ends its request when its caller leaves', async () => {
    const leaving = new AbortController()
    const { left } = standIn
    const stream = await client.stream(ask('[stand-in hold]'), leaving.signal)
    const reading = all(stream)
    leaving.abort()
    assert.equal((await fault(reading)).fault, 'left')
    while (standIn.left === left) await new Promise(resolve => setImmediate(resolve))
  })

  describe('told nonsense by a service', () => {
    async function against (listener: RequestListener, work: (client: ChatCompletions) => Promise<void>): Promise<void> {
      const server = createServer(listener)
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      try {
        await work(createChatClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, key: 'x', timeout: 2_000 }))
      } finally {
        server.closeAllConnections()
        await new Promise(resolve => server.close(resolve))
      }
    }

    for (const [name, body] of [['an empty object', '{}'], ['no choice', '{"id":"1","model":"m","choices":[]}'], ['a null', 'null'], ['no id', '{"choices":[{"message":{"content":"x"}}]}'], ['nothing', '']] as const) {
      test(`${name} is garbled`, async () => {
        await against((_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body), async client => {
          assert.equal((await fault(client.complete(ask('Hello'), never))).fault, 'garbled')
        })
      })
    }

    test('JSON where events were asked for is garbled', async () => {
      await against((_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'), async client => {
        assert.equal((await fault(client.stream(ask('Hello'), never))).fault, 'garbled')
      })
    })

    test('an error among the events is a failure', async () => {
      await against((_request, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: {"error":{"message":"overloaded"}}\n\n'), async client => {
        assert.equal((await fault(client.stream(ask('Hello'), never).then(all))).fault, 'failed')
      })
    })

    test('a redirect is not followed', async () => {
      await against((_request, response) => response.writeHead(307, { location: standIn.url }).end(), async client => {
        const { asked } = standIn
        await fault(client.complete(ask('Hello'), never))
        assert.equal(standIn.asked, asked)
      })
    })

    test('an event without end is garbled before it fills the memory', async () => {
      await against((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write('data: ')
        const more = (): void => { if (!response.destroyed) response.write('x'.repeat(100_000), more) }
        more()
      }, async client => {
        assert.equal((await fault(client.stream(ask('Hello'), never).then(all))).fault, 'garbled')
      })
    })
  })
})

describe('an event stream', () => {
  const line = fc.constantFrom('data: one', 'data:two', 'data: ', 'data', ': comment', 'event: x', 'id: 7', '', '', 'data: é漢🦋', 'retry: 5')
  const end = fc.constantFrom('\n', '\r\n', '\r')

  test('is read alike however it is cut into pieces', async () => {
    await fc.assert(fc.asyncProperty(fc.array(line, { maxLength: 12 }), end, fc.array(fc.nat(60), { maxLength: 8 }), async (lines, end, cuts) => {
      const bytes = Buffer.from(lines.map(line => line + end).join(''))
      const whole = await all(readEvents(pieces(bytes, [])))
      assert.deepEqual(await all(readEvents(pieces(bytes, cuts))), whole)
      assert.deepEqual(whole, expected(lines))
    }))
  })

  async function * pieces (bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
    const at = [0, ...cuts.filter(cut => cut < bytes.length).sort((a, b) => a - b), bytes.length]
    for (const [index, from] of at.slice(0, -1).entries()) yield bytes.subarray(from, at[index + 1])
  }

  /** By the standard, line by line. */
  function expected (lines: readonly string[]): string[] {
    const events: string[] = []
    let data: string[] = []
    for (const line of lines) {
      const value = /^data(?:: ?(.*))?$/.exec(line)
      if (value !== null) data.push(value[1] ?? '')
      if (line !== '') continue
      if (data.length > 0) events.push(data.join('\n'))
      data = []
    }
    return events
  }
})
