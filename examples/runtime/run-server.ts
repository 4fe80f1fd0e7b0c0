import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EnvironmentError } from './environment.ts'

/** A server that runs: where, and how it stops. */
export interface RunningServer {
  readonly url: string
  /** Stops accepting, lets open requests finish, closes what they used. */
  close (): Promise<void>
}

/**
 * Runs a server as this process: prints where it listens, and closes it on SIGTERM or SIGINT.
 * Wrong settings end the process with status 2 and one line, anything else at start with status 3.
 */
export async function runServer (start: () => Promise<RunningServer>): Promise<void> {
  let server: RunningServer
  try {
    server = await start()
  } catch (error) {
    console.error(error instanceof EnvironmentError ? error.message : error)
    process.exitCode = error instanceof EnvironmentError ? 2 : 3
    return
  }
  console.error(`listening on ${server.url}`)
  let closing: Promise<void> | undefined
  const stop = (): void => {
    closing ??= server.close().catch((error: unknown) => {
      console.error(error)
      process.exitCode = 1
    })
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/**
 * Listens with a server whose services are open. When it cannot, they are closed again.
 * @param port 0 for any that is free
 * @param services closed when no request is open any more
 * @param closeServer stops accepting, and resolves when open requests have finished
 */
export async function listen (server: Server, { host, port }: { readonly host: string, readonly port: number }, services: { close (): Promise<void> }, closeServer: (server: Server) => Promise<void> = closed): Promise<RunningServer> {
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  } catch (error) {
    await services.close()
    throw error
  }
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    async close () {
      await closeServer(server)
      await services.close()
    }
  }
}

async function closed (server: Server): Promise<void> {
  await new Promise(resolve => server.close(resolve))
}
