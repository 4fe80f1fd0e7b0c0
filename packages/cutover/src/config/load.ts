import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, extname, join, resolve } from 'node:path'
import { types } from 'node:util'
import { createJiti } from 'jiti'
import { fault } from '../errors.ts'
import { defineConfig } from './define.ts'
import { environmentWith } from './env-file.ts'
import type { Environment } from './environment.ts'
import { parseJson } from './json.ts'
import { resolveConfig } from './resolve.ts'
import type { Settings } from './settings.ts'

/** The names a config file may have, in the order in which they are looked for. */
export const configNames = ['cutover.config.ts', 'cutover.config.mts', 'cutover.config.js', 'cutover.config.mjs', 'cutover.config.json'] as const

/**
 * Finds the config file of a folder, or of the nearest folder above that has one.
 * @throws CUT_CONFIG_NOT_FOUND
 */
export function findConfig (folder: string): string {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = configNames.map(name => join(at, name)).find(path => existsSync(path))
    if (found !== undefined) return found
    if (at === dirname(at)) throw fault('CUT_CONFIG_NOT_FOUND', resolve(folder))
  }
}

/**
 * Reads what a config file holds, unchecked: JSON, or the default export of a TypeScript or
 * JavaScript module, or what that returns when it is a function.
 * A config may import `defineConfig` from `cutover` even where cutover is not installed.
 * @throws CUT_CONFIG_UNREADABLE
 */
export async function readConfig (file: string): Promise<unknown> {
  if (!existsSync(file)) throw fault('CUT_CONFIG_UNREADABLE', file, 'there is no such file')
  try {
    if (extname(file) === '.json') return parseJson(await readFile(file, 'utf8'))
    const jiti = createJiti(file, { interopDefault: false, fsCache: false, virtualModules: { cutover: { defineConfig } } })
    const module = await jiti.import<{ default?: unknown, __esModule?: boolean }>(file)
    const value = module.__esModule === true || types.isModuleNamespaceObject(module) ? module.default : module
    if (value === undefined) throw new Error('it has no default export: write "export default defineConfig({ … })"')
    return typeof value === 'function' ? await value() : value
  } catch (error) {
    throw Object.assign(fault('CUT_CONFIG_UNREADABLE', file, reasonOf(error)), { cause: error })
  }
}

export interface LoadOptions {
  /** Where to look for the config, upward; and what `file` is relative to. */
  readonly cwd: string
  /** A config file, instead of looking for one. */
  readonly file?: string | undefined
  readonly env?: Environment
}

/**
 * Finds, reads and checks the configuration.
 * @throws CUT_CONFIG_NOT_FOUND, CUT_CONFIG_UNREADABLE, CUT_CONFIG_INVALID
 */
export async function loadConfig ({ cwd, file, env = process.env }: LoadOptions): Promise<Settings> {
  const path = file === undefined ? findConfig(cwd) : resolve(cwd, file)
  const folder = dirname(path)
  const input = await readConfig(path)
  const envFile = (input as { envFile?: unknown } | null)?.envFile
  const known = environmentWith(typeof envFile === 'string' ? resolve(folder, envFile) : undefined, env)
  return resolveConfig(input, { folder, file: path, env: known })
}

function reasonOf (error: unknown): string {
  return error instanceof Error ? error.message.split('\n')[0]! : String(error)
}
