import type { Server } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { buildApp as buildCandidate } from './candidate/app.ts'
import { buildServer as buildLegacy } from './legacy/http-server.ts'
import type { Services } from './services.ts'

/** Both faces over the same services, in one process. */
export interface Faces {
  readonly legacy: Server
  readonly candidate: FastifyInstance
}

export async function buildFaces (services: Services): Promise<Faces> {
  return { legacy: buildLegacy(services), candidate: await buildCandidate(services) }
}
