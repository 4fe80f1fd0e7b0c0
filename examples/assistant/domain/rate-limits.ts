import { isIPv6 } from 'node:net'

/** Where requests are counted. */
export interface Counters {
  /**
   * Counts one request of `key`. Its window begins with its first request and lasts `windowMs`; the next request after
   * that begins another.
   * @returns how many there have been in the window, this one included, and in how many milliseconds it ends
   * @throws LimitsUnavailable
   */
  hit (key: string, windowMs: number): Promise<{ readonly hits: number, readonly resetMs: number }>
}

/** Requests could not be counted. */
export class LimitsUnavailable extends Error {
  override name = 'LimitsUnavailable'
}

/** One limit of requests. */
export interface RateLimit {
  /** Whose requests are counted together: part of the key. */
  readonly name: string
  readonly limit: number
  readonly windowMs: number
  readonly counters: Counters
  /** What happens while requests cannot be counted: they pass, or they are refused with 503. */
  readonly whenDown: 'pass' | 'refuse'
}

export interface RateLimits {
  /** Of all requests of an address, but for health checks; counted by each process for itself, told only when it is reached. */
  readonly global: RateLimit
  /** Of registrations and sign-ins of an address; counted over all servers. */
  readonly signIn: RateLimit
  /** Of generations of a user; counted over all servers. */
  readonly generate: RateLimit
}

const minute = 60_000

export function createRateLimits ({ local, shared, requests, signIns, generations }: { local: Counters, shared: Counters, requests: number, signIns: number, generations: number }): RateLimits {
  return {
    global: { name: 'all', limit: requests, windowMs: minute, counters: local, whenDown: 'pass' },
    // A password's hash is slow enough, and nobody could sign in otherwise.
    signIn: { name: 'sign-in', limit: signIns, windowMs: minute, counters: shared, whenDown: 'pass' },
    // Each one costs money.
    generate: { name: 'generate', limit: generations, windowMs: minute, counters: shared, whenDown: 'refuse' }
  }
}

/** What an address is counted as: an IPv4 address itself, of an IPv6 address its /64, which is one customer's. */
export function addressKey (address: string | undefined): string {
  if (address === undefined) return 'unknown'
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address
  const [head = '', tail] = address.split('%')[0]!.split('::') as [string, string?]
  const groups = (text: string): string[] => text === '' ? [] : text.split(':')
  const before = groups(head)
  const after = tail === undefined ? [] : groups(tail)
  const all = [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after]
  return `${all.slice(0, 4).map(group => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

/** The headers of a limit (draft-ietf-httpapi-ratelimit-headers-06), in seconds. */
export function limitHeaders ({ limit, windowMs }: RateLimit, { hits, resetMs }: { readonly hits: number, readonly resetMs: number }): Readonly<Record<string, string>> {
  const reset = String(Math.max(0, Math.ceil(resetMs / 1000)))
  return {
    'ratelimit-policy': `${limit};w=${Math.ceil(windowMs / 1000)}`,
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(Math.max(0, limit - hits)),
    'ratelimit-reset': reset,
    ...hits > limit && { 'retry-after': reset }
  }
}
