import type { AddressInfo } from 'node:net'
import { runServer } from '@cutover-examples/runtime/run-server'
import { readEnvironment } from '../environment.ts'
import { openServices } from '../services.ts'
import { buildServer, closeServer } from './http-server.ts'

await runServer(async () => {
  const environment = readEnvironment(process.env)
  const services = await openServices(environment)
  const server = buildServer(services)
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(environment.PORT, environment.HOST, resolve))
    .catch(async (error: unknown) => {
      await services.close()
      throw error
    })
  return {
    url: `http://${environment.HOST}:${(server.address() as AddressInfo).port}`,
    async close () {
      await closeServer(server)
      await services.close()
    }
  }
})
