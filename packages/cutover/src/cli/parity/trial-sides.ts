import type { Settings } from '../../config/settings.ts'
import { formatRoute } from '../../config/route.ts'
import { openSides, type OpenSides } from '../../parity/trial/open-sides.ts'
import type { ParityRun } from './run-parity.ts'

/** Opens legacy, its twin and the candidate, and says what it does; whoever calls closes them by {@link closeSides}. */
export async function openTrialSides (settings: Settings, { log, signal, progress }: ParityRun, twin: boolean): Promise<OpenSides> {
  const { parity: { surroundings, state }, legacy, candidate } = settings
  const runs = legacy.source.kind === 'origin' && candidate.source.kind === 'origin'
  const hasTwin = twin && (legacy.source.kind !== 'origin' || settings.parity.twin !== undefined)
  const names = hasTwin ? 'legacy, its twin and the candidate' : 'legacy and the candidate'
  const clones = surroundings !== undefined || state.url !== undefined ? ', each on a clone of the database' : ''
  progress.phase(runs ? `Asking whether ${names} are up.` : `Starting ${names}${clones}.`)
  return await openSides(settings, { log, signal, twin })
}

/** Stops what was started. */
export async function closeSides (sides: { close (): Promise<void> }, { progress }: ParityRun): Promise<void> {
  progress.phase('Stopping the backends.')
  await sides.close()
}

/** The routes of all features, as the config writes them. */
export function knownRoutes (settings: Settings): readonly string[] {
  return settings.features.flatMap(({ routes }) => routes.map(formatRoute))
}

/** Where both sides answer, for commands to copy: what was started for the run is gone by then, and is named instead. */
export function originsOf ({ legacy, candidate }: Pick<Settings, 'legacy' | 'candidate'>): { readonly legacy: string, readonly candidate: string } {
  const of = ({ name, source }: Settings['legacy']): string => 'url' in source ? source.url.origin : `http://${name.toUpperCase()}`
  return { legacy: of(legacy), candidate: of(candidate) }
}
