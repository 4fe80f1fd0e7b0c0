import { Agent, request } from 'node:http'
import { seeded } from '../../harness/statistics.ts'

/** What one prompt came to, as its client saw it. */
export interface Outcome {
  /** Milliseconds since 1970 at which it was sent. */
  readonly sentAt: number
  readonly milliseconds: number
  /** HTTP status; 0 when no whole answer came. */
  readonly status: number
  readonly routedTo: string | undefined
  /** Why it went there, of the answer's Server-Timing. */
  readonly reason: string | undefined
  /** Failed attempts before the answer. */
  readonly retried: number
}

/** Sends at a fixed rate whatever the answers do (open loop), and never repeats a request. */
export interface Traffic {
  readonly outcomes: readonly Outcome[]
  /** Stops sending, and waits for the answers that are still open. */
  finish (): Promise<void>
}

const clientPatienceMs = 20_000
const questions = 50

/**
 * Prompts, most of which a model has to answer.
 * @param rate requests a second
 * @param cachedPart the part of them that the cache may answer
 */
export function sendPrompts ({ url, rate, cachedPart, key }: { readonly url: string, readonly rate: number, readonly cachedPart: number, readonly key: string }): Traffic {
  const agent = new Agent({ keepAlive: true, scheduling: 'lifo' })
  const { hostname, port } = new URL(url)
  const random = seeded(11)
  const outcomes: Outcome[] = []
  const open = new Set<Promise<void>>()
  const from = performance.now()
  let sent = 0

  const one = (): void => {
    const cache = random() < cachedPart
    const body = JSON.stringify({ prompt: `Question ${Math.floor(random() * questions)}: what does a migration cost?`, cache })
    const began = performance.now()
    const done: Promise<void> = exchange({ hostname, port, agent, key, body }).then(answer => {
      outcomes.push({ sentAt: performance.timeOrigin + began, milliseconds: performance.now() - began, ...answer })
      open.delete(done)
    })
    open.add(done)
  }
  const timer = setInterval(() => {
    const now = performance.now()
    while (from + sent * 1000 / rate <= now) {
      one()
      sent++
    }
  }, 1)

  return {
    outcomes,
    async finish () {
      clearInterval(timer)
      while (open.size > 0) await Promise.all(open)
      agent.destroy()
    }
  }
}

function exchange ({ hostname, port, agent, key, body }: { hostname: string, port: string, agent: Agent, key: string, body: string }): Promise<Pick<Outcome, 'status' | 'routedTo' | 'reason' | 'retried'>> {
  return new Promise(resolve => {
    const none = { status: 0, routedTo: undefined, reason: undefined, retried: 0 }
    const outgoing = request({
      hostname,
      port,
      agent,
      method: 'POST',
      path: '/prompt',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      timeout: clientPatienceMs
    }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => { text += piece })
      response.once('error', () => resolve(none))
      response.once('end', () => {
        const routedTo = response.headers['x-routed-to']
        resolve({
          status: response.statusCode ?? 0,
          routedTo: typeof routedTo === 'string' ? routedTo : undefined,
          reason: /cutover;desc="\w+ (\w+)/.exec(String(response.headers['server-timing'] ?? ''))?.[1],
          retried: (text.match(/"outcome":"(?!ok)/g) ?? []).length
        })
      })
    })
    outgoing.once('timeout', () => outgoing.destroy())
    outgoing.once('error', () => resolve(none))
    outgoing.end(body)
  })
}
