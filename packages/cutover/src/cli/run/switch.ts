import { join } from 'node:path'
import { loadConfig } from '../../config/load.ts'
import type { Settings } from '../../config/settings.ts'
import { fault } from '../../errors.ts'
import { adminClient, type AdminClient } from '../admin-client.ts'
import { adminFileName, findAdminFile, readAdminFile } from '../find-switch.ts'
import type { Colors, Surroundings } from '../surroundings.ts'

/** The switch that a run rolls out on. */
export interface RunSwitch {
  readonly url: string
  readonly adminUrl: string
  readonly admin: AdminClient
  /** Whether this run started it, and so ends it. */
  readonly own: boolean
  close (): Promise<void>
}

export interface SwitchWishes {
  readonly config?: string
  readonly port?: string
  readonly holdMs?: number
  readonly version?: string
}

/**
 * The switch that runs for this config, or one that is started in this process.
 * @param log what it says
 * @throws CUT_USAGE, and what starting it throws
 */
export async function openRunSwitch (surroundings: Surroundings, wishes: SwitchWishes, log: (line: string) => void): Promise<RunSwitch> {
  const found = readAdminFile(await findAdminFile(surroundings, wishes))
  if (found !== undefined) {
    const admin = adminClient(found, adminFileName)
    const status = await admin.status().catch((error: { code?: string }) => {
      if (error.code === 'CUT_NOT_RUNNING') return undefined
      throw error
    })
    if (status !== undefined) {
      const unheard = [wishes.holdMs === undefined ? undefined : '--hold', wishes.port === undefined ? undefined : '--port'].filter(each => each !== undefined)
      if (unheard.length > 0) throw fault('CUT_USAGE', `A switch runs already (pid ${status.pid}), with settings of its own: leave ${unheard.join(' and ')} out, or stop it first.`)
      return { url: status.listen.url, adminUrl: found.url, admin, own: false, close: async () => {} }
    }
  }
  const settings = await ownSettings(surroundings, wishes)
  if (!settings.admin.enabled) throw fault('CUT_USAGE', 'cutover run steers the switch by its admin listener, which this config turns off (admin.enabled). Turn it on: it listens on loopback only.')
  const gateway = await surroundings.openGateway(settings, { log })
  const file = join(settings.stateDir, adminFileName)
  const own = readAdminFile(file)
  if (own === undefined) {
    await gateway.close()
    throw fault('CUT_NOT_RUNNING', file, '')
  }
  return { url: gateway.url, adminUrl: own.url, admin: adminClient(own, file), own: true, close: async () => await gateway.close() }
}

async function ownSettings ({ cwd, env }: Surroundings, { config, port, holdMs, version }: SwitchWishes): Promise<Settings> {
  const settings = await loadConfig({ cwd, file: config, env: port === undefined ? env : { ...env, CUTOVER_PORT: port } })
  const { rollout } = settings
  return { ...settings, rollout: { ...rollout, holdMs: holdMs ?? rollout.holdMs, version: version ?? rollout.version } }
}

/** Where a switch that stays up is, and what to try on it. */
export function addresses ({ url, adminUrl }: RunSwitch, feature: string | undefined, config: string | undefined, colors: Colors): readonly string[] {
  const more = config === undefined ? '' : ` --config ${config}`
  return [
    '',
    `${colors.bold('It stays up.')}  ${colors.dim('Ctrl-c stops it.')}`,
    `  the switch           ${colors.cyan(url)}`,
    `  its admin listener   ${colors.cyan(adminUrl)}`,
    '',
    `${colors.bold('Try next')}, in another terminal:`,
    `  npx cutover status${more}`,
    `  npx cutover share ${feature ?? 'FEATURE'} 25%${more}`,
    `  npx cutover rollback${more}`
  ]
}
