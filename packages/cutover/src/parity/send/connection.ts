import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ExchangeRequest } from '../../message/exchange.ts'
import { fieldsOf, mediaType } from '../../message/headers.ts'
import { ResponseError, ResponseParser, type ResponseHead, type ResponseSink } from '../../message/response-parser.ts'
import type { SendFailure } from '../trial/result.ts'
import { BodyKeeper } from './body-keeper.ts'
import type { SendOptions } from './options.ts'
import { requestBytes } from './request-bytes.ts'
import type { Answered, SendResult } from './result.ts'

const endlessDefault = 16 * 1024 ** 3
const idleDefault = 500

/** One connection to a backend, which carries one exchange after the other. */
export class Connection {
  readonly #socket: Socket
  readonly #origin: URL
  readonly #parser = new ResponseParser()
  #exchange: Running | undefined
  #connected = false
  #usable = false
  /** Whether a byte of an answer came in the last exchange. */
  hasAnswered = false
  idleSince = 0

  constructor (origin: URL) {
    this.#origin = origin
    const host = origin.hostname.replace(/^\[|\]$/g, '')
    const tls = origin.protocol === 'https:'
    const port = Number(origin.port) || (tls ? 443 : 80)
    this.#socket = tls
      ? connectTls({ host, port, ALPNProtocols: ['http/1.1'], ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }) })
      : connectTcp({ host, port, noDelay: true })
    this.#socket.once(tls ? 'secureConnect' : 'connect', () => { this.#connected = true })
    this.#socket.on('data', chunk => this.#data(chunk))
    this.#socket.on('end', () => this.#ended())
    this.#socket.on('error', error => this.#exchange?.fail(this.#connected ? 'reset' : 'refused', error.message || (error as { code?: string }).code || 'no connection'))
    this.#socket.on('close', () => {
      this.#usable = false
      this.#exchange?.fail(this.#connected ? 'reset' : 'refused', 'the connection closed before the answer was complete')
    })
  }

  /** Whether it is up within a time, milliseconds. */
  async connected (withinMs: number): Promise<boolean> {
    if (this.#connected || this.#socket.destroyed) return this.#connected && !this.#socket.destroyed
    return await new Promise<boolean>(resolve => {
      const timer = setTimeout(resolve, withinMs, false)
      const settle = (): void => {
        clearTimeout(timer)
        resolve(this.#connected && !this.#socket.destroyed)
      }
      this.#socket.once(this.#origin.protocol === 'https:' ? 'secureConnect' : 'connect', settle).once('close', settle)
    })
  }

  /** Whether it can carry another exchange. */
  get isUsable (): boolean {
    return this.#usable && !this.#socket.destroyed
  }

  close (): void {
    this.#usable = false
    this.#socket.destroy()
  }

  /** @throws the signal's reason when it is aborted */
  async exchange (request: ExchangeRequest, options: SendOptions): Promise<SendResult> {
    this.#usable = this.hasAnswered = false
    try {
      return await new Promise<SendResult>((resolve, reject) => {
        const running = new Running(options, () => this.#connected, result => {
          this.#exchange = undefined
          this.#usable = 'response' in result && result.cut === undefined && running.keepAlive
          this.idleSince = performance.now()
          resolve(result)
        }, reject)
        this.#exchange = running
        this.#parser.reset(running, request.method === 'HEAD')
        const bytes = requestBytes(request, options.host ?? this.#origin.host)
        if (options.held === undefined) this.#socket.write(bytes)
        else this.#writeHeld(bytes, options.held)
      })
    } finally {
      this.#exchange = undefined
      if (!this.#usable) this.#socket.destroy()
    }
  }

  #writeHeld (bytes: Buffer, held: Promise<unknown>): void {
    this.#socket.write(bytes.subarray(0, -1))
    const exchange = this.#exchange
    held.then(() => { if (this.#exchange === exchange) this.#socket.write(bytes.subarray(-1)) }, () => {})
  }

  #data (chunk: Buffer): void {
    this.hasAnswered = true
    // Nothing was asked for: whatever this is, it must not become an answer.
    if (this.#exchange === undefined) return this.close()
    this.#parse(parser => parser.push(chunk))
  }

  #ended (): void {
    this.#usable = false
    if (this.#exchange === undefined) return
    this.#exchange.keepAlive = false
    this.#parse(parser => parser.close())
  }

  #parse (read: (parser: ResponseParser) => void): void {
    const exchange = this.#exchange!
    try {
      read(this.#parser)
    } catch (error) {
      if (!(error instanceof ResponseError)) throw error
      return exchange.fail(this.#socket.readableEnded || this.#socket.destroyed ? 'reset' : 'malformed', error.message)
    }
    // Only now: bytes after the end of an answer are a fault of it.
    exchange.settle()
  }
}

/** An exchange under way: gathers the answer, keeps the time. */
class Running implements ResponseSink {
  readonly #options: SendOptions
  readonly #isConnected: () => boolean
  readonly #done: (result: SendResult) => void
  readonly #reject: (reason: unknown) => void
  readonly #started = performance.now()
  readonly #keeper: BodyKeeper
  readonly #deadline: NodeJS.Timeout
  #idle: NodeJS.Timeout | undefined
  #head: ResponseHead | undefined
  #trailers: readonly string[] = []
  #complete = false
  #over = false
  keepAlive = false

  constructor (options: SendOptions, isConnected: () => boolean, done: (result: SendResult) => void, reject: (reason: unknown) => void) {
    this.#options = options
    this.#isConnected = isConnected
    this.#done = done
    this.#reject = reject
    this.#keeper = new BodyKeeper(options.bodyLimit)
    this.#deadline = setTimeout(() => this.#timeUp(), options.timeoutMs)
    options.signal?.addEventListener('abort', this.#aborted)
  }

  informational (): void {}

  head (head: ResponseHead): void {
    this.#head = head
    this.keepAlive = head.keepAlive
    this.#silence()
  }

  body (chunk: Buffer, last: boolean): void {
    this.#keeper.add(chunk)
    if (last) this.#complete = true
    const limit = this.#options.endless ?? endlessDefault
    if (this.#keeper.length > limit) this.fail('endless', `its body was longer than ${limit} bytes and went on`)
    else this.#silence()
  }

  end (trailers: readonly string[]): void {
    this.#trailers = trailers
    this.#complete = true
  }

  settle (): void {
    if (this.#complete) this.#finish()
  }

  fail (kind: SendFailure['kind'], message: string): void {
    if (this.#over) return
    this.#stop()
    this.#done({ failure: { kind, message }, durationMs: this.#duration() })
  }

  /** An event stream that says nothing for a while may never end. */
  #silence (): void {
    if (!this.#isStream() || this.#over) return
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.#finish('idle'), this.#options.idleMs ?? idleDefault)
  }

  #timeUp (): void {
    const { timeoutMs } = this.#options
    if (this.#isStream()) this.#finish('timeout')
    else if (!this.#isConnected()) this.fail('refused', `no connection within ${timeoutMs} ms`)
    else if (this.#head === undefined) this.fail('timeout', `no answer within ${timeoutMs} ms`)
    else if (this.#head.length < 0 && this.#keeper.length > 0) this.fail('endless', `its body had not ended after ${timeoutMs} ms, at ${this.#keeper.length} bytes`)
    else this.fail('timeout', `the answer was not complete within ${timeoutMs} ms`)
  }

  #isStream (): boolean {
    return this.#head !== undefined && !this.#complete && mediaType(fieldsOf(this.#head.headers)) === 'text/event-stream'
  }

  #finish (cut?: Answered['cut']): void {
    if (this.#over) return
    this.#stop()
    const { status, headers } = this.#head!
    this.#done({
      response: { status, headers: fieldsOf(headers), ...this.#keeper.finish(), ...(this.#trailers.length > 0 && { trailers: fieldsOf(this.#trailers) }) },
      durationMs: this.#duration(),
      ...(cut !== undefined && { cut })
    })
  }

  readonly #aborted = (): void => {
    if (this.#over) return
    this.#stop()
    this.#reject(this.#options.signal!.reason)
  }

  #stop (): void {
    this.#over = true
    clearTimeout(this.#deadline)
    clearTimeout(this.#idle)
    this.#options.signal?.removeEventListener('abort', this.#aborted)
  }

  #duration (): number {
    return performance.now() - this.#started
  }
}
