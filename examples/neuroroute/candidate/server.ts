import { runServer } from '@cutover-examples/runtime/run-server'
import { readEnvironment } from '../environment.ts'
import { openServices } from '../services.ts'
import { buildApp } from './app.ts'

await runServer(async () => {
  const environment = readEnvironment(process.env)
  const services = await openServices(environment)
  try {
    const app = await buildApp(services, { onClose: () => services.close() })
    const url = await app.listen({ host: environment.HOST, port: environment.FASTIFY_PORT })
    return { url, close: () => app.close() }
  } catch (error) {
    await services.close()
    throw error
  }
})
