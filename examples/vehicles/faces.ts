import type { Express } from 'express'
import type { FastifyInstance } from 'fastify'
import { buildApp as buildCandidate } from './candidate/app.ts'
import { buildApp as buildLegacy } from './legacy/app.ts'
import type { Services } from './services.ts'

/** Both faces over the same services, in one process. */
export interface Faces {
  readonly legacy: Express
  readonly candidate: FastifyInstance
}

export async function buildFaces (services: Services): Promise<Faces> {
  return { legacy: buildLegacy(services), candidate: await buildCandidate(services) }
}
