import { existsSync } from 'node:fs'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fault } from '../../errors.ts'
import { splitCommand } from '../command-line.ts'
import { unhealthiness } from '../health.ts'
import { startHosted, type Hosted, type HostedOptions } from './start-hosted.ts'

// How long the end of a process may stay untold once its connections broke.
const endingMs = 50

export interface HostedCommandOptions extends HostedOptions {
  /** `{port}` in it, and in values of `env`, becomes the port. */
  readonly command: string
  readonly cwd: string
  /** Where the command answers as it is configured: one more instance answers at another port. */
  readonly url: URL
}

/**
 * Runs one more instance of a command on a free port, which it is told in `PORT`, or where `{port}` stands.
 * @throws CUT_COMMAND_INVALID, CUT_SIDE_FAILED
 */
export async function openHostedCommand (options: HostedCommandOptions): Promise<Hosted> {
  const { name, command, cwd, env, url } = options
  const port = String(await freePort())
  const filled = command.replaceAll('{port}', port)
  const words = splitCommand(filled)
  if ('problem' in words) throw fault('CUT_COMMAND_INVALID', `the ${name} backend`, command, words.problem)
  if (!existsSync(cwd)) throw fault('CUT_COMMAND_INVALID', `the ${name} backend`, command, `its folder ${cwd} does not exist`)
  const origin = new URL(url)
  origin.port = port
  const added = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, value.replaceAll('{port}', port)]))
  try {
    return await startHosted(options, { words, cwd, env: { ...process.env, ...added, PORT: port } }, {
      open: async start => {
        start()
        return origin
      },
      probe: async () => {
        // A launcher such as npm may outlive what it has started.
        if (await unhealthiness({ url: origin, path: undefined }) !== undefined) return false
        if (options.health !== undefined && await unhealthiness({ url: origin, path: options.health }) === undefined) return true
        await delay(endingMs)
        return await unhealthiness({ url: origin, path: undefined }) === undefined
      }
    })
  } catch (error) {
    if (command.includes('{port}') || Object.values(env).some(value => value.includes('{port}'))) throw error
    throw Object.assign(error as Error, { message: `${(error as Error).message}\nIt must listen on the port in PORT, here ${port}: write {port} in its command line or its env if it is told in another way.` })
  }
}

/** A port that nothing listens on just now. */
async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
