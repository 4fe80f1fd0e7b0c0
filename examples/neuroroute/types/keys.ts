/** What a key may be used for, in the order in which scopes are told. */
export type Scope = 'prompt' | 'usage' | 'admin'

export const scopes: readonly Scope[] = ['prompt', 'usage', 'admin']

/** An API key as its owner and admins see it: without the key. */
export interface ApiKey {
  readonly id: string
  readonly name: string
  /** The first characters of the key, by which its owner knows it again. */
  readonly prefix: string
  readonly scopes: readonly Scope[]
  readonly requestsPerMinute: number
  /** ISO 8601 with microseconds, as Python tells times. */
  readonly createdAt: string
  readonly revokedAt: string | null
}
