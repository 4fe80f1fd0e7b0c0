import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { createSwitch, type Switch, type SwitchOptions } from '../../../src/library/create-switch.ts'
import type { LogEvent } from '../../../src/switch/log.ts'

export type Options = Partial<Omit<SwitchOptions, 'legacy' | 'candidate' | 'log'>>

export interface Running {
  readonly app: Switch
  readonly url: string
  readonly port: number
  readonly events: LogEvent[]
}

/** A switch between two applications, all of `/x…` at 100 % unless said otherwise, closed after the test. */
export async function running (t: TestContext, legacy: unknown, candidate: unknown, options: Options = {}): Promise<Running> {
  const events: LogEvent[] = []
  const app = await createSwitch({
    legacy: legacy as () => void,
    candidate: candidate as () => void,
    features: { x: { routes: ['/x', '/x/*'], share: '100%' } },
    journal: false,
    environment: {},
    log: event => { events.push(event) },
    ...options
  })
  t.after(async () => await app.close())
  const url = await app.listen({ port: 0 })
  return { app, url, port: Number(new URL(url).port), events }
}

export interface RawAnswer {
  readonly status: number
  readonly reason: string
  /** Names in lower case, sorted, Date left out. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
}

/** A client that writes bytes and reads answers by their framing, one after the other. */
export class RawClient {
  readonly socket: Socket
  #text = ''
  #ended = false
  #wake: () => void = () => {}

  constructor (port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.on('error', () => {})
    this.socket.on('data', chunk => { this.#text += chunk.toString('latin1'); this.#wake() })
    this.socket.on('close', () => { this.#ended = true; this.#wake() })
  }

  send (text: string): this {
    this.socket.write(text, 'latin1')
    return this
  }

  /** Whether the other side has closed the connection, once all it had to say was read. */
  async closed (): Promise<boolean> {
    if (!this.#ended) await once(this.socket, 'close')
    return this.#text === ''
  }

  /** The next final answer; `headless` for one that has no body whatever its head says (HEAD). */
  async answer ({ headless = false } = {}): Promise<RawAnswer> {
    const head = await this.#until(() => {
      const end = this.#text.indexOf('\r\n\r\n')
      return end === -1 ? undefined : this.#take(end + 4)
    })
    const [line, ...rest] = head.trimEnd().split('\r\n')
    const [, status, reason] = /^HTTP\/1\.1 (\d{3}) ?(.*)$/.exec(line!)!
    if (Number(status) < 200) return await this.answer({ headless })
    const headers = rest.map(text => [text.slice(0, text.indexOf(':')).toLowerCase(), text.slice(text.indexOf(':') + 1).trim()] as const)
    const of = (name: string): string | undefined => headers.find(([other]) => other === name)?.[1]
    const empty = headless || status === '204' || status === '304'
    const body = empty ? '' : of('transfer-encoding') === 'chunked' ? await this.#chunked() : of('content-length') === undefined ? await this.#rest() : await this.#sized(Number(of('content-length')))
    return { status: Number(status), reason: reason!, headers: headers.filter(([name]) => name !== 'date').sort(([a, v], [b, w]) => a < b ? -1 : a > b ? 1 : v < w ? -1 : 1), body }
  }

  async #chunked (): Promise<string> {
    let body = ''
    for (;;) {
      const line = await this.#until(() => this.#text.includes('\r\n') ? this.#take(this.#text.indexOf('\r\n') + 2) : undefined)
      const size = parseInt(line, 16)
      if (size === 0) {
        for (;;) {
          const trailer = await this.#until(() => this.#text.includes('\r\n') ? this.#take(this.#text.indexOf('\r\n') + 2) : undefined)
          if (trailer === '\r\n') return body
          body += `[${trailer.trim()}]`
        }
      }
      body += (await this.#sized(size + 2)).slice(0, -2)
    }
  }

  async #sized (length: number): Promise<string> {
    return await this.#until(() => this.#text.length >= length ? this.#take(length) : undefined)
  }

  async #rest (): Promise<string> {
    return await this.#until(() => this.#ended ? this.#take(this.#text.length) : undefined)
  }

  #take (length: number): string {
    const taken = this.#text.slice(0, length)
    this.#text = this.#text.slice(length)
    return taken
  }

  async #until (found: () => string | undefined): Promise<string> {
    for (;;) {
      const text = found()
      if (text !== undefined) return text
      if (this.#ended) throw new Error(`the connection ended; left over: ${JSON.stringify(this.#text)}`)
      await new Promise<void>(resolve => { this.#wake = resolve })
    }
  }
}

export function client (t: TestContext, port: number): RawClient {
  const made = new RawClient(port)
  t.after(() => made.socket.destroy())
  return made
}

/** A request without a body. */
export function get (target: string, method = 'GET', ...lines: string[]): string {
  return `${method} ${target} HTTP/1.1\r\nhost: test\r\n${lines.map(line => `${line}\r\n`).join('')}\r\n`
}

/** Waits for a condition that other events bring about. */
export async function eventually (holds: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`${what} did not come about`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

export function header (answer: RawAnswer, name: string): string | undefined {
  const found = answer.headers.filter(([other]) => other === name).map(([, value]) => value)
  return found.length === 0 ? undefined : found.join(' | ')
}
