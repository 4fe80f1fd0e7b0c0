import { Buffer } from 'node:buffer'
import { brotliCompress, constants, deflate, gzip } from 'node:zlib'
import type { FastifyReply } from 'fastify'
import fp from 'fastify-plugin'
import Negotiator from 'negotiator'

/** Its types lack the second parameter. */
type WithPreference = Negotiator & { encoding (available: readonly string[], options: { preferred: readonly string[] }): string | undefined }

const threshold = 1024
const offered = ['br', 'gzip', 'deflate', 'identity']
const preferred = ['br', 'gzip']

const encoders: Readonly<Record<string, (body: Buffer, done: (error: Error | null, encoded: Buffer) => void) => void>> = {
  br: (body, done) => brotliCompress(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }, done),
  gzip: (body, done) => gzip(body, done),
  deflate: (body, done) => deflate(body, done)
}
const compressible = /^(?:text\/|application\/(?:json|javascript|[\w.+-]+\+(?:json|xml))|image\/svg\+xml)/i

/**
 * Compresses as legacy's `compression` does: texts of 1 kB and more, brotli before gzip before deflate, `Vary` on all that
 * could have been. The entity tag is that of the plain text. A body that is here as a whole is compressed at once, without a stream; streams are left alone.
 */
export default fp(async app => {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (!mayBeCompressed(reply)) return done(null, payload)
    vary(reply)
    if (typeof payload !== 'string' || request.method === 'HEAD' || request.headers['accept-encoding'] === undefined) return done(null, payload)
    const body = Buffer.from(payload)
    const encoding = body.length < threshold ? undefined : (new Negotiator(request.raw) as WithPreference).encoding(offered, { preferred })
    const encode = encoding === undefined ? undefined : encoders[encoding]
    if (encode === undefined) return done(null, payload)
    reply.header('content-encoding', encoding).removeHeader('content-length')
    encode(body, done)
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
