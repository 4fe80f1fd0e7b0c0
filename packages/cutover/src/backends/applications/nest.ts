import type { Server } from 'node:http'
import { fault } from '../../errors.ts'
import { hasMethods, type ApplicationKind, type Listener } from './application.ts'
import { fastify } from './fastify.ts'
import { handler } from './handler.ts'
import { refuseListening, sharingRequests, upgradesOf } from './http-server.ts'

/** What is used of a Nest application. */
export interface NestLike {
  init (): Promise<unknown>
  getHttpServer (): Server
  getHttpAdapter (): { getInstance (): unknown }
  close (): Promise<void>
}

/** A Nest application on Express or Fastify, whose gateways get the upgrades and the polling requests of its own server. */
export const nest: ApplicationKind<NestLike> = {
  matches: (application): application is NestLike =>
    hasMethods(application, 'init', 'getHttpServer', 'getHttpAdapter', 'close'),

  async open (app, owner) {
    refuseListening(app.getHttpServer(), 'Nest application', owner)
    await app.init()
    const instance = app.getHttpAdapter().getInstance()
    const inner = await openInstance(instance, owner)
    const server = app.getHttpServer()
    return sharingRequests(server, listenerOf(instance), { ...inner, framework: `Nest on ${inner.framework}`, ...upgradesOf(server), close: () => app.close() })
  }
}

/** What the instance has the server call. */
function listenerOf (instance: unknown): unknown {
  return fastify.matches(instance) ? instance.routing : instance
}

async function openInstance (instance: unknown, owner: string): Promise<Listener> {
  if (fastify.matches(instance)) return await fastify.open(instance, owner)
  if (handler.matches(instance)) return await handler.open(instance, owner)
  throw fault('CUT_APPLICATION_UNKNOWN', owner, 'a Nest application on neither Express nor Fastify')
}
