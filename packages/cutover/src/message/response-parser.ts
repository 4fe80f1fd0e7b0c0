// A strict reader of HTTP/1.1 responses (RFC 9112). Whatever could be framed in two ways is an error,
// since a gateway that guesses can be made to hand one client another's answer.

export interface ResponseHead {
  readonly status: number
  readonly reason: string
  /** Names and values in turn, as sent, hop-by-hop headers included. */
  readonly headers: string[]
  /** Whether the connection can serve another request after this response. */
  readonly keepAlive: boolean
  /** The body's length, -1 when chunked, -2 when it ends with the connection. */
  readonly length: number
}

export interface ResponseSink {
  /** A 1xx answer; the final one is still to come. */
  informational (head: ResponseHead): void
  head (head: ResponseHead): void
  /**
   * @param chunk what was pushed or a part of it, which may be overwritten after this call
   * @param last whether this piece ends a body without trailers: no call of `end` follows then
   */
  body (chunk: Buffer, last: boolean): void
  /** @param trailers names and values in turn */
  end (trailers: readonly string[]): void
}

/** What is wrong with a response; its message names the rule. */
export class ResponseError extends Error {}

const HEAD_LIMIT = 65_536
const LINE_LIMIT = 4_096
const CRLF = Buffer.from('\r\n')
const HEAD_END = Buffer.from('\r\n\r\n')
const EMPTY = Buffer.alloc(0)
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// eslint-disable-next-line no-control-regex
const BAD_VALUE = /[\0-\x08\x0a-\x1f\x7f]/

type State = 'head' | 'length' | 'close' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailers' | 'done'

/**
 * Reads one response from the pieces of a connection. Bytes after its end are an error: nothing was asked for yet.
 * Call `reset` before each request.
 */
export class ResponseParser {
  #sink: ResponseSink | undefined
  #state: State = 'done'
  #pending: Buffer = EMPTY
  #left = 0
  #headRequest = false

  /** @param headRequest whether the request was a HEAD, whose response has no body whatever its headers say */
  reset (sink: ResponseSink, headRequest: boolean): void {
    this.#sink = sink
    this.#state = 'head'
    this.#pending = EMPTY
    this.#headRequest = headRequest
  }

  get done (): boolean {
    return this.#state === 'done'
  }

  /** @throws ResponseError */
  push (chunk: Buffer): void {
    let data = chunk
    if (this.#pending.length > 0) {
      data = Buffer.concat([this.#pending, chunk])
      this.#pending = EMPTY
    }
    let at = 0
    while (at < data.length) {
      const next = this.#step(data, at)
      if (next === -1) {
        // A copy: what was pushed may be a buffer that the next read overwrites.
        this.#pending = data === chunk ? Buffer.from(data.subarray(at)) : data.subarray(at)
        return
      }
      at = next
    }
  }

  /**
   * The connection ended.
   * @throws ResponseError when the response is not complete
   */
  close (): void {
    if (this.#state === 'close') this.#finish([])
    else if (this.#state !== 'done') throw new ResponseError('the connection closed before the response was complete')
  }

  /** Reads on from `at`; returns where it got to, or -1 when it needs more bytes. */
  #step (data: Buffer, at: number): number {
    switch (this.#state) {
      case 'head': return this.#head(data, at)
      case 'length': {
        const end = Math.min(data.length, at + this.#left)
        this.#left -= end - at
        const piece = at === 0 && end === data.length ? data : data.subarray(at, end)
        const last = this.#left === 0
        if (last) this.#state = 'done'
        this.#sink!.body(piece, last)
        return end
      }
      case 'close':
        this.#sink!.body(at === 0 ? data : data.subarray(at), false)
        return data.length
      case 'chunk-size': {
        const line = takeLine(data, at)
        if (line === undefined) return -1
        const size = /^([0-9a-f]{1,12})[ \t]*(?:;|$)/i.exec(line)?.[1]
        if (size === undefined || BAD_VALUE.test(line)) throw new ResponseError('a chunk has no valid size')
        this.#left = parseInt(size, 16)
        this.#state = this.#left === 0 ? 'trailers' : 'chunk-data'
        return at + line.length + 2
      }
      case 'chunk-data': {
        const end = Math.min(data.length, at + this.#left)
        this.#left -= end - at
        if (this.#left === 0) this.#state = 'chunk-end'
        this.#sink!.body(data.subarray(at, end), false)
        return end
      }
      case 'chunk-end':
        if (data.length - at < 2) return -1
        if (data[at] !== 13 || data[at + 1] !== 10) throw new ResponseError('a chunk is longer than its size')
        this.#state = 'chunk-size'
        return at + 2
      case 'trailers': {
        if (data.length - at >= 2 && data[at] === 13 && data[at + 1] === 10) {
          this.#finish([])
          return at + 2
        }
        const end = data.indexOf(HEAD_END, at)
        if (end === -1) {
          if (data.length - at > HEAD_LIMIT) throw new ResponseError('the trailers are too large')
          return -1
        }
        const trailers: string[] = []
        readFields(data.toString('latin1', at, end), 0, trailers)
        this.#finish(trailers)
        return end + 4
      }
      case 'done':
        throw new ResponseError('there are bytes after the end of the response')
    }
  }

  #head (data: Buffer, at: number): number {
    const end = data.indexOf(HEAD_END, at)
    if (end === -1) {
      if (data.length - at > HEAD_LIMIT) throw new ResponseError('the response head is too large')
      if (data.length - at >= 5 && data.toString('latin1', at, at + 5) !== 'HTTP/') throw new ResponseError('this is not an HTTP response')
      return -1
    }
    if (end - at > HEAD_LIMIT) throw new ResponseError('the response head is too large')
    const head = readHead(data.toString('latin1', at, end), this.#headRequest)
    if (head.status < 200) {
      if (head.status === 101) throw new ResponseError('the backend switched protocols without being asked')
      this.#sink!.informational(head)
      return end + 4
    }
    // The state is set first: the sink may end the exchange at once.
    this.#left = head.length
    this.#state = head.length === -1 ? 'chunk-size' : head.length === -2 ? 'close' : head.length === 0 ? 'done' : 'length'
    this.#sink!.head(head)
    if (head.length === 0) this.#sink!.end([])
    return end + 4
  }

  #finish (trailers: readonly string[]): void {
    this.#state = 'done'
    this.#sink!.end(trailers)
  }
}

function takeLine (data: Buffer, at: number): string | undefined {
  const end = data.indexOf(CRLF, at)
  if (end === -1) {
    if (data.length - at > LINE_LIMIT) throw new ResponseError('a chunk has no valid size')
    return undefined
  }
  if (end - at > LINE_LIMIT) throw new ResponseError('a chunk has no valid size')
  return data.toString('latin1', at, end)
}

/**
 * Reads a response head without its last empty line.
 * @throws ResponseError
 */
export function readHead (text: string, headRequest: boolean): ResponseHead {
  let end = text.indexOf('\r\n')
  if (end === -1) end = text.length
  const line = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: (.*))?$/.exec(text.slice(0, end))
  if (line === null) throw new ResponseError('this is not an HTTP/1.x response')
  const status = Number(line[2])
  const reason = line[3] ?? ''
  if (BAD_VALUE.test(reason)) throw new ResponseError('the reason phrase holds a control character')
  const headers: string[] = []
  if (end < text.length) readFields(text, end + 2, headers)
  return frame(status, reason, headers, line[1] === '1', headRequest)
}

/** Appends the fields from `at` on to `out`, names and values in turn. */
function readFields (text: string, at: number, out: string[]): void {
  while (at < text.length) {
    let end = text.indexOf('\r\n', at)
    if (end === -1) end = text.length
    const colon = text.indexOf(':', at)
    if (colon === -1 || colon > end) throw new ResponseError('a header line has no colon')
    const name = text.slice(at, colon)
    if (!TOKEN.test(name)) throw new ResponseError('a header name is not a token')
    let from = colon + 1
    let to = end
    while (from < to && isBlank(text.charCodeAt(from))) from++
    while (to > from && isBlank(text.charCodeAt(to - 1))) to--
    const value = text.slice(from, to)
    if (BAD_VALUE.test(value)) throw new ResponseError(`the header ${name} holds a control character`)
    out.push(name, value)
    at = end + 2
  }
}

function isBlank (code: number): boolean {
  return code === 32 || code === 9
}

/** Decides how the body ends (RFC 9112, 6.3). */
function frame (status: number, reason: string, headers: string[], http11: boolean, headRequest: boolean): ResponseHead {
  let contentLength: string | undefined
  let chunked = false
  let keepAlive = http11
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!
    const value = headers[i + 1]!
    if (name.length === 14 && name.toLowerCase() === 'content-length') {
      if (!/^\d{1,15}$/.test(value)) throw new ResponseError('Content-Length is not a number')
      if (contentLength !== undefined) {
        if (contentLength !== value) throw new ResponseError('there are two Content-Lengths')
        // Said twice alike it is valid (RFC 9112, 6.3), but many clients refuse it: it goes on once.
        headers.splice(i, 2)
        i -= 2
      }
      contentLength = value
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      if (chunked || !http11 || value.toLowerCase() !== 'chunked') throw new ResponseError('Transfer-Encoding is something other than one "chunked"')
      chunked = true
    } else if (name.length === 10 && name.toLowerCase() === 'connection') {
      const options = value.toLowerCase()
      if (/(^|[\s,])close([\s,]|$)/.test(options)) keepAlive = false
      else if (!http11 && /(^|[\s,])keep-alive([\s,]|$)/.test(options)) keepAlive = true
    }
  }
  if (chunked && contentLength !== undefined) throw new ResponseError('both Content-Length and Transfer-Encoding are there')
  const bodyless = headRequest || status < 200 || status === 204 || status === 304
  const length = bodyless ? 0 : chunked ? -1 : contentLength !== undefined ? Number(contentLength) : -2
  return { status, reason, headers, keepAlive: keepAlive && length !== -2, length }
}
