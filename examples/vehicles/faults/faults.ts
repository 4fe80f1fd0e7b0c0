import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/** What a candidate can be told to do wrong. */
export const faultKinds = ['well', 'fail', 'hang', 'slow', 'wrong', 'leak', 'exit'] as const
export type FaultKind = typeof faultKinds[number]

/** How often requests came, and when the last did: milliseconds since 1970, with fractions. */
export interface Tally {
  readonly count: number
  readonly lastAt: number
}

/** What came to the candidate since it started: from clients, as copies by shadowing, and as health checks. */
export type Seen = Readonly<Record<'live' | 'shadow' | 'health', Tally>>

export interface Faults {
  /**
   * Begins a fault, or ends it (`well`); it holds for requests that come from now on.
   * @param usualMs what `slow` makes ten times as long; what the same route took before when left out
   */
  become (kind: FaultKind, usualMs?: number): void
  /** Puts the faults in front of a server's own listener. */
  around (serve: RequestListener): RequestListener
  seen (): Seen
}

const slowFactor = 10
const leakStepBytes = 16_000_000
const leakEveryMs = 100
/** A leak is to be found, and not to fell the machine. */
const mostLeakedBytes = 600_000_000

/**
 * Makes a good server bad on demand: `fail` answers 500, `hang` never answers, `slow` takes ten times as long as
 * usual, `wrong` changes numbers in its JSON, `leak` holds on to more and more memory, `exit` ends the
 * process. For demonstrations and proofs; the server itself stays as it is.
 */
export function createFaults (): Faults {
  let kind: FaultKind = 'well'
  let slowMs: number | undefined
  let leaking: NodeJS.Timeout | undefined
  const leaked: Buffer[] = []
  const usualMs = new Map<string, number>()
  const seen = { live: { count: 0, lastAt: 0 }, shadow: { count: 0, lastAt: 0 }, health: { count: 0, lastAt: 0 } }

  const leak = (): void => {
    if (leaked.length * leakStepBytes >= mostLeakedBytes) clearInterval(leaking)
    // Filled, since untouched memory is not resident.
    else leaked.push(Buffer.alloc(leakStepBytes, 1))
  }

  return {
    become (next, usual) {
      kind = next
      slowMs = usual
      clearInterval(leaking)
      leaked.length = 0
      if (kind === 'leak') leaking = setInterval(leak, leakEveryMs)
      if (kind === 'exit') process.exit(1)
    },
    around: serve => (request, response) => {
      const tally = seen[whose(request)]
      tally.count++
      tally.lastAt = performance.timeOrigin + performance.now()
      const route = routeOf(request)
      switch (kind) {
        case 'hang':
          request.resume()
          return
        case 'fail':
          request.resume()
          response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":"planted"}')
          return
        case 'slow':
          setTimeout(() => serve(request, response), (slowFactor - 1) * (slowMs ?? usualMs.get(route) ?? 0))
          return
        case 'wrong':
          makeWrong(response)
      }
      const from = performance.now()
      if (kind === 'well') response.once('finish', () => { usualMs.set(route, mean(usualMs.get(route), performance.now() - from)) })
      serve(request, response)
    },
    seen: () => structuredClone(seen)
  }
}

function whose ({ headers }: IncomingMessage): keyof Seen {
  return headers['x-cutover-shadow'] !== undefined ? 'shadow' : headers['user-agent'] === 'cutover-health' ? 'health' : 'live'
}

/** The few routes of this example, whatever ids are in them. */
function routeOf ({ method, url = '' }: IncomingMessage): string {
  return `${method} ${url.split('?', 1)[0]!.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/i, ':id')}`
}

function mean (before: number | undefined, now: number): number {
  return before === undefined ? now : before + (now - before) / 50
}

/** Adds one to the last digit of each year: as long as before, of the same type, and a plausible value. */
function makeWrong (response: ServerResponse): void {
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse
  response.end = ((chunk?: unknown, ...rest: unknown[]) => {
    const isText = typeof chunk === 'string' || Buffer.isBuffer(chunk)
    return end(isText ? chunk.toString().replace(/("year":\d{3})(\d)/g, (_, start: string, digit: string) => start + (Number(digit) + 1) % 10) : chunk, ...rest)
  }) as typeof response.end
}
