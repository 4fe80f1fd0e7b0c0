import { Agent, request } from 'node:http'
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
export interface Outcome {
  readonly safe: boolean
  /** Milliseconds since 1970 at which it was sent. */
  readonly sentAt: number
  /** HTTP status; 0 when no whole answer came. */
  readonly status: number
  /** Whether the body is that of the right answer. */
  readonly right: boolean
  /** The answer's x-routed-to. */
  readonly routedTo: string | undefined
  readonly milliseconds: number
}

/** Sends at a fixed rate whatever the answers do (open loop), and never repeats a request. */
export interface Traffic {
  readonly outcomes: readonly Outcome[]
  /** The longest delay of a send after its planned time, milliseconds: how far this machine kept up. */
  readonly latestMs: number
  /** Stops sending, and waits for the answers that are still open. */
  finish (): Promise<void>
}

const clientPatienceMs = 20_000

/**
 * @param rate requests a second
 * @param safePart the part of them that only reads
 */
export function sendTraffic ({ url, rate, safePart, reads, writes }: { url: string, rate: number, safePart: number, reads: readonly Sample[], writes: readonly Sample[] }): Traffic {
  const agent = new Agent({ keepAlive: true, scheduling: 'lifo' })
  const { hostname, port } = new URL(url)
  const random = seeded(5)
  const outcomes: Outcome[] = []
  const open = new Set<Promise<void>>()
  const from = performance.now()
  let sent = 0
  let latestMs = 0

  const one = (): void => {
    const safe = random() < safePart
    const among = safe ? reads : writes
    const sample = among[Math.floor(random() * among.length)]!
    const began = performance.now()
    const done: Promise<void> = exchange(hostname, port, agent, sample).then(answer => {
      outcomes.push({ safe, sentAt: performance.timeOrigin + began, ...answer, milliseconds: performance.now() - began })
      open.delete(done)
    })
    open.add(done)
  }
  const timer = setInterval(() => {
    const now = performance.now()
    while (from + sent * 1000 / rate <= now) {
      latestMs = Math.max(latestMs, now - (from + sent * 1000 / rate))
      one()
      sent++
    }
  }, 1)

  return {
    outcomes,
    get latestMs () { return latestMs },
    async finish () {
      clearInterval(timer)
      while (open.size > 0) await Promise.all(open)
      agent.destroy()
    }
  }
}

function exchange (hostname: string, port: string, agent: Agent, { method, path, token, body, answer }: Sample): Promise<Pick<Outcome, 'status' | 'right' | 'routedTo'>> {
  return new Promise(resolve => {
    const none = { status: 0, right: false, routedTo: undefined }
    const outgoing = request({
      hostname,
      port,
      agent,
      method,
      path,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }) },
      timeout: clientPatienceMs
    }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => { text += piece })
      response.once('error', () => resolve(none))
      response.once('end', () => {
        const routedTo = response.headers['x-routed-to']
        resolve({ status: response.statusCode ?? 0, right: answer === undefined || text === answer, routedTo: typeof routedTo === 'string' ? routedTo : undefined })
      })
    })
    outgoing.once('timeout', () => outgoing.destroy())
    outgoing.once('error', () => resolve(none))
    outgoing.end(body)
  })
}
