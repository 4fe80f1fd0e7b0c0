import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { ExchangeResponse, Field } from '../message/exchange.ts'
import type { LoadRequest } from './generator/protocol.ts'

const bodyLimit = 32 * 1024 * 1024

/**
 * Sends one request on a connection of its own.
 * @throws when it gets no whole answer in time
 */
export function ask (origin: URL, { method, path, headers, body }: LoadRequest, timeoutMs: number): Promise<ExchangeResponse> {
  const send = origin.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const options = { method, path, headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) }, agent: false as const, rejectUnauthorized: false, signal: AbortSignal.timeout(timeoutMs) }
    const request = send(new URL(origin.origin), options, response => {
      read(response).then(resolve, reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

async function read (response: IncomingMessage): Promise<ExchangeResponse> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > bodyLimit) throw new Error(`the answer is longer than ${bodyLimit} bytes`)
    chunks.push(chunk)
  }
  const { rawHeaders, statusCode = 0 } = response
  const headers = rawHeaders.flatMap((name, at): Field[] => at % 2 === 0 ? [[name, rawHeaders[at + 1]!]] : [])
  return { status: statusCode, headers, body: Buffer.concat(chunks) }
}
