import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { readEnvironment } from '../environment.ts'
import { listen, runServer } from '@cutover-examples/runtime/run-server'
import { openServices } from '../services.ts'
import { buildApp } from './app.ts'

await runServer(async () => {
  const environment = readEnvironment(process.env)
  const services = await openServices(environment)
  const server = createAdaptorServer({ fetch: buildApp(services).fetch }) as Server
  return await listen(server, { host: environment.HOST, port: environment.PORT }, services)
})
