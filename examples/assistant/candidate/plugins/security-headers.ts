import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import fp from 'fastify-plugin'
import helmet, { type HelmetOptions } from 'helmet'

/**
 * Helmet's headers on every answer. With fixed options they are the same for all requests, so Helmet is asked once, at
 * start; `@fastify/helmet` asks it on each request.
 */
export default fp<HelmetOptions>(async (app, options) => {
  const headers = headersOf(options)
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers)
    done()
  })
}, { name: 'security-headers' })

function headersOf (options: HelmetOptions): Readonly<Record<string, string>> {
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  helmet(options)(request, response, error => {
    if (error instanceof Error) throw error
  })
  return { ...response.getHeaders() } as Record<string, string>
}
