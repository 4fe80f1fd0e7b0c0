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
