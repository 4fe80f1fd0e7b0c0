import type { IncomingMessage, ServerResponse } from 'node:http'
import { connectionOptions, isHopByHop } from '../../message/hop-by-hop.ts'
import { isSafe } from '../../message/method.ts'
import type { ResponseHead } from '../../message/response-parser.ts'
import { Deadline, type Deadlines } from '../deadlines.ts'
import type { Connection, Exchange, Failure } from './connection.ts'
import type { Pool } from './pool.ts'
import { requestHead } from './request-head.ts'

/** One request to forward. */
export interface Call {
  readonly request: IncomingMessage
  /** What the answer is written to. */
  readonly answer: ServerResponse
  /** The body, when it has been read already so that it can be sent again. */
  readonly whole: Buffer | undefined
}

/** What the caller of a forward decides and learns of each call; one for all of them. */
export interface ForwardHandlers<C extends Call> {
  /** Whether this status goes to the client; when not, `rejected` follows and the client has had nothing. */
  accepts (call: C, status: number): boolean
  rejected (call: C, status: number): void
  /** The origin failed. `begun` tells whether the client already has part of the answer, which is then cut off. */
  failed (call: C, failure: Failure, begun: boolean): void
  /** The origin is there and the client's body is about to be read. */
  readingBody (call: C): void
  /** A request body that is larger than the limit. */
  tooLarge (call: C): void
  /** All of the answer is there, and goes to the client with this; the request had no body, and nobody else will get it. */
  answered (call: C): void
}

/** An origin, and what is the same for all requests to it. */
export interface Origin {
  readonly pool: Pool
  /** The path of the origin's URL, without its last slash. */
  readonly prefix: string
  /** The Host to send when the client sent none. */
  readonly host: string
  /** Names of headers that additions replace, or that are nobody else's business; lower case. */
  readonly dropped: ReadonlySet<string>
  readonly bodyLimit: number
  readonly deadlines: Deadlines
}

/** Small bodies are handed on as text, which Node joins with the head into one write. */
const TEXT_LIMIT = 16_384

/**
 * Sends a request to an origin and its answer to the client, both as streams under backpressure.
 * Header names, case, order and duplicates survive both ways; hop-by-hop headers do not (RFC 9110, 7.6.1).
 */
export class Forward<C extends Call> implements Exchange {
  readonly deadline: Deadline
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #origin: Origin
  readonly #additions: string
  readonly #call: C
  readonly #handlers: ForwardHandlers<C>
  #connection: Connection | undefined
  #framing: 'none' | 'length' | 'chunked' = 'none'
  #begun = false
  #over = false
  #streaming = false
  /** Whether the origin is held back until the client has taken what there is. */
  #held = false
  #queued = false
  #received = 0

  /** @param additions header lines added to the request, each ended by CRLF */
  constructor (call: C, origin: Origin, additions: string, handlers: ForwardHandlers<C>) {
    this.#call = call
    this.#request = call.request
    this.#response = call.answer
    this.#origin = origin
    this.#additions = additions
    this.#handlers = handlers
    this.deadline = Deadline.for<Timed>(this, late)
  }

  get headRequest (): boolean {
    return this.#request.method === 'HEAD'
  }

  start (fresh = false): void {
    const origin = this.#origin
    const connection = origin.pool.acquire(isSafe(this.#request.method), fresh)
    if (connection === undefined) {
      this.#fail({ cause: 'unreachable', sent: false, stale: false, detail: 'too many connections are open' })
      return
    }
    this.#connection = connection
    if (!this.deadline.armed) {
      origin.deadlines.add(this.deadline)
      if (this.#response.socket === null) {
        // An answer that waits for earlier ones in a pipeline may not be told of the client's leaving.
        this.#queued = true
        this.#request.socket.setMaxListeners(0).on('close', this.#clientClosed)
      }
    }
    connection.begin(this)
    const { text, framing } = requestHead(this.#request, origin.prefix, this.#additions, origin.dropped, origin.host, this.#call.whole?.length ?? -1)
    this.#framing = framing
    // A connection that is still being made queues this: nothing is sent until it stands.
    connection.socket.write(text, 'latin1')
    if (connection.connected) this.connected()
  }

  connected (): void {
    const connection = this.#connection!
    const { whole } = this.#call
    if (whole !== undefined) {
      if (whole.length > 0) connection.socket.write(whole)
      connection.requestDone()
    } else if (this.#framing === 'none') {
      connection.requestDone()
    } else {
      this.#streamBody()
    }
  }

  drained (): void {
    if (this.#streaming) this.#request.resume()
  }

  informational (head: ResponseHead): void {
    if (head.status !== 103 || this.#request.httpVersionMinor === 0) return
    const hints: Record<string, string | string[]> = {}
    for (let i = 0; i < head.headers.length; i += 2) {
      const name = head.headers[i]!.toLowerCase()
      const before = hints[name]
      hints[name] = before === undefined ? head.headers[i + 1]! : [before, head.headers[i + 1]!].flat()
    }
    try {
      if (hints.link !== undefined) this.#response.writeEarlyHints(hints as { link: string | string[] })
    } catch {
      // A hint that Node will not write is left out; the answer itself follows.
    }
  }

  head (head: ResponseHead): void {
    this.deadline.disarm()
    if (!this.#handlers.accepts(this.#call, head.status)) {
      this.#leave()
      this.#connection!.abandon()
      this.#handlers.rejected(this.#call, head.status)
      return
    }
    const response = this.#response
    response.sendDate = false
    try {
      response.writeHead(head.status, head.reason, endToEnd(head, this.#request.httpVersionMinor > 0))
    } catch (error) {
      this.#connection!.abandon()
      this.#fail({ cause: 'broken', sent: true, stale: false, detail: (error as Error).message })
      return
    }
    this.#begun = true
  }

  headAlone (): void {
    if (!this.#over) this.#response.flushHeaders()
  }

  body (chunk: Buffer, last: boolean): void {
    if (this.#over) return
    if (last) {
      this.#leave()
      if (this.#framing === 'none') this.#handlers.answered(this.#call)
      if (chunk.length <= TEXT_LIMIT) endWith(this.#response, chunk.toString('latin1'))
      else this.#response.end(Buffer.from(chunk))
      return
    }
    // A copy: the connection's next read overwrites what it gave.
    if (!this.#response.write(Buffer.from(chunk)) && !this.#held) {
      this.#held = true
      this.#connection!.socket.pause()
      this.#response.on('drain', this.#resumeUpstream)
    }
  }

  end (trailers: readonly string[]): void {
    if (this.#over) return
    this.#leave()
    if (this.#framing === 'none') this.#handlers.answered(this.#call)
    if (trailers.length > 0 && this.#response.chunkedEncoding) {
      const pairs: Array<[string, string]> = []
      for (let i = 0; i < trailers.length; i += 2) pairs.push([trailers[i]!, trailers[i + 1]!])
      this.#response.addTrailers(pairs)
    }
    this.#response.end()
  }

  failed (failure: Failure): void {
    if (this.#over) return
    const received = this.#received > 0
    if (failure.stale && !this.#begun && !received && isSafe(this.#request.method)) {
      this.start(true)
      return
    }
    this.#fail(failure)
  }

  /** The client has left: nobody waits for the answer any more. */
  clientLeft (): void {
    if (this.#over) return
    this.#leave()
    this.#connection?.abandon()
  }

  readonly #clientClosed = (): void => this.clientLeft()

  /** No answer began in time. */
  late (): void {
    if (!this.#request.complete) {
      // The client is still sending: the time starts when it has sent all.
      this.#origin.deadlines.add(this.deadline)
      return
    }
    this.#connection?.abandon()
    this.#fail({ cause: 'timeout', sent: true, stale: false, detail: 'no answer began in time' })
  }

  readonly #resumeUpstream = (): void => {
    this.#held = false
    this.#response.off('drain', this.#resumeUpstream)
    this.#connection?.socket.resume()
  }

  #fail (failure: Failure): void {
    const begun = this.#begun
    this.#leave()
    if (begun) {
      // For HTTP/1.0 the end of the connection is the end of the body, unless it is a reset.
      if (this.#request.httpVersionMinor === 0) this.#request.socket.resetAndDestroy()
      else this.#response.destroy()
    }
    this.#handlers.failed(this.#call, failure, begun)
  }

  #leave (): void {
    if (this.#over) return
    this.#over = true
    this.deadline.disarm()
    if (this.#queued) this.#request.socket.off('close', this.#clientClosed)
    if (this.#held) this.#response.off('drain', this.#resumeUpstream)
    if (this.#streaming) {
      this.#streaming = false
      this.#request.off('data', this.#bodyData)
      this.#request.off('end', this.#bodyEnd)
      // What is left of the body is read and dropped by Node once the response has been sent.
      this.#request.pause()
    }
  }

  #streamBody (): void {
    if (this.#streaming) return
    if (this.#request.readableEnded) {
      // It was empty, and its end went to a connection that turned out to be closed.
      this.#bodyEnd()
      return
    }
    this.#streaming = true
    this.#handlers.readingBody(this.#call)
    this.#request.on('data', this.#bodyData)
    this.#request.on('end', this.#bodyEnd)
  }

  readonly #bodyData = (chunk: Buffer): void => {
    this.#received += chunk.length
    if (this.#received > this.#origin.bodyLimit) {
      this.#leave()
      this.#connection!.abandon()
      this.#handlers.tooLarge(this.#call)
      return
    }
    const socket = this.#connection!.socket
    let flows: boolean
    if (this.#framing === 'chunked') {
      socket.cork()
      socket.write(chunk.length.toString(16) + '\r\n', 'latin1')
      socket.write(chunk)
      flows = socket.write('\r\n', 'latin1')
      socket.uncork()
    } else {
      flows = socket.write(chunk)
    }
    if (!flows) this.#request.pause()
  }

  readonly #bodyEnd = (): void => {
    const { rawTrailers } = this.#request
    if (this.#framing === 'chunked') {
      let text = '0\r\n'
      for (let i = 0; i < rawTrailers.length; i += 2) {
        const name = rawTrailers[i]!
        if (!isHopByHop(name) && !this.#origin.dropped.has(name.toLowerCase())) text += `${name}: ${rawTrailers[i + 1]}\r\n`
      }
      this.#connection!.socket.write(text + '\r\n', 'latin1')
    }
    this.#streaming = false
    this.#request.off('data', this.#bodyData)
    this.#request.off('end', this.#bodyEnd)
    this.#connection!.requestDone()
  }
}

/**
 * Ends a response with its whole body, in one write with the head. Node's `end(text)` writes an empty piece after it: two
 * pieces, which take the system's slower call. Here all is handed over when `end` comes, which then has nothing to write.
 * @param text latin1
 */
function endWith (response: ServerResponse, text: string): void {
  const { socket } = response
  if (socket === null) {
    response.end(text, 'latin1')
    return
  }
  socket.cork()
  response.write(text, 'latin1')
  socket.uncork()
  response.end()
}

interface Timed { late (): void }

function late (timed: Timed): void {
  timed.late()
}

/** The headers of a response that go on to the client, names and values in turn. */
function endToEnd (head: ResponseHead, trailersPossible: boolean): string[] {
  const raw = head.headers
  const chunked = head.length === -1
  const kept: string[] = []
  const named = connectionOptions(raw)
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!
    if (isHopByHop(name) || named?.has(name.toLowerCase()) === true) continue
    if (name.length === 7 && name.toLowerCase() === 'trailer' && !(chunked && trailersPossible)) continue
    kept.push(name, raw[i + 1]!)
  }
  return kept
}
