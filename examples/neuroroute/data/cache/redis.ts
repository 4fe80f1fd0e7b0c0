import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { AnswerCache } from '../../types/cache.ts'
import type { Redis } from '../redis.ts'

const Entry = Compile(Type.Object({
  model: Type.String(),
  model_generation: Type.Integer({ minimum: 0 }),
  output: Type.String(),
  prompt_tokens: Type.Integer({ minimum: 0 }),
  completion_tokens: Type.Integer({ minimum: 0 })
}))

// The order in which both faces write them.
const members = ['model', 'model_generation', 'output', 'prompt_tokens', 'completion_tokens']

/** Keeps answers in Redis: what one face stored serves the other. */
export function cacheInRedis (redis: Redis): AnswerCache {
  return {
    kind: 'redis',
    async get (key) {
      const text = await redis.get(key)
      if (text === null) return undefined
      const entry: unknown = JSON.parse(text)
      if (!Entry.Check(entry)) throw new Error(`the entry ${key} is not an answer: something else writes to these keys`)
      return entry
    },
    async set (key, answer, ttlSeconds) {
      await redis.set(key, JSON.stringify(answer, members), ttlSeconds)
    },
    entries: () => null,
    async isUp () {
      return await redis.ping().then(() => true, () => false)
    },
    clear () {}
  }
}
