import { createOpenLoop, routedToOf, type Answer, type OpenLoop } from '../../harness/open-loop.ts'
import { seeded } from '../../harness/statistics.ts'

/** A request that is sent again and again, and what its right answer is. */
export interface Sample {
  readonly method: 'GET' | 'PUT'
  readonly path: string
  readonly token: string
  readonly body?: string
  /** The body of the right answer; any is right when left out. */
  readonly answer?: string
}

/** What one request came to, as its client saw it. */
export interface Outcome extends Pick<Answer, 'sentAt' | 'status' | 'milliseconds'> {
  readonly safe: boolean
  /** Whether the body is that of the right answer. */
  readonly right: boolean
  /** The answer's x-routed-to. */
  readonly routedTo: string | undefined
}

/** Requests that are being sent. */
export interface Traffic extends Pick<OpenLoop, 'finish' | 'latestMs'> {
  readonly outcomes: readonly Outcome[]
}

/**
 * @param rate requests a second
 * @param safePart the part of them that only reads
 */
export function sendTraffic ({ url, rate, safePart, reads, writes }: { url: string, rate: number, safePart: number, reads: readonly Sample[], writes: readonly Sample[] }): Traffic {
  const loop = createOpenLoop({ url, rate, patienceMs: 20_000 })
  const random = seeded(5)
  const outcomes: Outcome[] = []
  loop.send(() => {
    const safe = random() < safePart
    const among = safe ? reads : writes
    const { method, path, token, body, answer } = among[Math.floor(random() * among.length)]!
    return {
      sending: { method, path, body, headers: { authorization: `Bearer ${token}` } },
      answered: ({ sentAt, milliseconds, status, headers, body: text }) => {
        outcomes.push({ safe, sentAt, milliseconds, status, right: status !== 0 && (answer === undefined || text === answer), routedTo: routedToOf(headers) })
      }
    }
  })
  return { outcomes, finish: () => loop.finish(), get latestMs () { return loop.latestMs } }
}
