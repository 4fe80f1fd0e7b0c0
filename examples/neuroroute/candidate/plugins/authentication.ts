import type { preValidationHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import type { ApiKeys } from '../../domain/api-keys.ts'
import type { ApiKey, Scope } from '../../types/keys.ts'
import { HttpException } from '../fastapi-compat.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** A preValidation hook that lets requests with a key of this scope through. */
    authorize (scope: Scope): preValidationHookHandler
  }
  interface FastifyRequest {
    /** Whose key came with the request; set behind `authorize`. */
    caller: ApiKey
  }
}

const challenge = { 'www-authenticate': 'Bearer' }

/** API keys by `Authorization: Bearer`. A key that is known is checked without waiting. */
export default fp<{ apiKeys: ApiKeys }>(async (app, { apiKeys }) => {
  app.decorateRequest('caller', null as unknown as ApiKey)
  app.decorate('authorize', scope => (request, _reply, done) => {
    const admit = (apiKey: ApiKey | undefined): void => {
      if (apiKey === undefined) return done(new HttpException(401, 'Invalid API key', challenge))
      if (!apiKey.scopes.includes(scope)) return done(new HttpException(403, `This key lacks the scope "${scope}"`))
      request.caller = apiKey
      done()
    }
    const key = bearer(request.headers.authorization)
    if (key === undefined) return done(new HttpException(401, 'Missing API key', challenge))
    const apiKey = apiKeys.authenticate(key)
    if (apiKey instanceof Promise) apiKey.then(admit, done)
    else admit(apiKey)
  })
}, { name: 'authentication', dependencies: ['fastapi-compat'] })

/** As fastapi.security.HTTPBearer: the scheme in any case, one space, and whatever follows it. */
function bearer (header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const space = header.indexOf(' ')
  if (space < 0 || header.slice(0, space).toLowerCase() !== 'bearer') return undefined
  return header.slice(space + 1) || undefined
}
