import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { hasMethods, type ApplicationKind } from './application.ts'
import { refuseListening, sharingRequests, upgradesOf } from './http-server.ts'

/** What is used of a Fastify 4 or 5 instance. */
export interface FastifyLike {
  readonly server: Server
  routing (request: IncomingMessage, response: ServerResponse): void
  ready (): PromiseLike<unknown>
  close (): PromiseLike<unknown>
}

/**
 * A Fastify instance. Its plugins are loaded and its `onReady` hooks run; `onListen` hooks never do, since it does
 * not listen. Timeouts and limits of its server have no effect: those of the switch apply.
 */
export const fastify: ApplicationKind<FastifyLike> = {
  matches: (application): application is FastifyLike =>
    hasMethods(application, 'routing', 'ready', 'inject', 'close') && 'server' in application,

  async open (app, owner) {
    refuseListening(app.server, 'Fastify instance', owner)
    await app.ready()
    return sharingRequests(app.server, app.routing, {
      kind: 'listener',
      framework: 'Fastify',
      keepsPrototypes: true,
      request: app.routing,
      ...upgradesOf(app.server),
      close: async () => { await app.close() }
    })
  }
}
