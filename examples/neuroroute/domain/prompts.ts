import type { AnswerCache } from '../types/cache.ts'
import type { Classification, Question } from '../types/decisions.ts'
import type { Model, ModelStatus } from '../types/models.ts'
import type { Answer, Attempt, Completion, Failover, ModelHealth, StreamEvent, TokenUsage } from '../types/providers.ts'
import type { UsageRow } from '../types/usage.ts'
import { createAnswerMemory, type KnownAnswer } from './answer-memory.ts'
import { fail, type Outcome, type PromptAnswer, type PromptEvent, type Refusal } from './answers.ts'
import { cacheKey } from './decisions/cache-key.ts'
import { classify } from './decisions/classify.ts'
import { costNano } from './decisions/cost.ts'
import { rank } from './decisions/route.ts'
import { createSingleFlight } from './single-flight.ts'
import type { Snapshot } from './snapshot.ts'

/** A question with whether an answer that is known will do. */
export interface Prompt extends Question {
  readonly cache: boolean
}

export interface Prompts {
  /** @param left aborted when the client has left: rejects with its reason */
  answer (keyId: string, prompt: Prompt, left: AbortSignal): Promise<Outcome<PromptAnswer>>
  /** Resolves when the answer has begun. The events end with `end` or `failed`, or throw the reason of `left`. */
  stream (keyId: string, prompt: Prompt, left: AbortSignal): Promise<Outcome<AsyncIterable<PromptEvent>>>
  /** Who asks from now on is not given what others are waiting for. */
  forget (): void
}

export interface PromptsOptions {
  readonly catalogue: readonly Model[]
  readonly current: () => Snapshot | Promise<Snapshot>
  readonly cache: AnswerCache
  readonly failover: Failover
  readonly health: ModelHealth
  readonly record: (row: UsageRow) => Promise<void>
  /** Told when the cache did not answer. */
  readonly onCacheFault: (error: unknown) => void
  readonly newId: () => string
  /** Milliseconds of the steady clock of `health`. */
  readonly now: () => number
  /** The time as answers tell it. */
  readonly clock: () => string
}

/** What is known of a prompt before a model is asked. */
interface Case {
  readonly id: string
  readonly keyId: string
  readonly prompt: Prompt
  readonly classification: Classification
  readonly snapshot: Snapshot
  /** Null when the cache is not to be used. */
  readonly cacheKey: string | null
}

type Known = { readonly at: 'end', readonly refusal: Refusal } | ({ readonly at: 'cache' } & KnownAnswer) | { readonly at: 'models', readonly models: readonly Model[] }

type Flown = Awaited<ReturnType<Failover['complete']>>

/** Classifies prompts, answers them from the cache or by a model, and records what was used. */
export function createPrompts (options: PromptsOptions): Prompts {
  const { catalogue, cache, failover, health, record, onCacheFault, newId, now, clock } = options
  const byId = new Map(catalogue.map(model => [model.id, model]))
  const memory = createAnswerMemory({ cache, models: byId, onFault: onCacheFault })
  const flights = createSingleFlight<Flown>()

  function open (keyId: string, prompt: Prompt, snapshot: Snapshot): Case {
    return { id: newId(), keyId, prompt, snapshot, classification: classify(prompt.prompt, prompt.system), cacheKey: prompt.cache ? snapshot.cachePrefix + cacheKey(prompt) : null }
  }

  async function consider (one: Case): Promise<Known> {
    const { prompt, classification, snapshot: { settings } } = one
    if (prompt.model !== null && !byId.has(prompt.model)) return { at: 'end', refusal: { reason: 'unknown model' } }
    const hit = one.cacheKey === null ? undefined : await memory.find(one.cacheKey, one.snapshot)
    if (hit !== undefined) return { at: 'cache', ...hit }
    const ranking = rank(prompt, classification, { strategy: settings.strategy, disabled: settings.disabledModels, status: statuses() }, catalogue)
    if (ranking.outcome !== 'ranked') return { at: 'end', refusal: { reason: ranking.outcome } }
    return { at: 'models', models: ranking.models.slice(0, settings.maxAttempts).map(id => byId.get(id)!) }
  }

  function statuses (): Record<string, ModelStatus> {
    const at = now()
    return Object.fromEntries(catalogue.map(({ id }) => [id, health.status(id, at)]))
  }

  async function keep ({ cacheKey, snapshot }: Case, model: Model, output: string, usage: TokenUsage): Promise<void> {
    if (cacheKey !== null) await memory.keep(cacheKey, snapshot, model, output, usage)
  }

  /** What the first client of an answer, or the only one, is told and charged. */
  async function settle (one: Case, { model, output, attempts, ...usage }: Answer): Promise<PromptAnswer> {
    const cost = costNano(model, usage)
    await record(rowOf(one, { model: model.id, outcome: 'ok', cached: false, streamed: false, usage: tokens(usage), costNano: cost, attempts }))
    return { id: one.id, model, classification: one.classification, output, cached: false, usage: tokens(usage), costNano: cost, attempts, createdAt: clock() }
  }

  /** What is told of an answer that somebody else has had, and paid for. */
  async function repeat (one: Case, model: Model, output: string, usage: TokenUsage): Promise<PromptAnswer> {
    await record(rowOf(one, { model: model.id, outcome: 'ok', cached: true, streamed: false, usage, costNano: 0, attempts: [] }))
    return { id: one.id, model, classification: one.classification, output, cached: true, usage, costNano: 0, attempts: [], createdAt: clock() }
  }

  async function ask (one: Case, models: readonly Model[], left: AbortSignal): Promise<Flown> {
    const flown = await failover.complete(models, completionOf(one.prompt), left)
    // Before the flight has landed: whoever asks after it finds the answer.
    if (flown.ok) await keep(one, flown.answer.model, flown.answer.output, flown.answer)
    return flown
  }

  async function * replay (one: Case, { answer, model }: KnownAnswer): AsyncGenerator<PromptEvent> {
    const usage = tokens(answer)
    yield { kind: 'start', id: one.id, model, classification: one.classification, cached: true }
    yield { kind: 'delta', text: answer.output }
    await record(rowOf(one, { model: model.id, outcome: 'ok', cached: true, streamed: true, usage, costNano: 0, attempts: [] }))
    yield { kind: 'end', usage, costNano: 0, attempts: [], createdAt: clock() }
  }

  async function * relay (one: Case, events: AsyncIterable<StreamEvent>): AsyncGenerator<PromptEvent> {
    let model: Model | undefined
    let output = ''
    for await (const event of events) {
      if (event.kind === 'start') {
        model = event.model
        yield { kind: 'start', id: one.id, model, classification: one.classification, cached: false }
      } else if (event.kind === 'delta') {
        output += event.text
        yield event
      } else if (event.kind === 'end') {
        const cost = costNano(model!, event.usage)
        await record(rowOf(one, { model: model!.id, outcome: 'ok', cached: false, streamed: true, usage: event.usage, costNano: cost, attempts: event.attempts }))
        await keep(one, model!, output, event.usage)
        yield { kind: 'end', usage: event.usage, costNano: cost, attempts: event.attempts, createdAt: clock() }
      } else {
        await record(failedRow(one, event.attempts, true))
        yield event
      }
    }
  }

  return {
    async answer (keyId, prompt, left) {
      const one = open(keyId, prompt, await options.current())
      const known = await consider(one)
      if (known.at === 'end') return { ok: false, refusal: known.refusal }
      if (known.at === 'cache') return { ok: true, value: await repeat(one, known.model, known.answer.output, tokens(known.answer)) }
      const { value: flown, first } = one.cacheKey === null
        ? { value: await ask(one, known.models, left), first: true }
        : await flights.join(one.cacheKey, abandoned => ask(one, known.models, abandoned), left)
      if (!flown.ok) {
        await record(failedRow(one, first ? flown.failure.attempts : [], false))
        return fail(flown.failure)
      }
      const { answer } = flown
      return { ok: true, value: first ? await settle(one, answer) : await repeat(one, answer.model, answer.output, tokens(answer)) }
    },
    async stream (keyId, prompt, left) {
      const one = open(keyId, prompt, await options.current())
      const known = await consider(one)
      if (known.at === 'end') return { ok: false, refusal: known.refusal }
      if (known.at === 'cache') return { ok: true, value: replay(one, known) }
      const begun = await failover.stream(known.models, completionOf(prompt), left)
      if (begun.ok) return { ok: true, value: relay(one, begun.events) }
      await record(failedRow(one, begun.failure.attempts, true))
      return fail(begun.failure)
    },
    forget: () => flights.clear()
  }
}

function completionOf ({ prompt, system, maxTokens, temperature }: Prompt): Completion {
  return { prompt, system, maxTokens, temperature }
}

function tokens (from: TokenUsage): TokenUsage {
  return { prompt_tokens: from.prompt_tokens, completion_tokens: from.completion_tokens }
}

function rowOf ({ id, keyId, classification }: Case, rest: Omit<UsageRow, 'id' | 'keyId' | 'category'>): UsageRow {
  return { id, keyId, category: classification.category, ...rest }
}

function failedRow (one: Case, attempts: readonly Attempt[], streamed: boolean): UsageRow {
  return rowOf(one, { model: null, outcome: 'failed', cached: false, streamed, usage: { prompt_tokens: 0, completion_tokens: 0 }, costNano: 0, attempts })
}
