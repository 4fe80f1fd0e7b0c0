import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readEnvironment } from '../environment.ts'
import { runServer } from '@cutover-examples/runtime/run-server'
import { openServices } from '../services.ts'
import { buildApp } from './app.ts'

await runServer(async () => {
  const environment = readEnvironment(process.env)
  const services = await openServices(environment)
  const server = createServer(buildApp(services))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(environment.EXPRESS_PORT, environment.HOST, resolve))
    .catch(async (error: unknown) => {
      await services.close()
      throw error
    })
  return {
    url: `http://${environment.HOST}:${(server.address() as AddressInfo).port}`,
    async close () {
      await new Promise(resolve => server.close(resolve))
      await services.close()
    }
  }
})
