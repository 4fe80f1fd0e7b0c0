import type { Server } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { readEnvironment } from './environment.ts'
import { openServices, type OpenServices } from './services.ts'

// What cutover.config.ts names as modules: in the switch's process both faces, on one set of services; alone in a process
// of its own, as for `cutover bench`, a face loads its own framework only.

let opened: Promise<OpenServices> | undefined

function services (): Promise<OpenServices> {
  opened ??= openServices(readEnvironment(process.env))
  return opened
}

export async function legacy (): Promise<Server> {
  const { buildServer } = await import('./legacy/http-server.ts')
  return buildServer(await services())
}

/** The switch closes its backends when no request is open any more; this one then closes what both used. */
export async function candidate (): Promise<FastifyInstance> {
  const { buildApp } = await import('./candidate/app.ts')
  const open = await services()
  return await buildApp(open, { onClose: () => open.close() })
}
