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
      found.requestId = rawHeaders[i + 1]
    }
  }
  return found ?? none
}

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

/** A request like one whose body has been read, with that body still to be read. */
export function replay (request: IncomingMessage, body: Buffer): IncomingMessage {
  const copy = new IncomingMessage(request.socket as Socket)
  copy.method = request.method
  copy.url = request.url
  copy.httpVersion = request.httpVersion
  copy.httpVersionMajor = request.httpVersionMajor
  copy.httpVersionMinor = request.httpVersionMinor
  copy.rawHeaders = request.rawHeaders
  Object.defineProperty(copy, 'headers', { value: { ...request.headers }, writable: true, configurable: true, enumerable: true })
  copy.complete = true
  copy.push(body)
  copy.push(null)
  return copy
}

/** Ends a request whose body, chunked or lying about its length, grows past the limit. */
export function limitBody (request: IncomingMessage, limit: number, exceeded: () => void): void {
  let received = 0
  const push = request.push.bind(request)
  request.push = (chunk: Buffer | null) => {
    received += chunk?.length ?? 0
    if (received <= limit) return push(chunk)
    request.push = () => false
    exceeded()
    return false
  }
}
