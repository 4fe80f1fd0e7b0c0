import accepts from 'accepts'
import type { FastifyRequest } from 'fastify'

/** The best of these types for the request, by short name or media type, or false. */
export function acceptedType (request: FastifyRequest, types: string[]): string | false {
  return accepts(request.raw).types(types) as string | false
}
