import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type NetConnectOpts, type Socket } from 'node:net'

/** Passes the bytes of connections on to a server, or cuts them. */
export interface Relay {
  /** `127.0.0.1:port`. */
  readonly address: string
  /** Connections that are open. */
  readonly open: number
  /** Cuts all connections, and each new one at once. The port stays taken, so that {@link start} finds it. */
  stop (): void
  start (): void
  close (): Promise<void>
}

/**
 * Listens on a free loopback port.
 * @param target the server: host and port, or the path of a socket
 */
export async function openRelay (target: NetConnectOpts): Promise<Relay> {
  const sockets = new Set<Socket>()
  let stopped = false
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  const server = createServer({ noDelay: true, allowHalfOpen: true }, near => {
    near.on('error', () => near.destroy())
    if (stopped) {
      near.resetAndDestroy()
      return
    }
    const far = connect({ ...target, noDelay: true, allowHalfOpen: true } as NetConnectOpts)
    far.on('error', () => far.destroy())
    for (const [socket, other] of [[near, far], [far, near]] as const) {
      sockets.add(socket)
      socket.once('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get open () { return Math.ceil(sockets.size / 2) },
    stop () {
      stopped = true
      cut()
    },
    start () { stopped = false },
    async close () {
      stopped = true
      cut()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    }
  }
}
