import { createOpenLoop, routedToOf, type Next } from '../harness/open-loop.ts'
import { seeded } from '../harness/statistics.ts'
import type { Outcome } from './ledger-check.ts'

/** Sends a mix of reads and writes, each with an id of its own. */
export interface Sender {
  readonly outcomes: readonly Outcome[]
  /** Sends for a while, all under one name. */
  send (phase: string, milliseconds: number): Promise<void>
  /** Waits for the answers that are still open. */
  finish (): Promise<void>
  /** The longest delay of a send after its planned time, milliseconds: how far this machine kept up. */
  readonly latest: number
}

/**
 * @param url the switch
 * @param rate requests a second
 * @param safePart the part of them that only reads
 * @param prefix what its ids begin with
 */
export function createSender ({ url, rate, safePart, prefix }: { url: string, rate: number, safePart: number, prefix: string }): Sender {
  const loop = createOpenLoop({ url, rate, patienceMs: 15_000 })
  const outcomes: Outcome[] = []
  const random = seeded(5)
  let count = 0

  const nextOf = (phase: string): Next => () => {
    const safe = random() < safePart
    const id = `${prefix}-${++count}`
    const item = JSON.stringify({ id })
    return {
      sending: safe ? { method: 'GET', path: `/items/${id}` } : { method: 'POST', path: '/items', body: item },
      answered: ({ status, headers, body, milliseconds }) => {
        outcomes.push({ id, safe, phase, status, right: body === item, routedTo: routedToOf(headers), milliseconds })
      }
    }
  }

  return {
    outcomes,
    get latest () { return loop.latestMs },
    send: (phase, milliseconds) => loop.send(nextOf(phase), milliseconds),
    finish: () => loop.finish()
  }
}
