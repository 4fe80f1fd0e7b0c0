import { Buffer } from 'node:buffer'
import type { ExchangeRequest } from '../../message/exchange.ts'
import { headerValue } from '../../message/headers.ts'

/**
 * A request as it goes over the wire: nothing is repaired. `Host` comes first where the request has none;
 * `Content-Length` last, where the request has a body and frames it in no way of its own. With
 * `Transfer-Encoding: chunked` the body is written as one chunk.
 */
export function requestBytes (request: ExchangeRequest, host: string): Buffer {
  const { headers, body } = request
  let head = `${request.method} ${request.target} HTTP/1.1\r\n`
  if (headerValue(headers, 'host') === undefined) head += `Host: ${host}\r\n`
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`
  const chunked = headerValue(headers, 'transfer-encoding')?.toLowerCase() === 'chunked'
  const framed = chunked || headerValue(headers, 'transfer-encoding') !== undefined || headerValue(headers, 'content-length') !== undefined
  if (!framed && (body.length > 0 || bodied.has(request.method))) head += `Content-Length: ${body.length}\r\n`
  const start = Buffer.from(`${head}\r\n`, 'latin1')
  if (!chunked) return body.length === 0 ? start : Buffer.concat([start, body])
  const trailers = (request.trailers ?? []).map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.concat([start, ...body.length > 0 ? [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')] : [], Buffer.from(`0\r\n${trailers}\r\n`, 'latin1')])
}

/** Methods whose requests say that they have no body (RFC 9110, 8.6). */
const bodied = new Set(['POST', 'PUT', 'PATCH'])
