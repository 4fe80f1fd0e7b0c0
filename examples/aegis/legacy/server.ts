import { listen, runServer } from '@cutover-examples/runtime/run-server'
import { readEnvironment } from '../environment.ts'
import { openServices } from '../services.ts'
import { buildServer, closeServer } from './http-server.ts'

await runServer(async () => {
  const environment = readEnvironment(process.env)
  const services = await openServices(environment)
  const server = buildServer(services)
  return await listen(server, { host: environment.HOST, port: environment.PORT }, services, closeServer)
})
