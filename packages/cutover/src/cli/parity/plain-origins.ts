import { loadConfig } from '../../config/load.ts'
import type { Settings } from '../../config/settings.ts'
import type { OpenSides } from '../../parity/trial/open-sides.ts'
import { openSideOrigin } from '../../parity/trial/side-process.ts'
import type { GlobalOptions, Surroundings } from '../surroundings.ts'
import type { ParityRun } from './run-parity.ts'

/** Backends that run somewhere already. */
export interface PlainOrigins {
  readonly legacy: URL
  readonly candidate: URL
  readonly twin: URL | undefined
}

/** The config, where there is one: its rules and routes are of use, but not needed. */
export async function settingsIfAny ({ cwd, env }: Surroundings, { config }: GlobalOptions): Promise<Settings | undefined> {
  try {
    return await loadConfig({ cwd, file: config, env })
  } catch (error) {
    if ((error as { code?: string }).code === 'CUT_CONFIG_NOT_FOUND') return undefined
    throw error
  }
}

/**
 * Sides that run already.
 * @throws CUT_SIDE_DOWN
 */
export async function openOrigins ({ legacy, candidate, twin }: PlainOrigins, { progress }: ParityRun): Promise<OpenSides> {
  progress.phase(`Asking whether ${legacy.origin} and ${candidate.origin} are up.`)
  const opened = await Promise.all([
    openSideOrigin('legacy', legacy, undefined),
    twin === undefined ? undefined : openSideOrigin('twin', twin, undefined),
    openSideOrigin('candidate', candidate, undefined)
  ])
  return {
    legacy: opened[0],
    twin: opened[1],
    candidate: opened[2],
    notes: ['Only answers were compared, not databases.'],
    close: async () => { await Promise.all(opened.map(async side => await side?.close())) }
  }
}
