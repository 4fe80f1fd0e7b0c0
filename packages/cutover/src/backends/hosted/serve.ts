import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { inspect } from 'node:util'
import type { Listener } from '../listener.ts'

/** A listener that is served on a loopback port. */
export interface Serving {
  readonly port: number
  /** Stops accepting, lets open requests take this long, cuts what is left, and runs the application's close hooks. */
  close (graceMs: number): Promise<void>
}

/** Serves a listener on a free loopback port. Its connections stay open while they are idle: a client closes them. */
export async function serve (listener: Listener): Promise<Serving> {
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, noDelay: true })
  const upgraded = new Set<Duplex>()
  server.on('request', (request, response) => {
    attempt(response, () => listener.request(request, response))
  })
  // While nobody listens for upgrades, Node serves them as plain requests, and so does the switch.
  if (listener.acceptsUpgrade()) {
    server.on('upgrade', (request, socket, head) => {
      upgraded.add(socket)
      socket.once('close', () => upgraded.delete(socket))
      listener.upgrade(request, socket, head)
    })
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close (graceMs) {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      const sweep = setInterval(() => server.closeIdleConnections(), 25)
      const cut = setTimeout(() => {
        server.closeAllConnections()
        for (const socket of upgraded) socket.destroy()
      }, graceMs)
      server.closeIdleConnections()
      await closed
      clearInterval(sweep)
      clearTimeout(cut)
      await listener.close()
    }
  }
}

function attempt (response: ServerResponse, answer: () => unknown): void {
  const fail = (error: unknown): void => {
    process.stderr.write(`${inspect(error)}\n`)
    if (response.headersSent) response.destroy()
    else response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end('The application failed before it answered.')
  }
  try {
    const answered = answer()
    if (answered instanceof Promise) answered.catch(fail)
  } catch (error) {
    fail(error)
  }
}
