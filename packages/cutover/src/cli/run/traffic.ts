import { stat } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import type { Settings } from '../../config/settings.ts'
import { fault } from '../../errors.ts'
import { loadScenarios, type LoadedScenario } from '../../parity/scenario/load.ts'
import type { Scenario } from '../../parity/scenario/scenario.ts'
import { RouteTable } from '../../switch/route-table.ts'
import type { LoadScenario, LoadWork } from './load/protocol.ts'

/** What a rollout of `cutover run` runs under. */
export interface Traffic {
  /** Undefined for what comes to the switch by itself. */
  readonly work: LoadWork | undefined
  /** For a person: `4 scenarios as load`. */
  readonly about: string
}

/** Secrets of a recording, as for `cutover replay`. */
export interface Given {
  readonly headers: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
}

/**
 * What --traffic names: `real`, `scenarios`, a folder of scenarios, or a recording.
 * @throws CUT_USAGE, CUT_SCENARIO_INVALID
 */
export async function trafficOf (named: string, settings: Settings, cwd: string, given: Given): Promise<Traffic> {
  if (named === 'real') return { work: undefined, about: 'the traffic that comes to the switch' }
  const path = named === 'scenarios' ? settings.parity.scenarios : resolve(cwd, named)
  const found = await stat(path).catch(() => undefined)
  const loaded = found?.isDirectory() === true ? await scenariosIn(path) : []
  if (loaded.length > 0) {
    const usable = loaded.map(({ scenario }) => scenario).filter(isLoad)
    if (usable.length === 0) throw fault('CUT_USAGE', `Every scenario in ${path} is about another state of the world (\`given\`): none can be load.`)
    return { work: { kind: 'scenarios', scenarios: asLoad(usable, settings) }, about: `${usable.length} ${usable.length === 1 ? 'scenario' : 'scenarios'} as load` }
  }
  if (named === 'scenarios') throw fault('CUT_USAGE', `There are no scenarios in ${path} to send as load. Write some, or say where traffic comes from: --traffic real, or a recording.`)
  if (found === undefined) throw fault('CUT_USAGE', `--traffic ${named}: there is nothing at ${path}. Name a recording or a folder of scenarios, or write real or scenarios.`)
  return { work: { kind: 'recording', path, ...given }, about: `${relative(cwd, path)} as load` }
}

async function scenariosIn (folder: string): Promise<readonly LoadedScenario[]> {
  return await loadScenarios(folder).catch((error: { code?: string }) => {
    if (error.code === 'CUT_SCENARIOS_MISSING') return []
    throw error
  })
}

/** Nobody takes the database away from a switch that has users. */
function isLoad ({ given }: Scenario): boolean {
  return given === undefined
}

/** Scenarios, with the part of their steps that asks each feature. */
export function asLoad (scenarios: readonly Scenario[], { features }: Pick<Settings, 'features'>): readonly LoadScenario[] {
  const table = new RouteTable(features.flatMap(({ name, routes }) => routes.map(route => [route, { name }] as const)))
  return scenarios.map(scenario => {
    const counts: Record<string, number> = {}
    for (const { request } of scenario.steps) {
      const at = request.indexOf(' ')
      const feature = table.find(request.slice(0, at), request.slice(at + 1).split('?', 1)[0]!.replace(/\$?\{[^}]*\}/g, 'x'))?.name
      if (feature !== undefined) counts[feature] = (counts[feature] ?? 0) + 1 / scenario.steps.length
    }
    return { scenario, features: counts }
  })
}
