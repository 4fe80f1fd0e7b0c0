import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cacheInMemory } from '../../data/cache/memory.ts'
import type { PromptEvent } from '../../domain/answers.ts'
import { catalogue, modelOf } from '../../domain/catalogue.ts'
import { createPrompts, type Prompt } from '../../domain/prompts.ts'
import type { Snapshot } from '../../domain/snapshot.ts'
import type { AnswerCache } from '../../types/cache.ts'
import type { Model, ModelStatus } from '../../types/models.ts'
import type { Attempt, Failover, StreamEvent } from '../../types/providers.ts'
import type { Settings } from '../../types/settings.ts'
import type { UsageRow } from '../../types/usage.ts'

type Completed = Awaited<ReturnType<Failover['complete']>>
type Begun = Awaited<ReturnType<Failover['stream']>>

const settings: Settings = { strategy: 'balanced', cacheTtlSeconds: 60, maxAttempts: 3, disabledModels: [], generation: 1, updatedAt: '' }
const prompt = (changes: Partial<Prompt> = {}): Prompt => ({ prompt: 'What is a router?', system: null, model: 'gpt-4o', maxTokens: 100, temperature: 0, capabilities: [], maxCost: null, cache: true, ...changes })
const attempt = (model: Model, outcome: Attempt['outcome'] = 'ok'): Attempt => ({ model: model.id, provider: model.provider, outcome, status: 200, latency_ms: 3 })
const said = (model: Model, output = 'An answer.'): Completed => ({ ok: true, answer: { model, output, prompt_tokens: 10, completion_tokens: 20, attempts: [attempt(model)] } })
const silence = (model: Model): Completed & { ok: false } => ({ ok: false, failure: { all: 'timeout', retryAfter: null, attempts: [attempt(model, 'timeout')] } })
const stay = new AbortController().signal

/** Prompts on parts that the test sets, with what was asked of them. */
function world (parts: { cache?: AnswerCache, complete?: Failover['complete'], stream?: Failover['stream'], status?: (id: string) => ModelStatus } = {}) {
  const state = {
    snapshot: { settings, generations: new Map<string, number>(), cachePrefix: 'nr:cache:1:0:' } as Snapshot,
    asked: [] as string[][],
    rows: [] as UsageRow[],
    faults: [] as unknown[]
  }
  let ids = 0
  const prompts = createPrompts({
    catalogue,
    current: () => state.snapshot,
    cache: parts.cache ?? cacheInMemory({ most: 10 }),
    failover: {
      async complete (models, completion, left) {
        state.asked.push(models.map(({ id }) => id))
        return await (parts.complete?.(models, completion, left) ?? said(models[0]!))
      },
      async stream (models, completion, left) {
        state.asked.push(models.map(({ id }) => id))
        return await parts.stream!(models, completion, left)
      },
      close: async () => {}
    },
    health: { status: parts.status ?? (() => 'available'), latency: () => null, errorRate: () => 0, record () {}, clear () {} },
    record: async row => { state.rows.push(row) },
    onCacheFault: error => state.faults.push(error),
    newId: () => `id-${++ids}`,
    now: () => 0,
    clock: () => 'now'
  })
  return { state, prompts, set: (changes: Partial<Settings>) => { state.snapshot = { ...state.snapshot, settings: { ...state.snapshot.settings, ...changes } } } }
}

async function answered (asked: ReturnType<ReturnType<typeof world>['prompts']['answer']>) {
  const answer = await asked
  assert.ok(answer.ok, JSON.stringify(answer))
  return answer.value
}

describe('a prompt', () => {
  test('is answered by a model, charged, recorded, and from then on known', async () => {
    const { state, prompts } = world()
    const first = await answered(prompts.answer('key', prompt(), stay))
    const model = modelOf('gpt-4o')!
    assert.deepEqual({ ...first, classification: null }, {
      id: 'id-1', model, classification: null, output: 'An answer.', cached: false, usage: { prompt_tokens: 10, completion_tokens: 20 }, costNano: 225_000, attempts: [attempt(model)], createdAt: 'now'
    })
    const second = await answered(prompts.answer('other', prompt(), stay))
    assert.deepEqual(second, { ...first, id: 'id-2', cached: true, costNano: 0, attempts: [] })
    assert.equal(state.asked.length, 1)
    const { category } = first.classification
    const row = { model: 'gpt-4o', category, outcome: 'ok', streamed: false, usage: first.usage }
    assert.deepEqual(state.rows, [
      { ...row, id: 'id-1', keyId: 'key', cached: false, costNano: 225_000, attempts: first.attempts },
      { ...row, id: 'id-2', keyId: 'other', cached: true, costNano: 0, attempts: [] }
    ])
  })

  test('is not answered from the cache, nor for it, when its client says so', async () => {
    const { state, prompts } = world()
    for (const cache of [false, false, true, false, true]) await prompts.answer('key', prompt({ cache }), stay)
    assert.deepEqual(state.rows.map(({ cached }) => cached), [false, false, false, false, true])
  })

  test('is asked anew when its model was forgotten, or is disabled', async () => {
    const { state, prompts, set } = world()
    const cached = async (): Promise<boolean> => (await answered(prompts.answer('key', prompt({ model: null }), stay))).cached
    assert.deepEqual([await cached(), await cached()], [false, true])
    const { model } = state.rows[0]!
    state.snapshot = { ...state.snapshot, generations: new Map([[model!, 1]]) }
    assert.deepEqual([await cached(), await cached()], [false, true])
    set({ disabledModels: [model!] })
    assert.equal(await cached(), false)
    assert.notEqual(state.rows.at(-1)!.model, model)
  })

  test('is not kept at all when answers are kept for no time', async () => {
    const cache = cacheInMemory({ most: 10 })
    const { prompts, set } = world({ cache })
    set({ cacheTtlSeconds: 0 })
    await prompts.answer('key', prompt(), stay)
    assert.equal(cache.entries(), 0)
    set({ cacheTtlSeconds: 1 })
    await prompts.answer('key', prompt(), stay)
    assert.equal(cache.entries(), 1)
  })

  test('that was asked before a model was forgotten does not count after it', async () => {
    let answer: (completed: Completed) => void = () => {}
    const { state, prompts } = world({ complete: () => new Promise(resolve => { answer = resolve }) })
    const early = prompts.answer('key', prompt(), stay)
    await new Promise(resolve => setImmediate(resolve))
    state.snapshot = { ...state.snapshot, generations: new Map([['gpt-4o', 1]]) }
    prompts.forget()
    answer(said(modelOf('gpt-4o')!, 'old'))
    await early
    const late = prompts.answer('key', prompt(), stay)
    await new Promise(resolve => setImmediate(resolve))
    answer(said(modelOf('gpt-4o')!, 'new'))
    assert.equal((await answered(late)).output, 'new')
  })

  test('passes over a cache that fails', async () => {
    const broken: AnswerCache = { ...cacheInMemory({ most: 1 }), get: async () => { throw new Error('away') }, set: async () => { throw new Error('away') } }
    const { state, prompts } = world({ cache: broken })
    assert.equal((await answered(prompts.answer('key', prompt(), stay))).cached, false)
    assert.equal(state.faults.length, 2)
  })

  test('is tried with so many models as the settings say', async () => {
    const { state, prompts, set } = world()
    await prompts.answer('key', prompt({ model: null, cache: false }), stay)
    set({ maxAttempts: 1 })
    await prompts.answer('key', prompt({ model: null, cache: false }), stay)
    assert.deepEqual(state.asked.map(models => models.length), [3, 1])
  })

  test('is refused, and not recorded, when no model can be asked', async () => {
    const { state, prompts } = world({ status: () => 'unavailable' })
    for (const [changes, reason] of [[{ model: 'gpt-5' }, 'unknown model'], [{ model: null, maxCost: 1e-12 }, 'unsatisfiable'], [{}, 'unavailable']] as const) {
      assert.deepEqual(await prompts.answer('key', prompt(changes), stay), { ok: false, refusal: { reason } })
      assert.deepEqual(await prompts.stream('key', prompt(changes), stay), { ok: false, refusal: { reason } })
    }
    assert.deepEqual([state.asked, state.rows], [[], []])
  })

  test('that no model answered is recorded as failed, and tried again by the next client', async () => {
    const { state, prompts } = world({ complete: async ([model]) => silence(model!) })
    const { failure } = silence(modelOf('gpt-4o')!)
    for (let time = 0; time < 2; time++) assert.deepEqual(await prompts.answer('key', prompt(), stay), { ok: false, refusal: { reason: 'failed', failure } })
    assert.equal(state.asked.length, 2)
    assert.deepEqual({ ...state.rows[0]!, category: null }, { id: 'id-1', keyId: 'key', model: null, category: null, outcome: 'failed', cached: false, streamed: false, usage: { prompt_tokens: 0, completion_tokens: 0 }, costNano: 0, attempts: failure.attempts })
  })
})

describe('the same prompt at the same time', () => {
  test('is asked once, charged to one, and told to all', async () => {
    const { state, prompts } = world()
    const answers = await Promise.all(Array.from({ length: 10 }, () => answered(prompts.answer('key', prompt(), stay))))
    assert.equal(state.asked.length, 1)
    assert.equal(new Set(answers.map(({ id }) => id)).size, 10)
    assert.deepEqual(answers.map(({ cached }) => cached), [false, ...Array<boolean>(9).fill(true)])
    assert.deepEqual(state.rows.map(({ costNano }) => costNano), [225_000, ...Array<number>(9).fill(0)])
  })

  test('is asked for each client who wants no answer that is known', async () => {
    const { state, prompts } = world()
    await Promise.all(Array.from({ length: 3 }, () => answered(prompts.answer('key', prompt({ cache: false }), stay))))
    assert.equal(state.asked.length, 3)
  })

  test('fails for all when it fails, and its attempts are recorded once', async () => {
    const { state, prompts } = world({ complete: async ([model]) => silence(model!) })
    const answers = await Promise.all([1, 2].map(() => prompts.answer('key', prompt(), stay)))
    assert.deepEqual(answers[0], answers[1])
    assert.deepEqual(state.rows.map(({ attempts }) => attempts.length), [1, 0])
  })

  test('goes on when the first client leaves: the next one is charged; nobody is for who left', async () => {
    let answer: (completed: Completed) => void = () => {}
    const { state, prompts } = world({ complete: () => new Promise(resolve => { answer = resolve }) })
    const leaving = new AbortController()
    const gone = prompts.answer('key', prompt(), leaving.signal)
    const stays = prompts.answer('other', prompt(), stay)
    await new Promise(resolve => setImmediate(resolve))
    leaving.abort(new Error('left'))
    await assert.rejects(gone, /left/)
    answer(said(modelOf('gpt-4o')!))
    assert.equal((await answered(stays)).cached, false)
    assert.deepEqual(state.rows.map(({ keyId, costNano }) => [keyId, costNano]), [['other', 225_000]])
  })

  test('ends the question to the model when all have left', async () => {
    const ends: AbortSignal[] = []
    const { state, prompts } = world({
      complete: (_models, _completion, left) => new Promise((_resolve, reject) => {
        ends.push(left)
        left.addEventListener('abort', () => reject(new Error('aborted')))
      })
    })
    const leaving = new AbortController()
    const gone = [prompts.answer('key', prompt(), leaving.signal), prompts.answer('key', prompt(), leaving.signal)]
    await new Promise(resolve => setImmediate(resolve))
    leaving.abort(new Error('left'))
    for (const one of gone) await assert.rejects(one, /left/)
    assert.deepEqual(ends.map(({ aborted }) => aborted), [true])
    assert.deepEqual(state.rows, [])
  })
})

describe('a streamed prompt', () => {
  const model = modelOf('gpt-4o')!
  async function * streamed (...events: StreamEvent[]): AsyncGenerator<StreamEvent> {
    yield * events
  }
  const begun = (...events: StreamEvent[]): Begun => ({ ok: true, events: streamed({ kind: 'start', model }, { kind: 'delta', text: 'An ' }, { kind: 'delta', text: 'answer.' }, ...events) })
  async function collect (asked: ReturnType<ReturnType<typeof world>['prompts']['stream']>): Promise<PromptEvent[]> {
    const events = await asked
    assert.ok(events.ok)
    const all: PromptEvent[] = []
    for await (const event of events.value) all.push(event)
    return all
  }

  test('is told piece by piece, recorded before its end is told, and from then on known, to plain clients too', async () => {
    const { state, prompts } = world({ stream: async () => begun({ kind: 'end', usage: { prompt_tokens: 10, completion_tokens: 20 }, attempts: [attempt(model)] }) })
    const events = await collect(prompts.stream('key', prompt(), stay))
    assert.deepEqual(events.map(({ kind }) => kind), ['start', 'delta', 'delta', 'end'])
    assert.deepEqual(events.at(-1), { kind: 'end', usage: { prompt_tokens: 10, completion_tokens: 20 }, costNano: 225_000, attempts: [attempt(model)], createdAt: 'now' })
    const again = await collect(prompts.stream('key', prompt(), stay))
    assert.deepEqual(again.map(event => event.kind === 'delta' ? event.text : event.kind), ['start', 'An answer.', 'end'])
    assert.deepEqual(again.at(-1), { kind: 'end', usage: { prompt_tokens: 10, completion_tokens: 20 }, costNano: 0, attempts: [], createdAt: 'now' })
    assert.equal((await answered(prompts.answer('key', prompt(), stay))).output, 'An answer.')
    assert.equal(state.asked.length, 1)
    assert.deepEqual(state.rows.map(({ streamed, cached }) => [streamed, cached]), [[true, false], [true, true], [false, true]])
  })

  test('that stops half-way is recorded as failed, and not kept', async () => {
    const { state, prompts } = world({ stream: async () => begun({ kind: 'failed', attempts: [attempt(model, 'cut')] }) })
    const events = await collect(prompts.stream('key', prompt(), stay))
    assert.deepEqual(events.at(-1), { kind: 'failed', attempts: [attempt(model, 'cut')] })
    assert.deepEqual(state.rows.map(({ outcome, model, attempts }) => [outcome, model, attempts.length]), [['failed', null, 1]])
    await collect(prompts.stream('key', prompt(), stay))
    assert.equal(state.asked.length, 2)
  })

  test('that no model began is refused, and recorded as failed', async () => {
    const { state, prompts } = world({ stream: async () => silence(model) })
    assert.deepEqual(await prompts.stream('key', prompt(), stay), { ok: false, refusal: { reason: 'failed', failure: silence(model).failure } })
    assert.deepEqual(state.rows.map(({ outcome, streamed }) => [outcome, streamed]), [['failed', true]])
  })

  test('whose client leaves has no row', async () => {
    let closed = false
    const { state, prompts } = world({
      stream: async () => ({
        ok: true,
        events: (async function * (): AsyncGenerator<StreamEvent> {
          try {
            yield * streamed({ kind: 'start', model }, { kind: 'delta', text: 'An ' })
          } finally {
            closed = true
          }
        })()
      })
    })
    const events = await prompts.stream('key', prompt(), stay)
    assert.ok(events.ok)
    for await (const event of events.value) if (event.kind === 'delta') break
    assert.equal(closed, true)
    assert.deepEqual(state.rows, [])
  })
})
