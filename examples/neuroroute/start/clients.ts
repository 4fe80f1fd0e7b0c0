import { randomUUID } from 'node:crypto'

export type Side = 'legacy' | 'candidate'

/** What came back, and from where. */
export interface Answer {
  readonly side: Side
  readonly body: string
}

/** What an answer to a prompt says, as far as the demonstration reads it. */
export interface Reply {
  readonly side: Side
  readonly model: string
  readonly provider: string
  readonly output: string
  readonly cached: boolean
  readonly attempts: ReadonlyArray<{ readonly provider: string, readonly outcome: string }>
}

/** What clients noticed. */
export interface Failure {
  readonly request: string
  readonly reason: string
}

/** A client that checks each answer; one that is not as it should be is a failure, and undefined. */
export interface Client {
  readonly failures: readonly Failure[]
  get (path: string): Promise<Answer | undefined>
  prompt (body: Readonly<Record<string, unknown>> & { readonly prompt: string }): Promise<Reply | undefined>
  /** A streamed answer: it must end with the event `end`. */
  stream (body: Readonly<Record<string, unknown>> & { readonly prompt: string }): Promise<Answer | undefined>
}

/** @param key an API key with all scopes */
export function createClient (url: string, key: string): Client {
  const failures: Failure[] = []

  async function send (method: string, path: string, json: unknown, check: (body: string) => string | undefined): Promise<Answer | undefined> {
    const requestId = randomUUID()
    const fail = (reason: string): undefined => { failures.push({ request: `${method} ${path}`, reason }) }
    try {
      const response = await fetch(url + path, {
        method,
        headers: { 'x-request-id': requestId, authorization: `Bearer ${key}`, ...json !== undefined && { 'content-type': 'application/json' } },
        ...json !== undefined && { body: JSON.stringify(json) },
        signal: AbortSignal.timeout(30_000)
      })
      const body = await response.text()
      const side = response.headers.get('x-routed-to')
      if (response.status !== 200) return fail(`${response.status}: ${body.slice(0, 200)}`)
      if (response.headers.get('x-request-id') !== requestId) return fail('the answer has another request id')
      if (side !== 'legacy' && side !== 'candidate') return fail(`x-routed-to is ${side}`)
      const wrong = check(body)
      return wrong === undefined ? { side, body } : fail(wrong)
    } catch (error) {
      return fail(`no answer: ${(error as Error).message}`)
    }
  }

  return {
    failures,
    get: path => send('GET', path, undefined, () => undefined),
    async prompt (body) {
      const answer = await send('POST', '/prompt', body, () => undefined)
      return answer === undefined ? undefined : { ...JSON.parse(answer.body) as Omit<Reply, 'side'>, side: answer.side }
    },
    stream: body => send('POST', '/prompt', { ...body, stream: true }, text => {
      const events = [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name)
      return events[0] === 'start' && events.at(-1) === 'end' ? undefined : `the stream had the events ${events.join(', ') || 'none'}`
    })
  }
}

/** Runs `work` for 0 … `times - 1`, a few at a time. */
export async function inParallel (times: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < times) await work(next++)
  }))
}
