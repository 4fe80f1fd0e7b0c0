import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

const withBody = new Set(['POST', 'PUT', 'PATCH'])

/** Bodies are JSON in UTF-8, uncompressed, an object or array; a missing one counts as `{}`. Bodies of other methods are nobody's. */
export default fp(async app => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body: string, done) => {
    if (!withBody.has(request.method) || body.length === 0) return done(null, undefined)
    const text = body.codePointAt(0) === 0xFEFF ? body.slice(1) : body
    try {
      // Only objects and arrays, as a request's body: no bare strings and numbers.
      if (!/^[ \t\n\r]*[[{]/.test(text)) throw new SyntaxError('not an object or array')
      const value = JSON.parse(text) as object
      // Express with Joi neither keeps nor refuses it.
      Reflect.deleteProperty(value, '__proto__')
      done(null, value)
    } catch {
      done(malformed, undefined)
    }
  })
  app.addHook('preParsing', (request, reply, payload, done) => {
    const refusal = takesJson(request) ? refusalOf(request.headers) : undefined
    if (refusal === undefined) done(null, payload)
    else reply.problem(415, ...refusal)
  })
  app.addHook('preValidation', (request, reply, done) => {
    if (takesJson(request)) request.body ??= {}
    done()
  })
}, { name: 'json-body', dependencies: ['errors', 'timeouts'] })

const malformed = Object.assign(new SyntaxError('The body is not valid JSON'), { statusCode: 400, code: 'JSON_MALFORMED' })

/** Routes that take a body say so by its schema; those that stream one say that. */
function takesJson (request: FastifyRequest): boolean {
  return withBody.has(request.method) && request.routeOptions.config.stream !== true && request.routeOptions.schema?.body !== undefined
}

function refusalOf (headers: IncomingHttpHeaders): [code: string, message: string] | undefined {
  if (headers['transfer-encoding'] === undefined && !(Number(headers['content-length']) > 0)) return undefined
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity'
  if (!jsonInUtf8(headers['content-type'] ?? '')) return ['MEDIA_TYPE_UNSUPPORTED', 'Send the body as application/json in UTF-8']
  if (encoding !== 'identity') return ['ENCODING_UNSUPPORTED', 'Send the body without compression']
  return undefined
}

function jsonInUtf8 (type: string): boolean {
  return /^\s*application\/json\s*(;|$)/i.test(type) && !/charset=(?!"?utf-8"?(;|\s|$))/i.test(type)
}
