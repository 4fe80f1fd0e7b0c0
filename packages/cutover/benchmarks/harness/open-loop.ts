import { Agent, request, type IncomingHttpHeaders } from 'node:http'

/** A request as it is sent. */
export interface Sending {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** JSON, as text. */
  readonly body?: string | undefined
}

/** What one request came to, as its client saw it. */
export interface Answer {
  /** Milliseconds since 1970 at which it was sent. */
  readonly sentAt: number
  /** From the time for which it was planned to the end of its answer. */
  readonly milliseconds: number
  /** HTTP status; 0 when no whole answer came. */
  readonly status: number
  /** Empty when no whole answer came. */
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** The next request, and what is done with its answer. */
export type Next = () => { readonly sending: Sending, readonly answered: (answer: Answer) => void }

/** Sends at a fixed rate, whatever the answers do, and never repeats a request. */
export interface OpenLoop {
  /** Sends for so many milliseconds, or until `finish` when left out. */
  send (next: Next, milliseconds?: number): Promise<void>
  /** Stops sending, and waits for the answers that are still open. */
  finish (): Promise<void>
  /** The longest delay of a send after its planned time, milliseconds: how far this machine kept up. */
  readonly latestMs: number
}

/**
 * @param url the server
 * @param rate requests a second
 * @param patienceMs how long a silent answer is waited for
 */
export function createOpenLoop ({ url, rate, patienceMs }: { readonly url: string, readonly rate: number, readonly patienceMs: number }): OpenLoop {
  const agent = new Agent({ keepAlive: true, scheduling: 'lifo' })
  const target: Target = { hostname: new URL(url).hostname, port: new URL(url).port, agent, timeout: patienceMs }
  const open = new Set<Promise<void>>()
  let latestMs = 0
  let stop = (): void => {}

  const one = (next: Next, planned: number): void => {
    const { sending, answered } = next()
    const sentAt = performance.timeOrigin + performance.now()
    const done: Promise<void> = exchange(target, sending).then(answer => {
      open.delete(done)
      answered({ sentAt, milliseconds: performance.now() - planned, ...answer })
    })
    open.add(done)
  }

  return {
    get latestMs () { return latestMs },
    send: (next, milliseconds = Infinity) => new Promise(resolve => {
      const from = performance.now()
      const total = Math.round(milliseconds / 1000 * rate)
      let sent = 0
      const timer = setInterval(() => {
        const now = performance.now()
        for (; sent < total; sent++) {
          const planned = from + sent * 1000 / rate
          if (planned > now) return
          latestMs = Math.max(latestMs, now - planned)
          one(next, planned)
        }
        stop()
      }, 1)
      stop = () => {
        clearInterval(timer)
        resolve()
      }
    }),
    async finish () {
      stop()
      while (open.size > 0) await Promise.all(open)
      agent.destroy()
    }
  }
}

/** The switch's word of who answered. */
export function routedToOf (headers: IncomingHttpHeaders): string | undefined {
  const routedTo = headers['x-routed-to']
  return typeof routedTo === 'string' ? routedTo : undefined
}

interface Target { readonly hostname: string, readonly port: string, readonly agent: Agent, readonly timeout: number }

function exchange (target: Target, { method, path, headers, body }: Sending): Promise<Pick<Answer, 'status' | 'headers' | 'body'>> {
  return new Promise(resolve => {
    const none = { status: 0, headers: {}, body: '' }
    const ofBody = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const outgoing = request({ ...target, method, path, headers: { ...headers, ...ofBody } }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => { text += piece })
      response.once('error', () => resolve(none))
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
    })
    outgoing.once('timeout', () => outgoing.destroy())
    outgoing.once('error', () => resolve(none))
    outgoing.end(body)
  })
}
