import { pino } from 'pino'
import { openState } from '../../../packages/cutover/src/state/open-state.ts'
import type { StateSource } from '../../../packages/cutover/src/state/state.ts'
import type { Side, SideName, Sides } from '../../../packages/cutover/src/parity/trial/side.ts'
import type { TrialContext } from '../../../packages/cutover/src/parity/trial/trial.ts'
import config from '../cutover.config.ts'
import { readEnvironment } from '../environment.ts'
import { buildServer } from '../legacy/http-server.ts'
import { openServices, type Services } from '../services.ts'
import openSurroundings, { derive, type Surroundings } from '../verification.ts'
import { openFace, serve, type OpenFace } from './world.ts'

/** Opens a face on services. */
export type Opening = (services: Services) => Promise<OpenFace>

/** What `cutover verify` runs the faces on, with its database as a source of clones. */
export interface Grounds {
  readonly surroundings: Surroundings
  readonly state: StateSource
  close (): Promise<void>
}

export async function openGrounds (): Promise<Grounds> {
  const surroundings = await openSurroundings()
  const state = await openState(surroundings.state.url, { collections: surroundings.state.collections })
  return {
    surroundings,
    state,
    async close () {
      await state.close()
      await surroundings.close()
    }
  }
}

/** Legacy, its twin and the candidate in this process, each on a clone of the database that is put back for each trial. */
export async function openWorldSides (grounds: Grounds, candidate: Opening = services => openFace('candidate', services)): Promise<TrialContext & { readonly sides: Sides }> {
  const opened = [await openSide(grounds, 'legacy', services => openFace('legacy', services)), await openSide(grounds, 'twin', openLater), await openSide(grounds, 'candidate', candidate)] as const
  const [first, twin, last] = opened
  return {
    sides: { legacy: first, twin, candidate: last, derive, close: async () => { await Promise.all(opened.map(side => side.close())) } },
    rules: config.parity?.compare as TrialContext['rules'],
    noise: {},
    timeoutMs: 10_000,
    bodyLimit: 1_000_000
  }
}

/**
 * Legacy, some milliseconds later than it is asked: times that MongoDB keeps to the millisecond then differ from legacy's, and are
 * known for noise in the first run.
 */
const openLater: Opening = async services => {
  const server = buildServer(services)
  return await serve((request, response) => { setTimeout(() => server.emit('request', request, response), 5) })
}

async function openSide ({ surroundings, state }: Grounds, name: SideName, opening: Opening): Promise<Side & { close (): Promise<void> }> {
  const clone = await state.clone(name)
  const services = await openServices(readEnvironment({ ...surroundings.env, MONGODB_URI: clone.url }), pino({ level: 'silent' }))
  const face = await opening(services)
  return {
    name,
    origin: () => new URL(face.url),
    state: clone,
    revive: async () => {},
    async close () {
      await face.close()
      await services.close()
    }
  }
}
