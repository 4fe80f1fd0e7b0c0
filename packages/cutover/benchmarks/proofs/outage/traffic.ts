import { createOpenLoop, routedToOf, type Answer, type OpenLoop } from '../../harness/open-loop.ts'
import { seeded } from '../../harness/statistics.ts'

/** What one prompt came to, as its client saw it. */
export interface Outcome extends Pick<Answer, 'sentAt' | 'milliseconds' | 'status'> {
  readonly routedTo: string | undefined
  /** Why it went there, of the answer's Server-Timing. */
  readonly reason: string | undefined
  /** Failed attempts before the answer. */
  readonly retried: number
}

/** Prompts that are being sent. */
export interface Traffic extends Pick<OpenLoop, 'finish'> {
  readonly outcomes: readonly Outcome[]
}

const questions = 50

/**
 * Prompts, most of which a model has to answer.
 * @param rate requests a second
 * @param cachedPart the part of them that the cache may answer
 */
export function sendPrompts ({ url, rate, cachedPart, key }: { readonly url: string, readonly rate: number, readonly cachedPart: number, readonly key: string }): Traffic {
  const loop = createOpenLoop({ url, rate, patienceMs: 20_000 })
  const random = seeded(11)
  const outcomes: Outcome[] = []
  loop.send(() => {
    const cache = random() < cachedPart
    const body = JSON.stringify({ prompt: `Question ${Math.floor(random() * questions)}: what does a migration cost?`, cache })
    return {
      sending: { method: 'POST', path: '/prompt', headers: { authorization: `Bearer ${key}` }, body },
      answered: ({ sentAt, milliseconds, status, headers, body: text }) => {
        outcomes.push({
          sentAt,
          milliseconds,
          status,
          routedTo: routedToOf(headers),
          reason: /cutover;desc="\w+ (\w+)/.exec(String(headers['server-timing'] ?? ''))?.[1],
          retried: (text.match(/"outcome":"(?!ok)/g) ?? []).length
        })
      }
    }
  })
  return { outcomes, finish: () => loop.finish() }
}
