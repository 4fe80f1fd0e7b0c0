import type { AnswerCache, CachedAnswer } from '../types/cache.ts'
import type { Model } from '../types/models.ts'
import type { TokenUsage } from '../types/providers.ts'
import type { Snapshot } from './snapshot.ts'

/** An answer that is known, and still counts. */
export interface KnownAnswer {
  readonly answer: CachedAnswer
  readonly model: Model
}

/** Answers that were given before. A cache that fails is passed over. */
export interface AnswerMemory {
  /** The answer under a key, unless its model was forgotten since, or is disabled. */
  find (key: string, snapshot: Snapshot): Promise<KnownAnswer | undefined>
  /** @param snapshot of when the model was asked: what is forgotten meanwhile does not come back */
  keep (key: string, snapshot: Snapshot, model: Model, output: string, usage: TokenUsage): Promise<void>
}

/** @param options.onFault told when the cache did not answer */
export function createAnswerMemory ({ cache, models, onFault }: {
  readonly cache: AnswerCache
  readonly models: ReadonlyMap<string, Model>
  readonly onFault: (error: unknown) => void
}): AnswerMemory {
  return {
    async find (key, { settings, generations }) {
      try {
        const found = cache.get(key)
        const answer = found instanceof Promise ? await found : found
        if (answer === undefined) return undefined
        const model = models.get(answer.model)
        if (model === undefined || settings.disabledModels.includes(model.id)) return undefined
        return answer.model_generation === (generations.get(model.id) ?? 0) ? { answer, model } : undefined
      } catch (error) {
        onFault(error)
        return undefined
      }
    },
    async keep (key, { settings, generations }, model, output, usage) {
      if (settings.cacheTtlSeconds === 0) return
      const answer = { model: model.id, model_generation: generations.get(model.id) ?? 0, output, prompt_tokens: usage.prompt_tokens, completion_tokens: usage.completion_tokens }
      try {
        await cache.set(key, answer, settings.cacheTtlSeconds)
      } catch (error) {
        onFault(error)
      }
    }
  }
}
