/** How long a window lasts; it begins with a key's first request. */
export const windowMs = 60_000

/** Counts requests, for all processes together. */
export interface RateLimits {
  /**
   * Counts one request of a key.
   * @returns how many there have been in the window, this one included, and in how many milliseconds it ends
   * @throws when the store does not answer
   */
  hit (keyId: string): Promise<RateCount>
}

export interface RateCount {
  readonly count: number
  readonly restMs: number
}

/** Whole seconds until a window ends, as in Retry-After: at least 1. */
export function retryAfter ({ restMs }: RateCount): number {
  return Math.max(1, Math.ceil(restMs / 1000))
}
