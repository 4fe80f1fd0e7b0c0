import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyRequest {
    timer: NodeJS.Timeout | undefined
  }
  interface FastifyContextConfig {
    /** For routes that stream: bodies are not looked at, and they take as long as their bytes take. */
    stream?: boolean
  }
}

/**
 * Answers 503 when no answer has begun in time. Fastify's own `handlerTimeout` makes an AbortController for each request,
 * and cannot be turned off for one route.
 */
export default fp<{ milliseconds: number }>(async (app, { milliseconds }) => {
  app.decorateRequest('timer', undefined)
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.stream === true) return done()
    request.timer = setTimeout(() => {
      if (!reply.sent) reply.header('retry-after', '30').problem(503, 'REQUEST_TIMEOUT', 'The answer took too long')
    }, milliseconds)
    // Of a client that leaves, no hook hears on all versions.
    reply.raw.once('close', () => clearTimeout(request.timer))
    done()
  })
}, { name: 'timeouts', dependencies: ['errors'] })
