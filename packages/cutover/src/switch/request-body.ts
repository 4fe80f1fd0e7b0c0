import { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** What the head of a request says of its body, and the request id that came with it. */
export interface Body {
  present: boolean
  /** Bytes; Infinity when it is chunked. */
  length: number
  requestId: string | undefined
}

const none: Body = Object.freeze({ present: false, length: 0, requestId: undefined })

/** Reads what the switch needs from the raw headers, without Node's headers object, which costs more to make. */
export function inspect ({ rawHeaders }: IncomingMessage): Readonly<Body> {
  let found: Body | undefined
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    const size = name.length
    if (size !== 12 && size !== 14 && size !== 17) continue
    const lower = name.toLowerCase()
    if (lower === 'content-length') {
      found ??= { ...none }
      found.length = Number(rawHeaders[i + 1])
      found.present = found.length > 0
    } else if (lower === 'transfer-encoding') {
      found ??= { ...none }
      found.length = Infinity
      found.present = true
    } else if (lower === 'x-request-id') {
      found ??= { ...none }
      // One that came twice is nobody's.
      found.requestId = found.requestId === undefined ? rawHeaders[i + 1]! : ''
    }
  }
  return found ?? none
}

/**
 * Tells Node that of a request without a body, which nobody else holds, nothing is left to be read. Node would run the empty
 * stream to its end and close it, which takes a twelfth of what forwarding a small answer costs.
 */
export function spend (request: IncomingMessage): void {
  const unread = request as unknown as Unread
  unread._consuming = true
  unread._readableState.endEmitted = true
}

/** What Node goes by when a response is finished. */
interface Unread { _consuming: boolean, readonly _readableState: { endEmitted: boolean } }

/** Reads a whole body of a known, bounded length. Rejects when the client leaves before its end. */
export function readBody (request: IncomingMessage, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => resolve(Buffer.concat(chunks, length)))
    request.on('close', () => reject(new Error('the client left before the end of its request')))
    request.on('error', reject)
  })
}

/**
 * A request as it came, whatever has been done to it since, with its body (if it was kept) still to be read.
 * It closes when the request itself does.
 */
export function replay (request: IncomingMessage, body: Buffer | undefined, url = request.url): IncomingMessage {
  const copy = new IncomingMessage(request.socket as Socket)
  copy.method = request.method
  copy.url = url
  copy.httpVersion = request.httpVersion
  copy.httpVersionMajor = request.httpVersionMajor
  copy.httpVersionMinor = request.httpVersionMinor
  ;(copy as unknown as HeaderLines)._addHeaderLines(request.rawHeaders, request.rawHeaders.length)
  copy.complete = true
  if (body !== undefined) copy.push(body)
  copy.push(null)
  request.once('close', () => {
    if (request.aborted) {
      copy.aborted = true
      copy.emit('aborted')
    }
    copy.destroyed = true
    copy.emit('close')
  })
  return copy
}

/** What Node's parser calls; it alone makes `headers` of `rawHeaders`. */
interface HeaderLines { _addHeaderLines (lines: readonly string[], count: number): void }

/**
 * Ends a request whose body, chunked or lying about its length, grows past the limit. False when it has already.
 */
export function limitBody (request: IncomingMessage, limit: number, exceeded: () => void): boolean {
  let received = request.readableLength
  if (received > limit) {
    exceeded()
    return false
  }
  const push = request.push.bind(request)
  request.push = (chunk: Buffer | null) => {
    received += chunk?.length ?? 0
    if (received <= limit) return push(chunk)
    request.push = () => false
    exceeded()
    return false
  }
  return true
}
