import type { Side, SideName, Sides } from '../../../src/parity/trial/side.ts'
import type { FaultName } from './faults.ts'
import { Shop } from './shop.ts'
import { dumpOf, emptyWorld } from './world.ts'

/** Legacy, its twin and the candidate, each a shop of its own; the candidate with the fault that is switched on. */
export async function openShops (): Promise<Sides & { breakCandidate (fault: FaultName | undefined): void }> {
  const shops = { legacy: new Shop(), twin: new Shop(), candidate: new Shop() }
  await Promise.all(Object.values(shops).map(shop => shop.open()))
  const side = (name: SideName): Side => ({
    name,
    origin: () => shops[name].origin,
    state: {
      name,
      url: 'memory:',
      reset: async () => { shops[name].world = emptyWorld() },
      dump: async () => dumpOf(shops[name].world),
      stop: async () => {},
      start: async () => {}
    },
    revive: async () => {}
  })
  return {
    legacy: side('legacy'),
    twin: side('twin'),
    candidate: side('candidate'),
    breakCandidate (fault) { shops.candidate.fault = fault },
    close: async () => { await Promise.all(Object.values(shops).map(shop => shop.close())) }
  }
}
