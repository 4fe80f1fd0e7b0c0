import { Readable } from 'node:stream'
import etag from 'etag'
import fp from 'fastify-plugin'
import fresh from 'fresh'

/** Weak entity tags on every answer with a body, and 304 for a client that has it already (RFC 9110, 8.8.3 and 13.1.2). */
export default fp(async app => {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (typeof payload !== 'string') return done(null, payload)
    const tag = etag(payload, { weak: true })
    reply.header('etag', tag)
    const has = request.headers['if-none-match'] ?? request.headers['if-modified-since']
    const safe = request.method === 'GET' || request.method === 'HEAD'
    if (has === undefined || !safe || reply.statusCode < 200 || reply.statusCode > 299) return done(null, payload)
    if (!fresh(request.headers, { etag: tag })) return done(null, payload)
    reply.code(304).removeHeader('content-type').removeHeader('content-length')
    // Fastify's HEAD routes count the bytes of anything but a stream, and a 304 has no content-length here.
    done(null, request.method === 'HEAD' ? Readable.from([]) : null)
  })
}, { name: 'entity-tags' })
