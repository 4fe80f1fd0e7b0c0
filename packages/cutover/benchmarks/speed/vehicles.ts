import { fileURLToPath } from 'node:url'
import { startDatabase } from '../../../../examples/runtime/postgres.ts'
import { demoAccounts } from '../../../../examples/vehicles/data/seed.ts'
import { startStandIn } from '../../../../examples/vehicles/external/vpic/stand-in.ts'
import { cpuRatiosOf, intervalOf, ratiosOf } from '../../src/bench/assess.ts'
import { openInstance } from '../../src/bench/instance.ts'
import type { BenchBackend, BenchPlan, Instance } from '../../src/bench/plan.ts'
import type { BenchResult, Block, Interval } from '../../src/bench/result.ts'
import type { runBench as RunBench } from '../../src/bench/run-bench.ts'
import { bound, CannotRun, type Bound, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { median } from '../harness/statistics.ts'
import { transpile } from '../harness/transpile.ts'

const faces = ['legacy', 'candidate', 'hono'] as const
const paths = { health: '/health', list: '/api/vehicles' } as const
const pathNames = ['health', 'list'] as const
type Path = typeof pathNames[number]
const connectionCounts = [10, 50, 100] as const
const ofItsOwn = new Set(['date', 'x-request-id', 'keep-alive', 'connection'])

/** The Fastify face of the vehicles example over its Express face, by the product's own bench; a Hono face beside them. */
export async function run (options: Options): Promise<Figure> {
  const { runBench } = await import(new URL('../../dist/bench/run-bench.js', import.meta.url).href) as { runBench: typeof RunBench }
  const folder = await transpile(fileURLToPath(new URL('../../../../examples/vehicles', import.meta.url)))
  const database = await startDatabase('vehicles').catch((error: unknown) => { throw new CannotRun(`no database: ${String(error)}`) })
  const standIn = await startStandIn()
  try {
    const plan = planOf(folder, {
      NODE_ENV: 'production',
      DATABASE_URL: database.url,
      VPIC_URL: standIn.url,
      JWT_SECRET: 'a secret of the bench, known to all who read this',
      SEED_DEMO_DATA: 'true'
    })
    const results = new Map<number, BenchResult>()
    for (const connections of connectionCounts) {
      let said = ''
      const result = await runBench(plan, {
        connections: [connections],
        timeMs: (options.quick ? 15 : options.seconds ?? 100) * 1000,
        starts: options.quick ? 2 : 8,
        folder: fileURLToPath(new URL('../..', import.meta.url)),
        onProgress: ({ start, starts }) => {
          const line = `${connections} connections, start ${start} of ${starts ?? '?'}`
          if (line !== said) options.log(said = line)
        }
      })
      const refused = result.routes.find(({ answers }) => answers === 'different')
      if (refused !== undefined) throw new CannotRun(`${refused.route}: ${refused.difference!}`)
      results.set(connections, result)
    }
    const table = (read: (blocks: readonly Block[]) => number, path: Path, digits: number) => Object.fromEntries([...results].map(([connections, result]) =>
      [connections, Object.fromEntries(faces.map(face => [face, Number(read(routeOf(result, path).blocks.filter(({ backend }) => backend === face)).toFixed(digits))]))]))
    const each = <Value>(make: (path: Path) => Value): Record<Path, Value> => ({ health: make('health'), list: make('list') })
    return {
      figure: 'vehicles',
      bounds: [...results].flatMap(([connections, result]) => boundsAt(connections, result)),
      hono: Object.fromEntries([...results].map(([connections, result]) => [connections, honoAt(result)])),
      noise_floor: Object.fromEntries([...results].map(([connections, result]) => [connections, each(path => routeOf(result, path).floor?.rate ?? null)])),
      median_rps: each(path => table(blocks => median(blocks.map(({ rate }) => rate)), path, 0)),
      median_closed_p95_ms: each(path => table(blocks => median(blocks.map(({ p95 }) => p95)), path, 2)),
      median_cpu_ms: each(path => table(blocks => median(blocks.flatMap(({ cpuMs }) => cpuMs ?? [])), path, 4)),
      median_p95_ms: each(path => Object.fromEntries([...results].map(([connections, result]) => [connections, Object.fromEntries(faces.map(face =>
        [face, Number(median(routeOf(result, path).latencies.filter(({ backend }) => backend === face).map(({ percentiles }) => percentiles['95']!)).toFixed(3))]))]))),
      offered_rps: each(path => Object.fromEntries([...results].map(([connections, result]) => [connections, Math.round(routeOf(result, path).offered ?? 0)]))),
      start_ms: Object.fromEntries([...results].map(([connections, { backends }]) => [connections, Object.fromEntries(backends.map(({ name, startMs }) => [name, Math.round(median(startMs))]))])),
      failed: Object.fromEntries([...results].map(([connections, result]) => [connections, Object.fromEntries(faces.map(face => [face,
        pathNames.flatMap(path => [...routeOf(result, path).blocks, ...routeOf(result, path).latencies]).filter(({ backend }) => backend === face).reduce((sum, { failed }) => sum + failed, 0)]))])),
      notes: [...results].flatMap(([connections, { notes, routes }]) => [...notes, ...routes.flatMap(route => route.notes.map(note => `${route.route}: ${note}`))].map(note => `${connections} connections: ${note}`)),
      method: 'the product\'s own bench: each face in a process of its own, all held to one core and the load to another, one shared database, request logs on and thrown away; answers compared, fresh processes for each number of connections and start, short blocks interleaved; intervals of Student\'s t over starts. rps: closed loop (autocannon). p95: at an equal offered rate, 70 % of the slowest face\'s, timed from when each request was planned, on at most that many connections. closed_p95: of the answers at that many connections, each sending its next request when it has its answer, as this figure was before. cpu: both paths pooled. memory: peak resident sets after loading',
      machine: machine()
    }
  } finally {
    await standIn.close()
    await database.stop()
  }
}

function planOf (folder: string, env: Readonly<Record<string, string>>): BenchPlan {
  const backend = (name: string, face: string): BenchBackend => ({
    name,
    routes: undefined,
    open: signal => openInstance({
      name,
      source: { kind: 'command', command: `"${process.execPath}" ${face}/server.js`, cwd: folder, env, url: new URL('http://127.0.0.1:1') },
      health: '/health',
      startTimeoutMs: 30_000,
      stopTimeoutMs: 5_000,
      file: undefined,
      env: { NODE_OPTIONS: '' },
      log: () => {},
      signal
    })
  })
  return {
    backends: faces.map(face => backend(face, face)),
    twin: backend('twin', 'legacy'),
    routes: pathNames.map(name => ({ name, feature: undefined })),
    requestsOf: async (_backend, instances) => {
      const headers = { authorization: `Bearer ${await signIn(instances.get('legacy')!)}` }
      return { health: [{ method: 'GET', path: paths.health, headers: {} }], list: [{ method: 'GET', path: paths.list, headers }] }
    },
    differenceOf: (_route, _requests, [ours], [theirs]) => {
      const shown = (answer: typeof ours): string => JSON.stringify([answer?.status, answer?.headers.map(([name, value]) => [name.toLowerCase(), value]).filter(([name]) => !ofItsOwn.has(name!)).sort(), answer?.body.toString()])
      if (ours?.status !== 200) return `legacy answers ${ours?.status ?? 'nothing'}`
      return shown(ours) === shown(theirs) ? undefined : `${shown(ours)} and ${shown(theirs)}`
    }
  }
}

function routeOf (result: BenchResult, path: Path): BenchResult['routes'][number] {
  return result.routes.find(({ route }) => route === path)!
}

/** CPU of both paths together. */
function cpuOf (result: BenchResult, backend: string): Interval | null {
  return intervalOf(cpuRatiosOf(pathNames.flatMap(path => routeOf(result, path).blocks), backend, 'legacy'))
}

function boundsAt (connections: number, result: BenchResult): Bound[] {
  const of = (path: Path) => routeOf(result, path).comparisons.find(({ backend }) => backend === 'candidate')
  return [
    ...pathNames.map(path => bound(`${path}_rps_${connections}`, '>= 2', of(path)?.rate ?? null)),
    ...pathNames.map(path => bound(`${path}_p95_${connections}`, '<= 0.5', of(path)?.p95 ?? null)),
    ...pathNames.map(path => bound(`${path}_closed_p95_${connections}`, '', intervalOf(ratiosOf(routeOf(result, path).blocks, 'candidate', 'legacy', block => block.p95)))),
    bound(`cpu_${connections}`, '<= 1', cpuOf(result, 'candidate')),
    bound(`memory_${connections}`, '<= 1', result.overall.find(({ backend }) => backend === 'candidate')?.peakMemory ?? null)
  ]
}

function honoAt (result: BenchResult): Record<string, unknown> {
  const of = (path: Path) => routeOf(result, path).comparisons.find(({ backend }) => backend === 'hono')
  return {
    ...Object.fromEntries(pathNames.flatMap(path => [[`${path}_rps`, of(path)?.rate ?? null], [`${path}_p95`, of(path)?.p95 ?? null]])),
    cpu: cpuOf(result, 'hono'),
    memory: result.overall.find(({ backend }) => backend === 'hono')?.peakMemory ?? null
  }
}

async function signIn ({ origin }: Instance): Promise<string> {
  const { email, password } = demoAccounts[0]
  const response = await fetch(`${origin.origin}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password })
  })
  const { token } = await response.json() as { token?: string }
  if (token === undefined) throw new CannotRun(`signing in to vehicles answered ${response.status}`)
  return token
}
