import type { FastifyRequest } from 'fastify'

/** A header of the request as `req.get(name)` gives it: `Referrer` and `Referer` are one. */
export function requestHeader (request: FastifyRequest, name: string): string | string[] | undefined {
  if (!name) throw new TypeError('name argument is required to req.get')
  if (typeof name !== 'string') throw new TypeError('name must be a string to req.get')
  const key = name.toLowerCase()
  const { headers } = request.raw
  if (key === 'referer' || key === 'referrer') return headers.referrer || headers.referer
  return headers[key]
}
