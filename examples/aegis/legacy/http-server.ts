import { createServer, type Server } from 'node:http'
import type { Services } from '../services.ts'
import { buildApp } from './app.ts'

/** The legacy face with its sockets, as a server that does not listen yet. */
export function buildServer (services: Services): Server {
  const server = createServer(buildApp(services))
  // realtime/: sockets are attached here.
  return server
}
