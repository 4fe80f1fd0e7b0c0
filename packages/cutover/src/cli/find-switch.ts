import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { AdminFile } from '../config/admin-api.ts'
import { configNames, loadConfig } from '../config/load.ts'
import { fault } from '../errors.ts'
import { adminClient, type AdminClient } from './admin-client.ts'
import type { GlobalOptions, Surroundings } from './surroundings.ts'

/** The name of the file in the state folder that tells how a running switch is reached. */
export const adminFileName = 'admin.json'

/** How a command names the switch that it is about, beside the config. */
export interface SwitchOptions extends GlobalOptions {
  readonly admin?: string
}

/**
 * Finds the running switch: the URL of --admin with CUTOVER_ADMIN_TOKEN, or the admin.json of the
 * state folder. The config is loaded only when the state folder is not in its usual place, because
 * loading it can run the applications that it imports.
 * @throws CUT_NOT_RUNNING
 */
export async function findSwitch (surroundings: Surroundings, options: SwitchOptions): Promise<AdminClient> {
  if (options.admin !== undefined) return adminClient({ url: options.admin, token: tokenFor(surroundings) }, 'the switch')
  const file = await findAdminFile(surroundings, options)
  const admin = readAdminFile(file)
  if (admin === undefined) throw fault('CUT_NOT_RUNNING', dirname(dirname(file)), '')
  return adminClient(admin, file)
}

/** Where a running switch would have written how it is reached. */
export async function findAdminFile (surroundings: Surroundings, { config }: GlobalOptions): Promise<string> {
  const usual = usualPlace(surroundings.cwd, config)
  if (usual !== undefined && existsSync(usual)) return usual
  const { stateDir } = await loadConfig({ cwd: surroundings.cwd, file: config, env: surroundings.env })
  return join(stateDir, adminFileName)
}

/** @returns undefined when the file is not there, or is not one that a switch wrote */
export function readAdminFile (file: string): AdminFile | undefined {
  try {
    const { url, token, pid } = JSON.parse(readFileSync(file, 'utf8')) as Partial<AdminFile>
    return typeof url === 'string' && URL.canParse(url) && typeof token === 'string' && typeof pid === 'number' ? { url, token, pid } : undefined
  } catch {
    return undefined
  }
}

/** `.cutover/admin.json` beside the config, or in the nearest folder above that has one. */
function usualPlace (cwd: string, config: string | undefined): string | undefined {
  if (config !== undefined) return join(dirname(resolve(cwd, config)), '.cutover', adminFileName)
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const place = join(folder, '.cutover', adminFileName)
    if (existsSync(place) || configNames.some(name => existsSync(join(folder, name)))) return place
    if (folder === dirname(folder)) return undefined
  }
}

function tokenFor ({ env }: Surroundings): string {
  const token = env.CUTOVER_ADMIN_TOKEN
  if (token === undefined || token === '') throw fault('CUT_USAGE', '--admin needs the token of that switch in the environment variable CUTOVER_ADMIN_TOKEN.')
  return token
}
