import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { compileCheck } from '../../contract/check.ts'

/** Bodies are checked as legacy checks them: every fault is told, nothing is converted or removed; a missing body counts as `{}`. */
export default fp(async (app: FastifyInstance) => {
  app.setValidatorCompiler(({ schema }) => {
    const check = compileCheck(schema as object)
    return (data: unknown) => {
      const error = check(data)
      return error === undefined ? { value: data } : { error }
    }
  })
  app.addHook('preValidation', (request, reply, done) => {
    if (request.routeOptions.schema?.body !== undefined) request.body ??= {}
    done()
  })
}, { name: 'validation', dependencies: ['errors'] })
