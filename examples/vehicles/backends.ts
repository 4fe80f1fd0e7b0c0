import type { Express } from 'express'
import type { FastifyInstance } from 'fastify'
import { buildApp as buildCandidate } from './candidate/app.ts'
import { readEnvironment } from './environment.ts'
import { buildApp as buildLegacy } from './legacy/app.ts'
import { openServices, type OpenServices } from './services.ts'

// What cutover.config.ts names as modules: both faces in the switch's process, on one set of services.

let opened: Promise<OpenServices> | undefined

function services (): Promise<OpenServices> {
  opened ??= openServices(readEnvironment(process.env))
  return opened
}

export async function legacy (): Promise<Express> {
  return buildLegacy(await services())
}

/** The switch closes its backends when no request is open any more; this one then closes what both used. */
export async function candidate (): Promise<FastifyInstance> {
  const open = await services()
  return await buildCandidate(open, { onClose: () => open.close() })
}
