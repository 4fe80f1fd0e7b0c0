import { openFace, type FaceName, type World } from '../world.ts'
import { tryAll, type Attempts } from './attempts.ts'
import { furnish, type Estate } from './belongings.ts'
import type { Fault } from './faults.ts'
import type { Route } from './routes.ts'

/** Lets strangers try everything on a face, on a database of its own; with a fault planted, which one stranger is to find, or without. */
export async function tryFace (world: World, name: FaceName, routes: readonly Route[], fault?: Fault): Promise<{ readonly estate: Estate, readonly attempts: Attempts }> {
  const services = await world.services()
  try {
    const face = await openFace(name, fault === undefined ? services : fault.plant(services))
    try {
      const estate = await furnish(face.url, services)
      return { estate, attempts: await tryAll(routes, estate, fault === undefined ? estate.people : [estate.outsider]) }
    } finally {
      await face.close()
    }
  } finally {
    await services.close()
  }
}
