import type { FastifyReply } from 'fastify'
import { nameRawHeaders } from '../answer/finish.ts'
import type { HeldResponse, MarkedReply } from '../answer/marks.ts'
import { rowsOf, type Compat } from '../compat.ts'

/** Takes the reply out of Fastify's hands and puts its headers on the response itself. */
export function takeOver (compat: Compat, reply: FastifyReply): HeldResponse {
  const res = reply.raw as HeldResponse
  const rows = rowsOf(compat, reply.request)
  const headers = { ...reply.getHeaders() }
  reply.hijack()
  nameRawHeaders(res, reply as MarkedReply, rows, headers)
  return res
}

/** `res.end`: the bytes as they are; hooks on sending are passed over. */
export function createEnd (compat: Compat) {
  return function end (this: FastifyReply, chunk?: string | Uint8Array, encoding?: BufferEncoding): FastifyReply {
    const res = takeOver(compat, this)
    if (chunk === undefined) res.end()
    else res.end(chunk, encoding ?? 'utf8')
    return this
  }
}
