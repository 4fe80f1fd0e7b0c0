import type { Side, SideName, Sides } from '../../../packages/cutover/src/parity/trial/side.ts'
import type { TrialContext } from '../../../packages/cutover/src/parity/trial/trial.ts'
import config from '../cutover.config.ts'
import type { OpenServices, Services } from '../services.ts'
import { openFace, type OpenFace, type World } from './world.ts'

/** Opens a face on services. */
export type Opening = (services: Services) => Promise<OpenFace>

/** Legacy, its twin and the candidate in this process, each opened anew on a fresh copy of the database for each trial. */
export async function openWorldSides (world: World, candidate: Opening = services => openFace('candidate', services)): Promise<TrialContext & { readonly sides: Sides }> {
  const legacy: Opening = services => openFace('legacy', services)
  const opened = await Promise.all([openSide(world, 'legacy', legacy), openSide(world, 'twin', legacy), openSide(world, 'candidate', candidate)])
  const [first, twin, last] = opened
  return {
    sides: { legacy: first, twin, candidate: last, close: async () => { await Promise.all(opened.map(side => side.close())) } },
    rules: config.parity?.compare as TrialContext['rules'],
    noise: {},
    timeoutMs: 10_000,
    bodyLimit: 1_000_000
  }
}

async function openSide (world: World, name: SideName, opening: Opening): Promise<Side & { close (): Promise<void> }> {
  let services: OpenServices
  let face: OpenFace
  let poolEnded = false
  const open = async (): Promise<void> => {
    services = await world.services()
    face = await opening(services)
    poolEnded = false
  }
  const close = async (): Promise<void> => {
    await face.close()
    if (!poolEnded) await services.close()
  }
  await open()
  return {
    name,
    origin: () => new URL(face.url),
    revive: async () => {},
    close,
    state: {
      name,
      url: '',
      async reset () {
        await close()
        await open()
      },
      // What is stored is compared where each side runs in a process of its own: `cutover verify`.
      dump: async () => ({ tables: [] }),
      async stop () {
        poolEnded = true
        await services.pool.end()
      },
      start: async () => {}
    }
  }
}
