import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test, type TestContext } from 'node:test'
import { inspect } from 'node:util'
import type { Behaviour } from '../../external/stand-in/behaviour.ts'
import { startStandIn, type StandIn } from '../../external/stand-in/stand-in.ts'
import { ask, brief, collect, createWorld, eventually, haiku, leaving, mini, stays } from './failover-world.ts'

let standIn: StandIn
before(async () => { standIn = await startStandIn() })
after(async () => { await standIn?.close() })

const cut = 'cut 200'
type World = ReturnType<typeof createWorld>

/** Long enough for those that answer. */
const soon = { timeoutMs: 500 }

/** What the first provider's behaviour is recorded as, plain and streamed; the deltas that a stream gives out before its end. */
const faults: ReadonlyArray<readonly [Behaviour, readonly string[], readonly string[], { readonly deltas?: number, readonly all?: string }?]> = [
  ['down', ['unavailable null', 'unavailable null'], ['unavailable null', 'unavailable null']],
  ['fail', ['unavailable 500', 'unavailable 500'], ['unavailable 500', 'unavailable 500']],
  ['overloaded', ['unavailable 529', 'unavailable 529'], ['unavailable 529', 'unavailable 529']],
  ['slow', ['timeout null'], ['timeout null'], { all: 'timeout' }],
  ['hang', ['timeout null'], ['timeout null'], { all: 'timeout' }],
  ['stall', ['timeout 200'], ['timeout 200'], { deltas: 1, all: 'timeout' }],
  ['limit', ['rate_limited 429', 'rate_limited 429'], ['rate_limited 429', 'rate_limited 429'], { all: 'limited' }],
  ['limit-date', ['rate_limited 429', 'rate_limited 429'], ['rate_limited 429', 'rate_limited 429'], { all: 'limited' }],
  ['limit-long', ['rate_limited 429'], ['rate_limited 429'], { all: 'limited' }],
  ['limit-silent', ['rate_limited 429'], ['rate_limited 429'], { all: 'limited' }],
  ['reject', ['refused 400'], ['refused 400']],
  ['garbage', ['malformed 200'], ['malformed 200']],
  ['cut', [cut], [cut], { deltas: 3 }],
  ['cut-early', [cut], [cut]],
  ['garbage-late', [], ['malformed 200'], { deltas: 3 }],
  ['error', ['unavailable 500', 'unavailable 500'], ['unavailable 200'], { deltas: 3 }]
]

describe('failover', () => {
  test('gives the first model\'s answer, plain and streamed alike', async t => {
    const { failover, health } = createWorld(t, standIn)
    for (const models of [[mini, haiku], [haiku, mini]]) {
      const whole = await failover.complete(models, ask('Hello 🧭'), stays())
      assert.ok(whole.ok)
      const { model, output, prompt_tokens: prompt, completion_tokens: completion, attempts } = whole.answer
      assert.equal(model, models[0])
      assert.match(output, /^You wrote 8 characters, beginning with “Hello 🧭”\./)
      assert.deepEqual([prompt, brief(attempts)], [2, ['ok 200']])
      const told = await collect(await failover.stream(models, ask('Hello 🧭'), stays()))
      assert.equal(told.start, models[0]!.id)
      assert.equal(told.text, output)
      assert.ok(told.deltas > 10)
      assert.deepEqual(told.end, { kind: 'end', usage: { prompt_tokens: prompt, completion_tokens: completion }, attempts: ['ok 200'] })
    }
    assert.equal(health.status(mini.id, performance.now()), 'available')
  })

  test('reads answers that come in small pieces, within characters too', async t => {
    const { failover } = createWorld(t, standIn)
    const whole = await failover.complete([mini], ask('[stand-in all=shred] 🧭'), stays())
    assert.ok(whole.ok)
    for (const model of [mini, haiku]) {
      const told = await collect(await failover.stream([model], ask('[stand-in all=shred] 🧭'), stays()))
      assert.equal(told.text, whole.answer.output)
      assert.equal(told.end?.kind, 'end')
    }
  })

  for (const [behaviour, plain, streamed, { deltas = 0, all = 'mixed' } = {}] of faults) {
    test(`goes to the next model when a provider is told to ${behaviour}, and says clearly when there is none`, async t => {
      const [{ failover, health }, other] = [0, 1].map(() => createWorld(t, standIn, all === 'timeout' ? soon : {})) as [World, World]
      const [one, every, both] = [ask(`[stand-in openai=${behaviour}]`), ask(`[stand-in all=${behaviour}]`), [mini, haiku]]
      const [whole, told, none, nothing] = await Promise.all([
        failover.complete(both, one, stays()), failover.stream(both, one, stays()).then(collect), other.failover.complete(both, every, stays()), other.failover.stream(both, every, stays())
      ])

      assert.ok(whole.ok)
      assert.deepEqual(brief(whole.answer.attempts), [...plain, 'ok 200'])
      assert.equal(whole.answer.model.id, plain.length > 0 ? haiku.id : mini.id)
      assert.match(whole.answer.output, /^You wrote/)
      assert.deepEqual(told.end, deltas > 0 ? { kind: 'failed', attempts: streamed } : { kind: 'end', usage: told.end?.usage, attempts: [...streamed, 'ok 200'] })
      if (deltas > 0) assert.equal(told.deltas, deltas)
      else assert.equal(told.text, whole.answer.output)
      const failures = behaviour === 'reject' ? 0 : plain.length + streamed.length
      assert.equal(health.errorRate(mini.id), failures === 0 ? 0 : failures / (failures + (plain.length > 0 ? 0 : 1)))

      assert.equal(none.ok, plain.length === 0)
      if (!none.ok) {
        assert.deepEqual([brief(none.failure.attempts), none.failure.all], [[...plain, ...plain], all])
        assert.equal(none.failure.retryAfter, all !== 'limited' ? null : behaviour === 'limit-long' ? 3600 : 1)
      }
      assert.equal(nothing.ok, deltas > 0)
      if (!nothing.ok) assert.deepEqual([brief(nothing.failure.attempts), nothing.failure.all], [[...streamed, ...streamed], all])
    })
  }

  test('fails a stream that ends tidily without its end marker', async t => {
    const { failover } = createWorld(t, standIn)
    for (const model of [mini, haiku]) {
      const told = await collect(await failover.stream([model], ask('[stand-in all=end-early]'), stays()))
      assert.deepEqual(told.end, { kind: 'failed', attempts: [cut] })
    }
  })

  for (const [behaviour, outcome] of [['down', 'unavailable null'], ['fail', 'unavailable 500'], ['limit', 'rate_limited 429']] as const) {
    test(`asks the same model once more after ${behaviour}`, async t => {
      const { failover, health } = createWorld(t, standIn)
      t.after(() => standIn.control({}))
      standIn.control({ openai: [behaviour, 'ok'] })
      const whole = await failover.complete([mini, haiku], ask('Hello'), stays())
      assert.ok(whole.ok)
      assert.deepEqual([whole.answer.model, brief(whole.answer.attempts)], [mini, [outcome, 'ok 200']])
      standIn.control({ openai: [behaviour, 'ok'] })
      assert.deepEqual((await collect(await failover.stream([mini, haiku], ask('Hello'), stays()))).end?.attempts, [outcome, 'ok 200'])
      assert.deepEqual([health.status(mini.id, performance.now()), health.errorRate(mini.id)], ['available', 0.5])
    })
  }

  test('says that nobody is there, and that there is nobody to ask', async t => {
    const gone = await startStandIn()
    await gone.close()
    const { failover } = createWorld(t, gone)
    const whole = await failover.complete([mini], ask('Hello'), stays())
    assert.ok(!whole.ok)
    assert.deepEqual([whole.failure.all, brief(whole.failure.attempts)], ['mixed', ['unavailable null', 'unavailable null']])
    assert.deepEqual(await failover.complete([], ask('Hello'), stays()), { ok: false, failure: { all: 'mixed', retryAfter: null, attempts: [] } })
  })

  test('tells what the least is that anybody asked to wait, and pauses a model that asks for long', async t => {
    const { failover, health } = createWorld(t, standIn)
    const both = await failover.complete([mini, haiku], ask('[stand-in openai=limit-long anthropic=limit]'), stays())
    assert.ok(!both.ok)
    assert.deepEqual([both.failure.all, both.failure.retryAfter], ['limited', 1])
    const now = performance.now()
    assert.deepEqual([mini, haiku].map(({ id }) => health.status(id, now)), ['unavailable', 'degraded'])
  })

  test('waits for as long as a provider asks, in seconds or until a date', async t => {
    let asked: number[] = []
    const server = createServer((request, response) => {
      request.resume()
      asked.push(Date.now())
      if (asked.length === 2) return response.end('{"choices":[{"message":{"content":"a"}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}')
      // A date has whole seconds only: this one is between one and two away.
      response.writeHead(429, { 'retry-after': request.url!.startsWith('/date') ? new Date(Date.now() + 2000).toUTCString() : '1' }).end()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    t.after(() => server.close())
    for (const form of ['seconds', 'date']) {
      asked = []
      const { failover } = createWorld(t, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${form}` }, { retryAfterMs: 2500 })
      const whole = await failover.complete([mini], ask('Hello'), stays())
      assert.ok(whole.ok)
      assert.deepEqual(brief(whole.answer.attempts), ['rate_limited 429', 'ok 200'])
      const waited = asked[1]! - asked[0]!
      assert.ok(waited >= 990 && waited < 20_000, `${waited} ms`)
    }
  })

  test('uses a connection again, after streams too', async t => {
    let connections = 0
    const event = 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n'
    const usage = 'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\n'
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(request.headers.accept === 'text/event-stream' ? 200 : 400, { 'content-type': 'text/event-stream' })
        // The rest is still under way when the client has its answer, or knows that it gets none.
        const answer = request.headers.accept === 'text/event-stream' ? `${event}${usage}data: [DONE]\n\n` : 'no'.repeat(2000)
        response.write(answer, () => setTimeout(() => response.end(': bye\n\n'), 30))
      })
    }).on('connection', () => connections++)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    t.after(() => server.close())
    const { failover } = createWorld(t, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, { concurrency: 1 })
    for (let turn = 0; turn < 4; turn++) {
      assert.equal((await collect(await failover.stream([mini], ask('Hello'), stays()))).end?.kind, 'end')
      assert.equal((await failover.complete([mini], ask('Hello'), stays())).ok, false)
    }
    assert.equal(connections, 1)
  })

  test('keeps keys to itself, even those that a provider repeats', async t => {
    const planted = 'wrong-planted-2f6b'
    const said: string[] = []
    for (const stream of [process.stdout, process.stderr]) {
      // Written all the same: the test runner reports there.
      const write = stream.write.bind(stream)
      t.mock.method(stream, 'write', (text: string) => {
        said.push(String(text))
        return write(text)
      })
    }
    for (const key of [planted, `${planted}\n`]) {
      const { failover } = createWorld(t, standIn, { key })
      for (const models of [[mini], [haiku]]) {
        const whole = await failover.complete(models, ask('Hello'), stays())
        assert.ok(!whole.ok)
        assert.equal(whole.failure.attempts[0]?.outcome, key === planted ? 'refused' : 'unavailable')
        said.push(inspect([whole, await failover.stream(models, ask('Hello'), stays()), failover], { depth: null, showHidden: true }))
      }
    }
    t.mock.restoreAll()
    assert.ok(said.length >= 4)
    assert.doesNotMatch(said.join(), /planted/)
  })
})

describe('the places at a provider', () => {
  test('are never more taken than allowed, and all who wait get one', async t => {
    const own = await startStandIn()
    t.after(() => own.close())
    const { failover } = createWorld(t, own, { concurrency: 3 })
    const answers = await Promise.all(Array.from({ length: 30 }, async (_, index) => {
      const question = { ...ask(`[stand-in all=shred] ${index}`), maxTokens: 4 }
      return index % 2 === 0
        ? (await failover.complete([mini], question, stays())).ok
        : (await collect(await failover.stream([mini], question, stays()))).end?.kind === 'end'
    }))
    assert.deepEqual(new Set(answers), new Set([true]))
    assert.equal(own.requests().mostOpen, 3)
  })

  test('are waited for no longer than allowed: the next model is asked, or the client told', async t => {
    const { failover, health } = createWorld(t, standIn, { concurrency: 1, queueMs: 20 })
    const { leave, left } = leaving()
    const held = failover.complete([mini], ask('[stand-in all=hold]'), left)
    await eventually(() => standIn.requests().open === 1)
    const other = await failover.complete([mini, haiku], ask('Hello'), stays())
    assert.ok(other.ok)
    assert.deepEqual([other.answer.model, brief(other.answer.attempts)], [haiku, ['busy null', 'ok 200']])
    const none = await failover.stream([mini], ask('Hello'), stays())
    assert.ok(!none.ok)
    assert.deepEqual([none.failure.all, none.failure.retryAfter, brief(none.failure.attempts)], ['limited', 1, ['busy null']])
    assert.equal(health.status(mini.id, performance.now()), 'available')
    standIn.release()
    assert.ok((await held).ok)
    assert.ok((await failover.complete([mini], ask('Hello'), stays())).ok)
    leave()
  })

  test('are given back after every fault', async t => {
    const { failover } = createWorld(t, standIn, { concurrency: 1, ...soon })
    for (const [behaviour] of faults) {
      await failover.complete([mini], ask(`[stand-in all=${behaviour}]`), stays())
      await collect(await failover.stream([mini], ask(`[stand-in all=${behaviour}]`), stays()))
    }
    await eventually(() => standIn.requests().open === 0)
    const after = await failover.complete([mini], ask('Hello'), stays())
    assert.ok(after.ok)
    assert.deepEqual(brief(after.answer.attempts), ['ok 200'])
  })
})

describe('a client that leaves', () => {
  /** Asks, leaves when the provider has the request, and expects that the provider is left too and the one place free again. */
  async function leaves (t: TestContext, begin: (world: World, left: AbortSignal) => Promise<unknown>): Promise<void> {
    const world = createWorld(t, standIn, { concurrency: 1 })
    const { leave, left, reason } = leaving()
    const before = standIn.requests()
    const begun = begin(world, left)
    begun.catch(() => {})
    await eventually(() => standIn.requests().asked === before.asked + 1)
    leave()
    await assert.rejects(begun, error => error === reason)
    await eventually(() => standIn.requests().left === before.left + 1)
    assert.ok((await world.failover.complete([mini], ask('Hello'), stays())).ok)
    assert.equal(world.health.errorRate(mini.id), 0)
    assert.equal(world.health.status(mini.id, performance.now()), 'available')
  }

  test('ends a plain request', async t => {
    await leaves(t, async ({ failover }, left) => await failover.complete([mini, haiku], ask('[stand-in all=hang]'), left))
  })

  test('ends a stream before its first delta', async t => {
    await leaves(t, async ({ failover }, left) => await failover.stream([mini, haiku], ask('[stand-in all=hang]'), left))
  })

  test('ends a stream after its first delta, while the next one is awaited', async t => {
    await leaves(t, async ({ failover }, left) => await collect(await failover.stream([mini, haiku], ask('[stand-in all=stall]'), left)))
  })

  test('ends a stream that nobody has begun to read, or reads no further', async t => {
    for (const read of [0, 1, 2]) {
      const { failover } = createWorld(t, standIn, { concurrency: 1 })
      const before = standIn.requests().left
      const streamed = await failover.stream([mini], ask('[stand-in all=stall]'), stays())
      assert.ok(streamed.ok)
      const events = streamed.events[Symbol.asyncIterator]()
      for (let turn = 0; turn < read; turn++) await events.next()
      await events.return!()
      await eventually(() => standIn.requests().left === before + 1)
      assert.ok((await failover.complete([mini], ask('Hello'), stays())).ok)
    }
  })

  test('ends a stream that nobody reads by its signal too', async t => {
    const { failover } = createWorld(t, standIn, { concurrency: 1 })
    const before = standIn.requests().left
    const { leave, left } = leaving()
    assert.ok((await failover.stream([mini], ask('[stand-in all=stall]'), left)).ok)
    leave()
    await eventually(() => standIn.requests().left === before + 1)
    assert.ok((await failover.complete([mini], ask('Hello'), stays())).ok)
  })

  test('does not wait for a place, nor for what a provider asks to wait', async t => {
    const { failover } = createWorld(t, standIn, { concurrency: 1, queueMs: 60_000, retryAfterMs: 3_600_000 })
    const first = leaving()
    const held = failover.complete([mini], ask('[stand-in all=hang]'), first.left)
    held.catch(() => {})
    const second = leaving()
    const queued = failover.complete([mini], ask('Hello'), second.left)
    second.leave()
    await assert.rejects(queued, error => error === second.reason)
    first.leave()
    await assert.rejects(held, error => error === first.reason)

    const before = standIn.requests().asked
    const third = leaving()
    const resting = failover.complete([mini], ask('[stand-in all=limit-long]'), third.left)
    await eventually(() => standIn.requests().asked === before + 1 && standIn.requests().open === 0)
    third.leave()
    await assert.rejects(resting, error => error === third.reason)
    const gone = leaving()
    gone.leave()
    await assert.rejects(failover.complete([mini], ask('Hello'), gone.left), error => error === gone.reason)
    await assert.rejects(failover.stream([mini], ask('Hello'), gone.left), error => error === gone.reason)
    assert.equal(standIn.requests().asked, before + 1)
  })
})
