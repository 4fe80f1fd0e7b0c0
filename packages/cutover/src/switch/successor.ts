import { type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse, STATUS_CODES } from 'node:http'
import { flatten, native, passing, type SwitchResponse, writeHeadOver } from './response.ts'

/**
 * What a backend writes to when it answers in place of another one. It is a response of its own, so that nothing
 * the first backend does late can mix with it, and it reaches the client through the response that was taken away.
 * Methods are properties of the instance, because Express replaces prototypes.
 */
export class Successor extends ServerResponse {
  readonly #original: SwitchResponse
  /** Of the request that it answers, as it is for the backend that has taken over. */
  readonly decision: SwitchResponse['decision']

  /** @param original a response that has been superseded */
  constructor (original: SwitchResponse) {
    super(original.req)
    this.#original = original
    this.decision = original.decision
    const begin = (length?: number): void => {
      if (this.headersSent) return
      if (length !== undefined && !this.hasHeader('content-length') && !this.hasHeader('transfer-encoding') && mayHaveBody(this)) {
        this.setHeader('Content-Length', length)
      }
      this.writeHead(this.statusCode)
    }
    Object.assign(this, {
      writeHead: (status: number, reason?: string | object, headers?: object) => {
        this.#writeHead(status, reason, headers)
        return this
      },
      write: (...args: unknown[]) => {
        begin()
        passing(original, args[0])
        return original.base.write.apply(original, args)
      },
      end: (...args: unknown[]) => {
        begin(typeof args[0] === 'function' ? 0 : lengthOf(args[0], args[1]))
        this.finished = true
        passing(original, args[0])
        original.base.end.apply(original, args)
        return this
      },
      flushHeaders: () => {
        begin()
        native.flushHeaders.call(original)
      },
      destroy: (error?: Error) => {
        this.destroyed = true
        original.base.destroy.call(original, error)
        return this
      },
      setTimeout: (...args: unknown[]) => {
        native.setTimeout.apply(original, args)
        return this
      },
      addTrailers: (...args: unknown[]) => original.base.addTrailers.apply(original, args),
      writeContinue: (...args: unknown[]) => native.writeContinue.apply(original, args),
      writeProcessing: (...args: unknown[]) => native.writeProcessing.apply(original, args),
      writeEarlyHints: (...args: unknown[]) => native.writeEarlyHints.apply(original, args)
    })
    this.#follow(original)
  }

  #writeHead (status: number, reason: string | object | undefined, headers: object | undefined): void {
    const original = this.#original
    const list = flatten((typeof reason === 'string' ? headers : headers ?? reason) as OutgoingHttpHeaders | undefined)
    const given = new Set<string>()
    for (let i = 0; i < list.length; i += 2) given.add(String(list[i]).toLowerCase())
    const merged: OutgoingHttpHeader[] = []
    for (const name of (this as unknown as { getRawHeaderNames (): string[] }).getRawHeaderNames()) {
      if (!given.has(name.toLowerCase())) merged.push(name, this.getHeader(name)!)
    }
    merged.push(...list)
    original.sendDate = this.sendDate
    original.shouldKeepAlive &&= this.shouldKeepAlive
    this.statusCode = status
    writeHeadOver(original, status, typeof reason === 'string' ? reason : this.statusMessage || (STATUS_CODES[status] ?? 'unknown'), merged)
    this.statusMessage = original.statusMessage
    this.chunkedEncoding = original.chunkedEncoding
    // Node's own sign that the head is written, which `headersSent` and `setHeader` look at.
    Object.assign(this, { _header: (original as unknown as { _header: string })._header })
  }

  #follow (original: SwitchResponse): void {
    const own = this as { socket: unknown }
    own.socket = original.socket
    if (original.socket === null) original.once('socket', socket => { own.socket = socket })
    original.on('drain', () => this.emit('drain'))
    original.on('finish', () => this.emit('finish'))
    original.on('error', error => this.emit('error', error))
    original.on('close', () => {
      this.destroyed = true
      this.emit('close')
    })
  }
}

function mayHaveBody ({ req, statusCode }: ServerResponse): boolean {
  return req.method !== 'HEAD' && statusCode >= 200 && statusCode !== 204 && statusCode !== 304
}

function lengthOf (chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk, typeof encoding === 'string' ? encoding as BufferEncoding : 'utf8')
  return chunk instanceof Uint8Array ? chunk.length : 0
}
