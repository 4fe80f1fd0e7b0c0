import { createServer, type Server } from 'node:http'
import { attachRealtime, type Realtime } from '../realtime/realtime.ts'
import { requestTimeout } from '../request-limits.ts'
import type { Services } from '../services.ts'
import { buildApp } from './app.ts'

const sockets = new WeakMap<Server, Realtime>()

/** The legacy face with its sockets, as a server that does not listen yet. */
export function buildServer (services: Services): Server {
  const server = createServer({ requestTimeout }, buildApp(services))
  sockets.set(server, attachRealtime(server, services.realtime))
  return server
}

/** Closes a server that listens: its sockets first, which it would wait for, then what is open besides. */
export async function closeServer (server: Server): Promise<void> {
  await sockets.get(server)?.close()
  await new Promise(resolve => server.close(resolve))
}
