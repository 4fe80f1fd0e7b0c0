import { startDatabase } from '../../../../examples/runtime/postgres.ts'
import { demoAccounts } from '../../../../examples/vehicles/data/seed.ts'
import { startStandIn } from '../../../../examples/vehicles/external/vpic/stand-in.ts'
import { intervalOf, ratiosOf } from '../../src/bench/assess.ts'
import type { BenchResult } from '../../src/bench/result.ts'
import { bound, type Bound, type Figure, type Options } from '../harness/figure.ts'
import { detailsOf } from './example/details.ts'
import type { Example } from './example/example.ts'
import { comparisonOf, measure, memoryOf, pooledCpuOf, routeOf } from './example/measure.ts'
import { signIn } from './example/sign-in.ts'

const routes = ['health', 'list'] as const

const vehicles: Example<typeof routes[number]> = {
  name: 'vehicles',
  faces: ['legacy', 'candidate', 'hono'],
  routes,
  async open () {
    const database = await startDatabase('vehicles')
    const standIn = await startStandIn()
    return {
      env: {
        NODE_ENV: 'production',
        DATABASE_URL: database.url,
        VPIC_URL: standIn.url,
        JWT_SECRET: 'a secret of the bench, known to all who read this',
        SEED_DEMO_DATA: 'true'
      },
      async close () {
        await standIn.close()
        await database.stop()
      }
    }
  },
  async requestsAt (origin) {
    const headers = { authorization: `Bearer ${await signIn('vehicles', origin, demoAccounts[0])}` }
    return { health: { method: 'GET', path: '/health', headers: {} }, list: { method: 'GET', path: '/api/vehicles', headers } }
  }
}

/** The Fastify face of the vehicles example over its Express face, by the product's own bench; a Hono face beside them. */
export async function run (options: Options): Promise<Figure> {
  const results = await measure(vehicles, options)
  return {
    figure: 'vehicles',
    bounds: [...results].flatMap(([connections, result]) => boundsAt(connections, result)),
    hono: Object.fromEntries([...results].map(([connections, result]) => [connections, honoAt(result)])),
    ...detailsOf(vehicles, results, 'both paths pooled')
  }
}

function boundsAt (connections: number, result: BenchResult): Bound[] {
  return [
    ...routes.map(route => bound(`${route}_rps_${connections}`, '>= 2', comparisonOf(result, route)?.rate ?? null)),
    ...routes.map(route => bound(`${route}_p95_${connections}`, '<= 0.5', comparisonOf(result, route)?.p95 ?? null)),
    ...routes.map(route => bound(`${route}_closed_p95_${connections}`, '', intervalOf(ratiosOf(routeOf(result, route).blocks, 'candidate', 'legacy', block => block.p95)))),
    bound(`cpu_${connections}`, '<= 1', pooledCpuOf(result)),
    bound(`memory_${connections}`, '<= 1', memoryOf(result))
  ]
}

function honoAt (result: BenchResult): Record<string, unknown> {
  return {
    ...Object.fromEntries(routes.flatMap(route => [[`${route}_rps`, comparisonOf(result, route, 'hono')?.rate ?? null], [`${route}_p95`, comparisonOf(result, route, 'hono')?.p95 ?? null]])),
    cpu: pooledCpuOf(result, 'hono'),
    memory: memoryOf(result, 'hono')
  }
}
