import { randomUUID } from 'node:crypto'

/** What came back, and from where. */
export interface Answer {
  readonly side: 'legacy' | 'candidate'
  readonly requestId: string
}

/** How requests of one kind were shared out. */
export interface Tally {
  total: number
  candidate: number
}

/** What clients noticed. */
export interface Failure {
  readonly request: string
  readonly reason: string
}

/** Requests of a client that checks each answer; an answer that is not as it should be is a failure. */
export interface Client {
  readonly failures: readonly Failure[]
  request (method: string, path: string, options?: { readonly token?: string, readonly json?: unknown, readonly status?: number }): Promise<Answer | undefined>
  /** A streamed generation: it must end with [DONE]. */
  stream (token: string, prompt: string): Promise<Answer | undefined>
}

export function createClient (url: string): Client {
  const failures: Failure[] = []

  async function send (method: string, path: string, { token, json, status = 200 }: { token?: string, json?: unknown, status?: number }, check: (text: string) => string | undefined): Promise<Answer | undefined> {
    const requestId = randomUUID()
    const request = `${method} ${path}`
    try {
      const response = await fetch(url + path, {
        method,
        headers: { 'x-request-id': requestId, ...token !== undefined && { authorization: `Bearer ${token}` }, ...json !== undefined && { 'content-type': 'application/json' } },
        ...json !== undefined && { body: JSON.stringify(json) },
        signal: AbortSignal.timeout(20_000)
      })
      const text = await response.text()
      const side = response.headers.get('x-routed-to')
      const wrong = response.status !== status ? `${response.status}: ${text.slice(0, 200)}` : check(text)
      if (wrong !== undefined) failures.push({ request, reason: wrong })
      else if (response.headers.get('x-request-id') !== requestId) failures.push({ request, reason: 'the answer has another request id' })
      else if (side !== 'legacy' && side !== 'candidate') failures.push({ request, reason: `x-routed-to is ${side}` })
      else return { side, requestId }
    } catch (error) {
      failures.push({ request, reason: `no answer: ${(error as Error).message}` })
    }
    return undefined
  }

  return {
    failures,
    request: async (method, path, options = {}) => await send(method, path, options, () => undefined),
    stream: async (token, prompt) => await send('POST', '/api/ai/generate', { token, json: { prompt, stream: true } }, text => text.endsWith('data: [DONE]\n\n') ? undefined : `the stream ended with ${JSON.stringify(text.slice(-100))}`)
  }
}

/** Runs `work` for 0 … `times - 1`, a few at a time. */
export async function inParallel (times: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < times) await work(next++)
  }))
}

export function count (tally: Tally, answer: Answer | undefined): void {
  if (answer === undefined) return
  tally.total++
  if (answer.side === 'candidate') tally.candidate++
}
