import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ResponseError, ResponseParser, type ResponseHead, type ResponseSink } from '../../message/response-parser.ts'

/** How an exchange with an origin went wrong before its response was complete. */
export interface Failure {
  readonly cause: 'unreachable' | 'timeout' | 'broken'
  /** Whether any byte of the request may have reached the origin. */
  readonly sent: boolean
  /** Whether the origin closed a kept connection before it answered anything: the usual keep-alive race. */
  readonly stale: boolean
  readonly detail: string
}

/** One request's view of its connection. */
export interface Exchange extends ResponseSink {
  readonly headRequest: boolean
  connected (): void
  /** The head came alone: what follows may take long. */
  headAlone (): void
  failed (failure: Failure): void
  drained (): void
}

/**
 * Where all connections without TLS read into: what a read brings is dealt with, or copied, before the next one. It
 * spares a new buffer and a turn through a stream for each read.
 */
const readInto = Buffer.allocUnsafeSlow(65_536)

/** A connection to an origin that carries one exchange at a time. */
export class Connection implements ResponseSink {
  readonly socket: Socket
  readonly #parser = new ResponseParser()
  readonly #released: (connection: Connection, reusable: boolean) => void
  #exchange: Exchange | undefined
  #keepAlive = false
  #requestDone = true
  #responseDone = true
  #answered = false
  #headAlone = false
  connected = false
  /** How many exchanges it has carried before the current one. */
  served = 0
  idleSince = 0
  #bytes = 0
  #movedAt = 0

  constructor (url: URL, connectMs: number, released: (connection: Connection, reusable: boolean) => void) {
    this.#released = released
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const tls = url.protocol === 'https:'
    const port = Number(url.port) || (tls ? 443 : 80)
    this.socket = tls ? connectTls({ host, port, servername: host, ALPNProtocols: ['http/1.1'] }) : connectTcp({ host, port, noDelay: true, onread: { buffer: readInto, callback: size => this.#read(size) } })
    const timer = setTimeout(() => this.#fail('unreachable', `no connection within ${connectMs} ms`), connectMs)
    this.socket.once(tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer)
      this.connected = true
      this.#exchange?.connected()
    })
    this.socket.on('data', chunk => this.#data(chunk))
    this.socket.on('drain', () => this.#exchange?.drained())
    this.socket.on('end', () => this.#ended())
    this.socket.on('error', error => this.#fail(this.connected ? 'broken' : 'unreachable', error.message))
    this.socket.on('close', () => {
      clearTimeout(timer)
      this.#fail('broken', 'the connection closed before the response was complete')
    })
  }

  /** Starts an exchange; the caller then writes the request and says `requestDone`. */
  begin (exchange: Exchange): void {
    this.#exchange = exchange
    this.#requestDone = this.#responseDone = this.#answered = false
    this.#parser.reset(this, exchange.headRequest)
  }

  requestDone (): void {
    this.#requestDone = true
    this.#settle()
  }

  /**
   * Fails an exchange of which no byte has come or gone since a look that is long enough ago. Node's own timer would be set
   * anew at each read and write.
   * @param now monotonic milliseconds
   */
  watch (now: number, idleMs: number): void {
    const bytes = this.socket.bytesRead + this.socket.bytesWritten
    if (bytes !== this.#bytes || this.#exchange === undefined || !this.connected) {
      this.#bytes = bytes
      this.#movedAt = now
    } else if (now - this.#movedAt >= idleMs) this.#fail('timeout', `nothing moved for ${idleMs} ms`)
  }

  /** Ends it at once: the exchange is no longer wanted. */
  abandon (): void {
    this.#exchange = undefined
    this.socket.destroy()
    this.#released(this, false)
  }

  informational (head: ResponseHead): void {
    this.#answered = true
    this.#exchange?.informational(head)
  }

  head (head: ResponseHead): void {
    this.#answered = true
    this.#keepAlive = head.keepAlive
    this.#headAlone = true
    this.#exchange?.head(head)
  }

  body (chunk: Buffer, last: boolean): void {
    this.#headAlone = false
    if (last) this.#responseDone = true
    this.#exchange?.body(chunk, last)
  }

  end (trailers: readonly string[]): void {
    this.#headAlone = false
    this.#responseDone = true
    this.#exchange?.end(trailers)
  }

  #read (size: number): boolean {
    this.#data(readInto.subarray(0, size))
    return true
  }

  #data (chunk: Buffer): void {
    if (this.#exchange === undefined) {
      // Nothing was asked for: whatever this is, it must not become somebody's answer.
      this.abandon()
      return
    }
    try {
      this.#parser.push(chunk)
    } catch (error) {
      if (!(error instanceof ResponseError)) throw error
      this.#keepAlive = false
      this.#fail('broken', error.message)
      return
    }
    if (this.#headAlone) {
      this.#headAlone = false
      this.#exchange?.headAlone()
    }
    // Only now, with no byte left over, may the connection serve somebody else.
    this.#settle()
  }

  #ended (): void {
    this.#keepAlive = false
    if (this.#exchange === undefined) {
      this.abandon()
      return
    }
    try {
      this.#parser.close()
      this.#settle()
    } catch (error) {
      this.#fail('broken', (error as Error).message)
    }
  }

  #settle (): void {
    if (!this.#responseDone || this.#exchange === undefined) return
    this.#exchange = undefined
    // An answer before the request was all sent leaves the connection in the middle of a body.
    const reusable = this.#keepAlive && this.#requestDone && !this.socket.destroyed
    this.served++
    if (!reusable) this.socket.destroy()
    // A client that took its last bytes slowly must not hold up the next one.
    else if (this.socket.isPaused()) this.socket.resume()
    this.#released(this, reusable)
  }

  #fail (cause: Failure['cause'], detail: string): void {
    const exchange = this.#exchange
    const complete = this.#responseDone
    this.#exchange = undefined
    this.socket.destroy()
    this.#released(this, false)
    if (exchange === undefined || complete) return
    exchange.failed({
      cause: this.connected ? cause : 'unreachable',
      sent: this.connected,
      stale: this.served > 0 && !this.#answered && cause === 'broken',
      detail
    })
  }
}
