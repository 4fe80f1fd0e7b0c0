import { setTimeout as wait } from 'node:timers/promises'
import type { Model, Provider } from '../types/models.ts'
import type { Attempt, AttemptOutcome, Failover, ModelHealth, StreamEvent, TokenUsage } from '../types/providers.ts'
import { Places } from './concurrency.ts'
import { failureOf } from './failure.ts'
import { anthropic } from './providers/anthropic.ts'
import { createClient, type ProviderClient } from './providers/client.ts'
import { ProviderFault } from './providers/fault.ts'
import { limits as usualLimits, type Limits } from './providers/limits.ts'
import { openai } from './providers/openai.ts'
import type { StreamedAnswer } from './providers/streamed-answer.ts'

/** Where a provider is, and what it may be asked. */
export interface ProviderAccess {
  /** The API's base without `/v1`: `https://api.openai.com`. */
  readonly url: string
  readonly key: string
  /** How many requests may be open at once. */
  readonly concurrency: number
}

export interface FailoverOptions {
  readonly providers: Readonly<Record<Provider, ProviderAccess>>
  /** Told of every attempt, in the time of `now`. */
  readonly health: ModelHealth
  /** How long one attempt may take, milliseconds: to the last byte of a plain answer, to each next byte of a streamed one. */
  readonly timeoutMs: number
  /** How long a request waits for its turn at a provider that is at its limit, milliseconds. */
  readonly queueMs: number
  /** A Retry-After up to this is waited for, milliseconds. */
  readonly retryAfterMs: number
  /** The most that answers may hold, bytes. */
  readonly limits?: Limits
  /** Milliseconds of a steady clock; `performance.now` unless told. */
  readonly now?: () => number
}

/** Milliseconds before a model that was unavailable is asked once more. */
const breath = 50

/** One request's way through the models. */
interface Way {
  readonly attempts: Attempt[]
  /** What the models that it passed by asked to wait, milliseconds. */
  readonly asked: number[]
}

/** An attempt that got an answer, or its first delta. */
interface Reached<Said> {
  readonly said: Said
  /** In the time of `now`. */
  readonly latency: number
}

/**
 * Asks OpenAI and Anthropic over their wire formats, one model after the other. A model that was unavailable, or asks to wait
 * for no longer than `retryAfterMs`, is asked once more; a place at its provider is not held in between.
 */
export function createFailover ({ providers, health, timeoutMs, queueMs, retryAfterMs, limits = usualLimits, now = () => performance.now() }: FailoverOptions): Failover {
  const lanes = {
    openai: { client: createClient({ ...providers.openai, wire: openai, timeoutMs, limits }), places: new Places(providers.openai.concurrency) },
    anthropic: { client: createClient({ ...providers.anthropic, wire: anthropic, timeoutMs, limits }), places: new Places(providers.anthropic.concurrency) }
  }

  function record (way: Way, { id, provider }: Model, outcome: AttemptOutcome, status: number | null, latency: number, retryAfter?: number): void {
    const attempt: Attempt = { model: id, provider, outcome, status, latency_ms: Math.max(0, Math.round(latency)) }
    way.attempts.push(attempt)
    health.record(attempt, now(), retryAfter)
  }

  /** What a model says, if it does; else the next one's turn has come. */
  async function reach<Said> (model: Model, way: Way, left: AbortSignal, ask: (client: ProviderClient, release: () => void) => Promise<Said>): Promise<Reached<Said> | undefined> {
    const { client, places } = lanes[model.provider]
    for (let again = true; ; again = false) {
      const asked = now()
      const release = await places.take(queueMs, left)
      if (release === null) {
        record(way, model, 'busy', null, now() - asked)
        return undefined
      }
      const sent = now()
      try {
        const said = await ask(client, release)
        return { said, latency: now() - sent }
      } catch (error) {
        if (!(error instanceof ProviderFault)) throw error
        const pause = again ? pauseBefore(error) : undefined
        record(way, model, error.outcome, error.status, now() - sent, pause === undefined ? error.retryAfterMs : undefined)
        if (pause === undefined) {
          if (error.retryAfterMs !== undefined) way.asked.push(error.retryAfterMs)
          return undefined
        }
        await rest(pause, left)
      }
    }
  }

  /** How long to wait before the same model is asked once more, milliseconds; undefined when it is not to be. */
  function pauseBefore ({ outcome, retryAfterMs: asked }: ProviderFault): number | undefined {
    if (outcome === 'unavailable') return breath
    return outcome === 'rate_limited' && asked !== undefined && asked <= retryAfterMs ? asked : undefined
  }

  async function * eventsOf (model: Model, way: Way, { said: { answer, first }, latency }: Reached<Begun>): AsyncGenerator<StreamEvent, void> {
    yield { kind: 'start', model }
    let piece = first
    const asked = now()
    try {
      for (; typeof piece === 'string'; piece = await answer.next()) yield { kind: 'delta', text: piece }
    } catch (error) {
      if (!(error instanceof ProviderFault)) throw error
      record(way, model, error.outcome, error.status, latency + now() - asked, error.retryAfterMs)
      yield { kind: 'failed', attempts: way.attempts }
      return
    }
    record(way, model, 'ok', 200, latency)
    yield { kind: 'end', usage: piece, attempts: way.attempts }
  }

  return {
    async complete (models, completion, left) {
      const way: Way = { attempts: [], asked: [] }
      for (const model of models) {
        const reached = await reach(model, way, left, async (client, release) => await client.complete(model.id, completion, left, release))
        if (reached === undefined) continue
        record(way, model, 'ok', 200, reached.latency)
        return { ok: true, answer: { model, output: reached.said.output, ...reached.said.usage, attempts: way.attempts } }
      }
      return { ok: false, failure: failureOf(way.attempts, way.asked) }
    },

    async stream (models, completion, left) {
      const way: Way = { attempts: [], asked: [] }
      for (const model of models) {
        const reached = await reach(model, way, left, async (client, release): Promise<Begun> => {
          const answer = await client.stream(model.id, completion, left, release)
          return { answer, first: await answer.next() }
        })
        if (reached !== undefined) return { ok: true, events: closing(eventsOf(model, way, reached), () => reached.said.answer.close()) }
      }
      return { ok: false, failure: failureOf(way.attempts, way.asked) }
    },

    async close () {
      await Promise.all(Object.values(lanes).map(async ({ client }) => await client.close()))
    }
  }
}

interface Begun {
  readonly answer: StreamedAnswer
  readonly first: string | TokenUsage
}

/** The events, and whoever stops reading them closes the connection at once, even while the next one is awaited or none was read. */
function closing (events: AsyncGenerator<StreamEvent, void>, close: () => void): AsyncIterable<StreamEvent> {
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => await events.next(),
      return: async () => {
        close()
        return await events.return()
      }
    })
  }
}

async function rest (ms: number, left: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal: left })
  } catch (error) {
    left.throwIfAborted()
    throw error
  }
}
