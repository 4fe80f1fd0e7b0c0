/** An answer in the cache, member by member as in Redis: both faces read it. */
export interface CachedAnswer {
  readonly model: string
  /** How often this model's answers had been forgotten when it was stored; it counts while that is so. */
  readonly model_generation: number
  readonly output: string
  readonly prompt_tokens: number
  readonly completion_tokens: number
}

/** Where answers are kept. */
export interface AnswerCache {
  readonly kind: 'memory' | 'redis'
  /** @throws when the store does not answer; whoever asks goes on without */
  get (key: string): CachedAnswer | undefined | Promise<CachedAnswer | undefined>
  /** @throws as `get` does */
  set (key: string, answer: CachedAnswer, ttlSeconds: number): void | Promise<void>
  /** How many answers this process holds; null where another one does. */
  entries (): number | null
  /** Whether the store answers. */
  isUp (): Promise<boolean>
  /** Forgets the answers that this process holds. */
  clear (): void
}
