import { readdir, readFile } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { createJiti } from 'jiti'
import { fault } from '../../errors.ts'
import { unescapeKey } from '../compare/pointer.ts'
import { checkedScenario, defineScenario, parseScenario } from './parse.ts'
import type { Scenario } from './scenario.ts'

/** A scenario with the file it came from. */
export interface LoadedScenario {
  readonly scenario: Scenario
  /** Absolute. */
  readonly file: string
}

const texts = new Set(['.yaml', '.yml', '.json'])
const modules = new Set(['.ts', '.mts', '.js', '.mjs'])

/**
 * Reads all scenarios below a folder (`.yaml`, `.yml`, `.json`, and modules whose default export is a scenario or a
 * list of them), in the order of their paths; `found/` last. Names that begin with `.` or `_` are passed over, and so are
 * `node_modules` and declaration files.
 * @throws CUT_SCENARIO_INVALID with every mistake of every file, CUT_SCENARIOS_MISSING
 */
export async function loadScenarios (folder: string): Promise<readonly LoadedScenario[]> {
  const root = resolve(folder)
  const files = await filesBelow(root)
  if (files === undefined) throw fault('CUT_SCENARIOS_MISSING', root)
  const results = await Promise.allSettled(files.map(async file => await readScenarios(file)))
  const failures = results.flatMap(result => result.status === 'rejected' ? [result.reason as Error] : [])
  if (failures.length === 1) throw failures[0]
  if (failures.length > 1) throw Object.assign(fault('CUT_SCENARIO_INVALID', `${failures.length} files of ${root}`, failures.map(({ message }) => message).join('\n')), { cause: failures[0] })
  const loaded = results.flatMap(result => result.status === 'fulfilled' ? result.value : [])
  const names = new Map<string, string>()
  for (const { scenario: { name }, file } of loaded) {
    const other = names.get(name)
    if (other !== undefined) throw fault('CUT_SCENARIO_INVALID', file, `  its name, "${name}", is that of ${other} too; give each scenario a name of its own`)
    names.set(name, file)
  }
  return loaded.map(each => withBorrowed(each, loaded))
}

/** Puts the texts of other scenarios in their places. */
function withBorrowed ({ scenario, file }: LoadedScenario, all: readonly LoadedScenario[]): LoadedScenario {
  const entries = Object.entries(scenario.let ?? {})
  if (!entries.some(([, value]) => typeof value !== 'string' && 'from' in value)) return { scenario, file }
  const values = entries.map(([name, value]) => {
    if (typeof value === 'string' || !('from' in value)) return [name, value] as const
    const { from, at } = value
    const lender = all.find(each => each.scenario.name === from)?.scenario
    const text = at.split('/').slice(1).map(unescapeKey).reduce<unknown>((inner, key) => typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? (inner as Record<string, unknown>)[key] : undefined, lender)
    if (typeof text !== 'string') throw fault('CUT_SCENARIO_INVALID', file, `  let.${name}: ${lender === undefined ? `there is no scenario "${from}" to take it from` : `the scenario "${from}" has no text at ${at}`}; write the text itself, or where it stands`)
    return [name, { from, at, text }] as const
  })
  return { scenario: { ...scenario, let: Object.fromEntries(values) }, file }
}

async function filesBelow (folder: string): Promise<string[] | undefined> {
  let entries
  try {
    entries = await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
  const wanted = entries.filter(({ name }) => !/^[._]|^node_modules$|\.d\.[cm]?ts$/.test(name))
    .sort((a, b) => Number(a.name === 'found') - Number(b.name === 'found') || (a.name < b.name ? -1 : 1))
  const lists = await Promise.all(wanted.map(async entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return await filesBelow(path) ?? []
    return texts.has(extname(entry.name)) || modules.has(extname(entry.name)) ? [path] : []
  }))
  return lists.flat()
}

async function readScenarios (file: string): Promise<readonly LoadedScenario[]> {
  if (texts.has(extname(file))) return [{ scenario: parseScenario(await readFile(file, 'utf8'), file), file }]
  let given: unknown
  try {
    const jiti = createJiti(file, { interopDefault: false, fsCache: false, virtualModules: { 'cutover/parity': { defineScenario } } })
    given = (await jiti.import<{ default?: unknown }>(file)).default
  } catch (error) {
    throw Object.assign(fault('CUT_SCENARIO_INVALID', file, `  it could not be loaded: ${error instanceof Error ? error.message.split('\n')[0]! : String(error)}`), { cause: error })
  }
  if (given === undefined) throw fault('CUT_SCENARIO_INVALID', file, '  it has no default export: write "export default defineScenario({ … })", or a list of scenarios')
  return (Array.isArray(given) ? given : [given]).map(each => ({ scenario: checkedScenario(each, file), file }))
}
