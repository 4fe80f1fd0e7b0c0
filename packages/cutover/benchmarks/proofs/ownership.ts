import { outdated, untried } from '../../../../examples/aegis/tests/ownership/attempts.ts'
import { ownerless } from '../../../../examples/aegis/tests/ownership/belongings.ts'
import { faults, type Fault } from '../../../../examples/aegis/tests/ownership/faults.ts'
import { allRoutes, hasParameter, type Route } from '../../../../examples/aegis/tests/ownership/routes.ts'
import { tryFace } from '../../../../examples/aegis/tests/ownership/trial.ts'
import { faceNames, openWorld, type FaceName, type World } from '../../../../examples/aegis/tests/world.ts'
import { bound, CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'

interface Face {
  readonly name: FaceName
  /** Routes with an id, each with its method, that strangers tried. */
  readonly tried: number
  /** Fields with ids in bodies and queries. */
  readonly references: number
  readonly letIn: ReadonlyArray<{ readonly asked: string, readonly by: string, readonly answered: string }>
  /** Routes and fields that nothing tries, or that are gone. */
  readonly missed: readonly string[]
  /** Planted faults that nobody found. */
  readonly unfound: readonly string[]
}

/** Another user's id on every method of every route of aegis, on both faces, next to an id that nobody has. */
export async function run ({ log }: Options): Promise<Figure> {
  const world = await openWorld().catch((error: unknown) => { throw new CannotRun(`no database: ${String(error)}`) })
  try {
    const routes = await routesOf(world)
    const faces: Face[] = []
    for (const name of faceNames) faces.push(await tryOne(world, name, routes, log))
    const withId = routes.filter(route => hasParameter(route) && ownerless[route.shape] === undefined)
    const sum = (count: (face: Face) => number): number => faces.reduce((total, face) => total + count(face), 0)
    return {
      figure: 'ownership',
      bounds: [
        bound('let_in', '== 0', sum(face => face.letIn.length)),
        bound('routes_tried', `>= ${faceNames.length * withId.length}`, sum(face => face.tried)),
        bound('routes_missed', '== 0', sum(face => face.missed.length)),
        bound('references_tried', '', sum(face => face.references)),
        bound('faults_found', `== ${faceNames.length * faults.length}`, sum(face => faults.length - face.unfound.length))
      ],
      faces,
      ownerless,
      method: 'routes are those that Fastify is told of while the app is built, HEAD ones and undocumented ones too. On each face users get something of everything; then everybody to whom it does not belong tries GET, HEAD, POST, PUT, PATCH and DELETE on its id and on an id that nobody has: status, headers and body must be the same, and the status 404. Ids in bodies and queries likewise; lists show nothing to an outsider; what was tried is unchanged after. Then once more with each planted fault, which must be found',
      machine: machine()
    }
  } finally {
    await world.close()
  }
}

async function routesOf (world: World): Promise<readonly Route[]> {
  const services = await world.services()
  try {
    return await allRoutes(services)
  } finally {
    await services.close()
  }
}

async function tryOne (world: World, name: FaceName, routes: readonly Route[], log: Options['log']): Promise<Face> {
  const { estate, attempts } = await tryFace(world, name, routes)
  log(`${name}: ${attempts.tried.size} routes and ${attempts.referencesTried.size} references tried, ${attempts.letIn.length} let in`)
  for (const { asked, by, answered } of attempts.letIn) log(`  ${asked} by ${by}: ${answered}`)
  const unfound: string[] = []
  for (const fault of faults) {
    const found = await findsFault(world, name, routes, fault)
    log(`  planted: ${fault.name}: ${found ? 'found' : 'NOT FOUND'}`)
    if (!found) unfound.push(fault.name)
  }
  return {
    name,
    tried: attempts.tried.size,
    references: attempts.referencesTried.size,
    letIn: attempts.letIn,
    missed: [...untried(routes, estate), ...outdated(routes, estate)],
    unfound
  }
}

async function findsFault (world: World, name: FaceName, routes: readonly Route[], fault: Fault): Promise<boolean> {
  const { attempts } = await tryFace(world, name, routes, fault)
  return attempts.letIn.some(({ asked }) => asked === fault.asked)
}
