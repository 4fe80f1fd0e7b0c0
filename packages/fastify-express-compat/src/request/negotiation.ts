import type { Compat } from '../compat.ts'
import type { FastifyRequest } from 'fastify'

/** The best of these types for the request, by short name or media type, or false. */
export function acceptedType (compat: Compat, request: FastifyRequest, types: string[]): string | false {
  return compat.libraries.accepts(request.raw).types(types) as string | false
}
