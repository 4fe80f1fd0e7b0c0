import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { answerId, answerWords, tokensOf } from './stand-in-text.ts'

/**
 * How the stand-in answers: as the service does; 500; never; 200 ms before each piece; 429; what is no JSON; half of it;
 * one piece, and the rest after `release()`.
 */
export type Behaviour = 'well' | 'fail' | 'hang' | 'slow' | 'busy' | 'garbage' | 'cut' | 'hold'

export interface StandIn {
  /** What `OPENAI_BASE_URL` is set to. */
  readonly url: string
  /** How many requests it got since it started, and how many of them have ended before their answer was whole. */
  readonly asked: number
  readonly left: number
  /** How it answers prompts that do not say it. */
  behave (behaviour: Behaviour): void
  /** Lets all answers that are held go on. */
  release (): void
  close (): Promise<void>
}

interface ChatBody {
  readonly model: string
  readonly messages: ReadonlyArray<{ readonly role: string, readonly content: string }>
  readonly max_tokens?: number
  readonly stream?: boolean
  readonly stream_options?: { readonly include_usage?: boolean }
}

/**
 * A small server that speaks the public format of chat completions, plain and streamed, for use without a network. The same
 * prompt gets the same answer. A prompt with `[stand-in fail]` in it (or another {@link Behaviour}) says how it is answered;
 * `PUT /control` with `{"behave": "fail"}` does so for all others. The key `wrong` is refused.
 */
export async function startStandIn ({ port = 0, host = '127.0.0.1' } = {}): Promise<StandIn> {
  let usual: Behaviour = 'well'
  let asked = 0
  let left = 0
  let held: (() => void)[] = []

  async function pause (behaviour: Behaviour, index: number): Promise<void> {
    if (behaviour === 'slow') await wait(200)
    if (behaviour === 'hold' && index === 1) await new Promise<void>(resolve => held.push(resolve))
  }

  const server = createServer(async (request, response) => {
    const text = await read(request)
    const path = request.url?.split('?')[0]
    if (path === '/control' && request.method === 'PUT') {
      usual = (JSON.parse(text) as { behave: Behaviour }).behave
      return send(response, 200, { behave: usual })
    }
    if (path !== '/v1/chat/completions' || request.method !== 'POST') return refuse(response, 404, 'invalid_request_error', `Invalid URL (${request.method} ${path})`)
    if (!/^Bearer (?!wrong$)\S+$/.test(request.headers.authorization ?? '')) return refuse(response, 401, 'invalid_request_error', 'Incorrect API key provided', 'invalid_api_key')
    let body: ChatBody
    try {
      body = JSON.parse(text) as ChatBody
    } catch {
      return refuse(response, 400, 'invalid_request_error', 'We could not parse the JSON body of your request.')
    }
    asked++
    response.once('close', () => { if (!response.writableFinished) left++ })
    const prompt = body.messages.at(-1)?.content ?? ''
    const behaviour = (/\[stand-in (\w+)\]/.exec(prompt)?.[1] ?? usual) as Behaviour | 'reject'
    if (behaviour === 'fail') return refuse(response, 500, 'server_error', 'The server had an error while processing your request.')
    if (behaviour === 'busy') return refuse(response, 429, 'requests', 'Rate limit reached for requests', 'rate_limit_exceeded', { 'retry-after': '7' })
    if (behaviour === 'reject') return refuse(response, 400, 'invalid_request_error', 'This prompt violates the policy.', 'content_policy_violation')
    if (behaviour === 'hang') return
    if (behaviour === 'garbage' && body.stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' }).end('<html>Down for maintenance</html>')
      return
    }
    await (body.stream === true ? stream : answer)(response, body, prompt, behaviour, pause)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))

  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/v1`,
    get asked () { return asked },
    get left () { return left },
    behave (behaviour) { usual = behaviour },
    release () {
      for (const go of held.splice(0)) go()
      held = []
    },
    async close () {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeAllConnections()
      await closed
    }
  }
}

type Pause = (behaviour: Behaviour, index: number) => Promise<void>

function shorten (body: ChatBody, prompt: string): { words: readonly string[], finishReason: string, usage: object } {
  const all = answerWords(prompt)
  const words = all.slice(0, body.max_tokens)
  const promptTokens = body.messages.reduce((sum, { content }) => sum + tokensOf(content), 0)
  return {
    words,
    finishReason: words.length < all.length ? 'length' : 'stop',
    usage: { prompt_tokens: promptTokens, completion_tokens: words.length, total_tokens: promptTokens + words.length }
  }
}

async function answer (response: ServerResponse, body: ChatBody, prompt: string, behaviour: Behaviour, pause: Pause): Promise<void> {
  const { words, finishReason, usage } = shorten(body, prompt)
  await pause(behaviour, 1)
  const text = JSON.stringify({
    id: answerId(prompt),
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: body.model,
    choices: [{ index: 0, message: { role: 'assistant', content: words.join('') }, logprobs: null, finish_reason: finishReason }],
    usage
  })
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  if (behaviour === 'cut') response.write(text.slice(0, 40), () => response.destroy())
  else response.end(text)
}

async function stream (response: ServerResponse, body: ChatBody, prompt: string, behaviour: Behaviour, pause: Pause): Promise<void> {
  const { words, finishReason, usage } = shorten(body, prompt)
  const chunk = (delta: object, reason: string | null = null): string => frame({
    id: answerId(prompt), object: 'chat.completion.chunk', created: Math.floor(Date.now() / 1000), model: body.model, choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }]
  })
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  response.write(chunk({ role: 'assistant', content: '' }))
  for (const [index, word] of words.entries()) {
    await pause(behaviour, index)
    if (response.destroyed) return
    if ((behaviour === 'garbage' || behaviour === 'cut') && index === 3) {
      response.end(behaviour === 'cut' ? undefined : 'data: {"choices": [\n\n')
      return
    }
    if (!response.write(chunk({ content: word }))) await once(response, 'drain').catch(() => {})
  }
  response.write(chunk({}, finishReason))
  if (body.stream_options?.include_usage === true) response.write(frame({ id: answerId(prompt), object: 'chat.completion.chunk', created: Math.floor(Date.now() / 1000), model: body.model, choices: [], usage }))
  response.end('data: [DONE]\n\n')
}

function frame (value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`
}

async function read (request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function send (response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

function refuse (response: ServerResponse, status: number, type: string, message: string, code: string | null = null, headers: Record<string, string> = {}): void {
  send(response, status, { error: { message, type, param: null, code } }, headers)
}
