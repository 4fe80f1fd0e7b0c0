import { createServer } from 'node:http'
import { readEnvironment } from '../environment.ts'
import { listen, runServer } from '@cutover-examples/runtime/run-server'
import { openServices } from '../services.ts'
import { buildApp } from './app.ts'

await runServer(async () => {
  const environment = readEnvironment(process.env)
  const services = await openServices(environment)
  const server = createServer(buildApp(services))
  return await listen(server, { host: environment.HOST, port: environment.PORT }, services)
})
