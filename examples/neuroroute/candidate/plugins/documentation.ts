import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifySchema } from 'fastify'
import fp from 'fastify-plugin'
import { version } from '../../domain/health.ts'

/** The OpenAPI document at /openapi.json, and a page to read and try it at /docs. */
export default fp(async app => {
  await app.register(swagger, {
    transform: ({ schema, url }) => ({ schema: asClientsSeeIt(schema), url }),
    openapi: {
      openapi: '3.1.0',
      info: { title: 'neuroroute', version, description: 'Routes prompts to the model that suits them.' },
      tags: ['health', 'models', 'prompts', 'usage', 'settings', 'cache', 'keys'].map(name => ({ name })),
      components: { securitySchemes: { HTTPBearer: { type: 'http', scheme: 'bearer', description: 'An API key' } } }
    }
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    reply.send(app.swagger())
  })
}, { name: 'documentation', dependencies: ['fastapi-compat'] })

/** A member with a default may be left out by clients; for the handler it is always there, which TypeBox calls required. */
function asClientsSeeIt (schema: FastifySchema): FastifySchema {
  const shown = (part: unknown): unknown => {
    const { required, properties } = part as { readonly required?: readonly string[], readonly properties?: Readonly<Record<string, object>> }
    if (required === undefined || properties === undefined) return part
    return { ...part as object, required: required.filter(name => !('default' in (properties[name] ?? {}))) }
  }
  return {
    ...schema,
    ...schema?.querystring !== undefined && { querystring: shown(schema.querystring) },
    ...schema?.body !== undefined && { body: shown(schema.body) }
  }
}
