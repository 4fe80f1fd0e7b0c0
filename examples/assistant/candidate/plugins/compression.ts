import { Buffer } from 'node:buffer'
import { promisify } from 'node:util'
import { brotliCompress, constants, deflate, gzip } from 'node:zlib'
import type { FastifyReply } from 'fastify'
import fp from 'fastify-plugin'
import Negotiator from 'negotiator'

/** Its types lack the second parameter. */
type WithPreference = Negotiator & { encoding (available: readonly string[], options: { preferred: readonly string[] }): string | undefined }

const threshold = 1024
const offered = ['br', 'gzip', 'deflate', 'identity']
const preferred = ['br', 'gzip']

const encoders: Readonly<Record<string, (body: Buffer) => Promise<Buffer>>> = {
  br: body => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: promisify(gzip) as (body: Buffer) => Promise<Buffer>,
  deflate: promisify(deflate) as (body: Buffer) => Promise<Buffer>
}
const compressible = /^(?:text\/|application\/(?:json|javascript|[\w.+-]+\+(?:json|xml))|image\/svg\+xml)/i

/**
 * Compresses as legacy's `compression` does: texts of 1 kB and more, brotli before gzip before deflate, `Vary` on all that
 * could have been. The entity tag is that of the plain text. A body that is here as a whole is compressed at once, without a stream; streams are left alone.
 */
export default fp(async app => {
  app.addHook('onSend', async (request, reply, payload) => {
    if (!mayBeCompressed(reply)) return payload
    vary(reply)
    if (typeof payload !== 'string' || request.method === 'HEAD') return payload
    const body = Buffer.from(payload)
    if (body.length < threshold) return payload
    const encoding = (new Negotiator(request.raw) as WithPreference).encoding(offered, { preferred })
    const encode = request.headers['accept-encoding'] === undefined || encoding === undefined ? undefined : encoders[encoding]
    if (encode === undefined) return payload
    reply.header('content-encoding', encoding).removeHeader('content-length')
    return await encode(body)
  })
}, { name: 'compression', dependencies: ['entity-tags'] })

function mayBeCompressed (reply: FastifyReply): boolean {
  if (!compressible.test(String(reply.getHeader('content-type') ?? ''))) return false
  return !/(?:^|,)\s*no-transform\s*(?:,|$)/i.test(String(reply.getHeader('cache-control') ?? '')) && !reply.hasHeader('content-encoding')
}

function vary (reply: FastifyReply): void {
  const before = reply.getHeader('vary')
  reply.header('vary', before === undefined ? 'Accept-Encoding' : `${String(before)}, Accept-Encoding`)
}
