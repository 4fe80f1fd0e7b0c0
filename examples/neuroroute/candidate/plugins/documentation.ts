import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import fp from 'fastify-plugin'
import { version } from '../../domain/health.ts'

/** The OpenAPI document at /openapi.json, and a page to read and try it at /docs. */
export default fp(async app => {
  await app.register(swagger, {
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
