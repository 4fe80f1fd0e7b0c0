import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { resolveConfig } from '../../../src/config/resolve.ts'
import type { DossierInputs } from '../../../src/report/dossier/inputs.ts'
import { dossierSettings, readInputs } from '../../../src/report/dossier/read-inputs.ts'

export const folder = join(import.meta.dirname, '../../fixtures/report')

/** Two sample state folders: all is well; vehicles was rolled back, and much is missing. */
export type FixtureName = 'good' | 'rolled-back'

/** The settings of a sample, with changes. */
export function settingsOf (name: FixtureName, change: (config: Record<string, unknown>) => unknown = config => config) {
  const config = JSON.parse(readFileSync(join(folder, name, 'cutover.config.json'), 'utf8')) as Record<string, unknown>
  return resolveConfig(change(config), { folder: join(folder, name), file: join(folder, name, 'cutover.config.json') })
}

/** What a report of a sample is made from. */
export async function inputsOf (name: FixtureName, change?: (config: Record<string, unknown>) => unknown): Promise<DossierInputs> {
  const settings = settingsOf(name, change)
  return await readInputs(settings.stateDir, dossierSettings(settings), 'test', new Date('2026-03-04T12:00:00Z'))
}
