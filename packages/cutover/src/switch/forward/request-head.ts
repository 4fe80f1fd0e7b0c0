import type { IncomingMessage } from 'node:http'
import { connectionOptions, isHopByHop } from '../../message/hop-by-hop.ts'

/** How a request's body is framed towards the origin. */
export type BodyFraming = 'none' | 'length' | 'chunked'

export interface RequestHead {
  readonly text: string
  readonly framing: BodyFraming
}

/**
 * The head of the request to the origin: every end-to-end header as it came, in its order, case and number.
 * @param prefix the path of the origin's URL, put before the request's
 * @param additions further lines, each ended by CRLF; they stand for the request id and the forwarding headers
 * @param dropped names that are left out, lower case
 * @param host what to send when the client named no host (HTTP/1.0)
 * @param length the body's length when it is held whole, and -1 otherwise
 */
export function requestHead (request: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>, prefix: string, additions: string, dropped: ReadonlySet<string>, host: string, length: number): RequestHead {
  const raw = request.rawHeaders
  let text = `${request.method} ${prefix !== '' && request.url!.startsWith('/') ? prefix : ''}${request.url} HTTP/1.1\r\n`
  let framing: BodyFraming = length >= 0 ? 'length' : 'none'
  let hostSeen = false
  let trailers = ''
  const named = connectionOptions(raw)
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!
    const value = raw[i + 1]!
    if (name.length === 4 && name.toLowerCase() === 'host') {
      // The switch went by the first (RFC 9112, 3.2, wants one): the origin must not see another.
      if (hostSeen) continue
      hostSeen = true
    } else if (name.length === 14 && name.toLowerCase() === 'content-length') {
      if (length >= 0) continue
      framing = 'length'
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      if (length < 0) framing = 'chunked'
      continue
    } else if (name.length === 7 && name.toLowerCase() === 'trailer') {
      trailers += `${name}: ${value}\r\n`
      continue
    } else if (dropped.has(name.toLowerCase())) {
      continue
    } else if (isHopByHop(name) || named?.has(name.toLowerCase()) === true) {
      continue
    }
    text += `${name}: ${value}\r\n`
  }
  if (!hostSeen) text += `Host: ${host}\r\n`
  text += additions
  if (framing === 'chunked') text += `Transfer-Encoding: chunked\r\n${trailers}`
  if (length >= 0) text += `Content-Length: ${length}\r\n`
  return { text: text + 'Connection: keep-alive\r\n\r\n', framing }
}
