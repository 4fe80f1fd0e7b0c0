import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Provider } from '../../types/models.ts'
import { anthropic } from './anthropic.ts'
import { behaviours, directed, type Behaviour } from './behaviour.ts'
import { openai } from './openai.ts'
import { refuse, respond, type Surroundings } from './respond.ts'
import type { Asked } from './text.ts'
import type { ProviderWire } from './wire.ts'

/** What the stand-in has seen since it started. */
export interface StandInRequests {
  /** Requests for an answer, and those of each model. */
  readonly asked: number
  readonly models: Readonly<Record<string, number>>
  /** How many are open now, and how many were at most. */
  readonly open: number
  readonly mostOpen: number
  /** How many were left by the client before their answer was whole. */
  readonly left: number
}

/** Behaviours by provider, by model id, or for `all`; a list is taken request by request, and its last one stays. */
export type Control = Readonly<Partial<Record<Provider | 'all' | (string & {}), Behaviour | readonly Behaviour[]>>>

export interface StandIn {
  /** What `OPENAI_BASE_URL` and `ANTHROPIC_BASE_URL` are set to. */
  readonly url: string
  requests (): StandInRequests
  /** How it behaves to prompts without a directive, in place of what it was told before; `{}`: well. */
  control (behaviours: Control): void
  /** Lets all answers go on that `hold` holds. */
  release (): void
  close (): Promise<void>
}

const wires: Readonly<Record<string, ProviderWire>> = { '/v1/chat/completions': openai, '/v1/messages': anthropic }
const slowness = 60_000

/**
 * A small server that speaks OpenAI's and Anthropic's public formats on one port, plain and streamed, for use without a network.
 * The same question gets the same answer from every model. A prompt with `[stand-in openai=fail gpt-4o=cut all=ok]` in it says
 * how it is answered; {@link StandIn.control}, or `PUT /control` with `{"openai": "fail"}`, does so for all others.
 * `GET /requests` tells {@link StandIn.requests}, `POST /release` releases. A key that begins with `wrong` is refused.
 */
export async function startStandIn ({ port = 0, host = '127.0.0.1' }: { readonly port?: number, readonly host?: string } = {}): Promise<StandIn> {
  let usual = new Map<string, Behaviour[]>()
  let [asked, open, mostOpen, left] = [0, 0, 0, 0]
  const models: Record<string, number> = {}
  const holding = new Set<() => void>()
  const brokenOff = new WeakSet<ServerResponse>()

  function take (name: string): Behaviour | undefined {
    const list = usual.get(name)
    return list !== undefined && list.length > 1 ? list.shift() : list?.[0]
  }

  const surroundings: Surroundings = {
    slowly: async response => await until(response, go => {
      const timer = setTimeout(go, slowness)
      return () => clearTimeout(timer)
    }),
    held: async response => await until(response, go => {
      holding.add(go)
      return () => holding.delete(go)
    }),
    breakOff (response) {
      brokenOff.add(response)
      response.destroy()
    }
  }

  async function provide (wire: ProviderWire, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await read(request)
    const key = wire.key(request.headers)
    // Both providers tell the key that they refuse, which clients must keep to themselves.
    if (key === undefined || key.startsWith('wrong')) return refuse(response, wire, 401, `Incorrect API key provided: ${key ?? ''}`)
    let question: Asked
    try {
      question = wire.read(JSON.parse(text))
    } catch (error) {
      return refuse(response, wire, 400, (error as Error).message)
    }
    asked++
    models[question.model] = (models[question.model] ?? 0) + 1
    mostOpen = Math.max(mostOpen, ++open)
    response.once('close', () => {
      open--
      if (!response.writableFinished && !brokenOff.has(response)) left++
    })
    const behaviour = directed(question.prompt, question.model, wire.provider) ?? take(question.model) ?? take(wire.provider) ?? take('all') ?? 'ok'
    await respond(wire, question, behaviour, response, surroundings)
  }

  const standIn: Omit<StandIn, 'url' | 'close'> = {
    requests: () => ({ asked, models: { ...models }, open, mostOpen, left }),
    control (told) { usual = new Map(Object.entries(told).map(([name, said]) => [name, [said ?? 'ok'].flat()])) },
    release () { for (const go of [...holding]) go() }
  }

  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? ''
    const wire = request.method === 'POST' ? wires[path] : undefined
    const answering = wire === undefined ? manage(standIn, `${request.method} ${path}`, request, response) : provide(wire, request, response)
    answering.catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))

  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    ...standIn,
    async close () {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeAllConnections()
      await closed
    }
  }
}

async function manage ({ control, requests, release }: Omit<StandIn, 'url' | 'close'>, what: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const send = (status: number, body: object): void => { response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)) }
  const text = await read(request)
  if (what === 'GET /health') return send(200, { status: 'ok' })
  if (what === 'GET /requests') return send(200, requests())
  if (what === 'POST /release') {
    release()
    return send(200, requests())
  }
  if (what !== 'PUT /control') return send(404, { error: { message: `Unknown request URL: ${what}`, type: 'invalid_request_error', param: null, code: 'unknown_url' } })
  try {
    const told = JSON.parse(text) as Control
    const unknown = Object.values(told).flat().filter(said => !behaviours.includes(said as Behaviour))
    if (unknown.length > 0) return send(400, { error: `no behaviour: ${unknown.join(', ')}; there are ${behaviours.join(', ')}` })
    control(told)
    send(200, told)
  } catch (error) {
    send(400, { error: (error as Error).message })
  }
}

/** Resolves when it may go on, or when the response is closed. */
async function until (response: ServerResponse, begin: (go: () => void) => () => void): Promise<void> {
  let end = (): void => {}
  await new Promise<void>(resolve => {
    end = begin(resolve)
    response.once('close', resolve)
  })
  end()
}

async function read (request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
