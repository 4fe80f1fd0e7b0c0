import type { Server } from 'node:http'
import type { StatusResponse } from '../config/admin-api.ts'
import type { Control } from '../config/control.ts'
import type { ConfigInput } from '../config/define.ts'
import type { Environment } from '../config/environment.ts'
import { resolveConfig } from '../config/resolve.ts'
import type { RolloutControl } from '../rollout/rollout-control.ts'
import type { Log } from '../switch/log.ts'
import { OpenSwitch } from './open-switch.ts'

export interface SwitchOptions extends ConfigInput {
  /** Whether shares are kept in `stateDir`, so that a restart resumes them; true when left out. */
  readonly journal?: boolean
  /** Told of fallbacks, share changes and faults; silent when left out. */
  readonly log?: Log
  /** Where features find their variables; `process.env` when left out. */
  readonly environment?: Environment
  /** What relative paths start from; the working directory when left out. */
  readonly folder?: string
}

/** One server for both backends. */
export interface Switch {
  readonly control: Control
  /** Raises shares on evidence. */
  readonly rollout: RolloutControl
  /** Node's server, for what needs it (a WebSocket library, a test). Its requests are the switch's. */
  readonly server: Server
  /** Undefined unless `admin` was asked for and it listens. */
  readonly adminUrl: string | undefined
  /**
   * Listens and resolves to the URL. Without options it is where the configuration says: 127.0.0.1:3000.
   * @throws CUT_PORT_UNAVAILABLE
   */
  listen (options?: { readonly port?: number, readonly host?: string }): Promise<string>
  status (): StatusResponse
  /** Stops accepting, lets open requests finish, closes both backends. */
  close (): Promise<void>
}

/**
 * Makes a switch between two backends, each an application in this process, a command or an origin. The admin
 * listener, which the commands talk to, is only started when `admin` is given.
 *
 *     const app = await createSwitch({ legacy: expressApp, candidate: fastifyApp, features: { health: { routes: ['GET /health'], share: '10%' } } })
 *     await app.listen({ port: 3000 })
 *
 * @throws CUT_CONFIG_INVALID, CUT_JOURNAL_UNREADABLE, and what starting a backend throws
 */
export async function createSwitch ({ journal = true, log = () => {}, environment = process.env, folder = process.cwd(), ...config }: SwitchOptions): Promise<Switch> {
  const settings = resolveConfig({ ...config, admin: config.admin ?? { enabled: false } }, { folder, env: environment })
  const opened = await OpenSwitch.open(settings, { log, env: environment, journal })
  return {
    control: opened.control,
    rollout: opened.rollout,
    server: opened.parts.server,
    get adminUrl () { return opened.adminUrl },
    listen: async ({ host = settings.listen.host, port = settings.listen.port } = {}) => await opened.listen(host, port),
    status: () => opened.status(),
    close: async () => await opened.close()
  }
}
