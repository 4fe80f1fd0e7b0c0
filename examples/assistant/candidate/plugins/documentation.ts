import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import fp from 'fastify-plugin'

/** The OpenAPI document at /docs/json, and a page to read and try it at /docs. */
export default fp(async app => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Assistant', version: '1.0.0', description: 'Accounts, and an AI service behind them.' },
      tags: [{ name: 'health' }, { name: 'auth' }, { name: 'ai' }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } }
    }
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
}, { name: 'documentation', dependencies: ['errors'] })
