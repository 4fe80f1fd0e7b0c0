import type { Server } from 'node:http'
import { fault } from '../../errors.ts'
import { hasMethods, type ApplicationKind, type Listener } from './application.ts'
import { presetFields } from './preset-fields.ts'

/**
 * An `http.Server` that does not listen: requests and upgrades are emitted on it, so that Socket.IO and others
 * attached to it work. Its own timeouts and limits have no effect: those of the switch apply.
 */
export const httpServer: ApplicationKind<Server> = {
  matches: (application): application is Server =>
    hasMethods(application, 'emit', 'listenerCount', 'listen', 'address') && 'listening' in application,

  async open (server, owner) {
    refuseListening(server, 'http.Server', owner)
    if (server.listenerCount('request') === 0) {
      throw fault('CUT_APPLICATION_UNKNOWN', owner, 'an http.Server without a request listener')
    }
    return {
      kind: 'listener',
      framework: 'http.Server',
      request (request, response) {
        presetFields(request, response)
        server.emit('request', request, response)
      },
      ...upgradesOf(server),
      // Closing one that never listened reports an error and emits `close`, on which those attached to it clean up.
      close: () => new Promise<void>(resolve => server.close(() => resolve()))
    }
  }
}

/** Upgrades through a server that does not listen: accepted while somebody listens for them. */
export function upgradesOf (server: Server) {
  return {
    acceptsUpgrade: () => server.listenerCount('upgrade') > 0,
    upgrade: (...upgrade: unknown[]) => { server.emit('upgrade', ...upgrade) }
  }
}

/**
 * Has an application's own server share its requests: they go straight to the application, with nothing between, until
 * somebody else listens for requests there too, as Socket.IO does for its long polling; from then on through the server.
 * @param own what the application listens with
 * @param opened changed in place
 */
export function sharingRequests (server: Server, own: unknown, opened: Listener): Listener {
  const share = (): void => { opened.request = (request, response) => server.emit('request', request, response) }
  if (server.listeners('request').some(other => other !== own)) share()
  else {
    server.on('newListener', (name: string, other: unknown) => {
      if (name === 'request' && other !== own) share()
    })
  }
  return opened
}

/** @throws CUT_APPLICATION_LISTENING */
export function refuseListening (server: Server | undefined, what: string, owner: string): void {
  if (server?.listening === true) throw fault('CUT_APPLICATION_LISTENING', what, owner)
}
