import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startDatabase } from '../../../../examples/vehicles/data/embedded-postgres.ts'
import { demoAccounts } from '../../../../examples/vehicles/data/seed.ts'
import { startStandIn } from '../../../../examples/vehicles/external/vpic/stand-in.ts'
import { answerOf, measureBlock, type Block } from '../harness/block.ts'
import { medianOf, pick, ratioOf, record, runBlocks, type Samples } from '../harness/blocks.ts'
import { bound, CannotRun, type Bound, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { freePort, startProgram, type Server } from '../harness/process.ts'
import { transpile } from '../harness/transpile.ts'

const faces = ['candidate', 'legacy'] as const
type Face = typeof faces[number]
const paths = { health: '/health', list: '/api/vehicles' } as const
type Path = keyof typeof paths
const pathNames = ['health', 'list'] as const
/** Both paths once, the peak memory afterwards, and that of the process before its first request. */
type Sample = Readonly<Record<Path, Block>> & { readonly peakBytes: number, readonly startBytes: number }

/** The Fastify face of the vehicles example over its Express face: throughput, latency, CPU and memory. */
export async function run (options: Options): Promise<Figure> {
  const folder = await transpile(fileURLToPath(new URL('../../../../examples/vehicles', import.meta.url)))
  const database = await startDatabase().catch((error: unknown) => { throw new CannotRun(`no database: ${String(error)}`) })
  const standIn = await startStandIn()
  try {
    const env = {
      NODE_ENV: 'production',
      DATABASE_URL: database.url,
      VPIC_URL: standIn.url,
      JWT_SECRET: 'a secret of the bench, known to all who read this',
      SEED_DEMO_DATA: 'true'
    }
    const byConnections = new Map<number, Record<Face, Sample[][]>>()
    for (const connections of [10, 50, 100]) byConnections.set(connections, await measure(connections, folder, env, options))
    const bounds = [...byConnections].flatMap(([connections, samples]) => boundsAt(connections, samples))
    const table = (read: (sample: Sample) => number, digits: number) => Object.fromEntries([...byConnections].map(([connections, samples]) =>
      [connections, record(faces, face => Number(medianOf(pick(samples[face], read)).toFixed(digits)))]))
    return {
      figure: 'vehicles',
      bounds,
      median_rps: record(pathNames, path => table(sample => sample[path].rate, 0)),
      median_p95_ms: record(pathNames, path => table(sample => sample[path].p95, 2)),
      median_cpu_us: record(pathNames, path => table(sample => sample[path].cpuPerRequest, 1)),
      median_peak_mb: table(sample => sample.peakBytes / 1e6, 1),
      median_start_mb: table(sample => sample.startBytes / 1e6, 1),
      failed: Object.fromEntries([...byConnections].map(([connections, samples]) =>
        [connections, record(faces, face => samples[face].flat().reduce((sum, sample) => sum + sample.health.failed + sample.list.failed, 0))])),
      method: 'each face in a process of its own on one core, one shared database, request logs on and thrown away; blocks of 1 s interleaved, fresh processes for each number of connections and start. p95 is closed-loop: of the answers at that many connections, each sending its next request when it has its answer. cpu: both paths pooled. memory: ratio of the peak resident sets after the last block',
      machine: machine()
    }
  } finally {
    await standIn.close()
    await database.stop()
  }
}

async function measure (connections: number, folder: string, env: Record<string, string>, options: Options): Promise<Record<Face, Sample[][]>> {
  const starts = options.quick ? 1 : 2
  const rounds = options.quick ? 1 : Math.max(2, Math.round((options.seconds ?? 150) / 3 / starts / 4))
  let headers: Record<string, string> = {}
  const startBytes = new Map<number, number>()
  return runBlocks<Face, Sample>({
    variants: faces,
    starts,
    rounds,
    log: line => options.log(`${connections} connections, ${line}`),
    open: async face => {
      const port = await freePort()
      const server = await startProgram('server', process.execPath, [join(folder, face, 'server.js')], port, { ...env, PORT: String(port) })
      startBytes.set(server.pid, server.usage().peakBytes ?? Number.NaN)
      return server
    },
    warm: async servers => {
      headers = { authorization: `Bearer ${await signIn(servers.legacy)}` }
      for (const path of pathNames) {
        const [ours, theirs] = [await answerOf(servers.candidate, paths[path], { headers }), await answerOf(servers.legacy, paths[path], { headers })]
        if (ours !== theirs || !ours.startsWith('200 ')) throw new CannotRun(`${paths[path]}: the candidate answers ${ours}, legacy ${theirs}`)
        for (const face of faces) await measureBlock(servers[face], { connections, seconds: options.quick ? 1 : 3, headers }, paths[path])
      }
    },
    measure: async server => {
      const health = await measureBlock(server, { connections, seconds: 1 }, paths.health)
      const list = await measureBlock(server, { connections, seconds: 1, headers }, paths.list)
      return { health, list, peakBytes: server.usage().peakBytes ?? Number.NaN, startBytes: startBytes.get(server.pid) ?? Number.NaN }
    }
  })
}

function boundsAt (connections: number, samples: Record<Face, Sample[][]>): Bound[] {
  const ratio = (read: (sample: Sample) => number) => ratioOf(pick(samples.candidate, read), pick(samples.legacy, read))
  const both = (face: Face): Samples<number> => samples[face].map(group => group.flatMap(sample => pathNames.map(path => sample[path].cpuPerRequest)))
  const last = (face: Face): Samples<number> => samples[face].map(group => [group.at(-1)!.peakBytes])
  return [
    ...pathNames.map(path => bound(`${path}_rps_${connections}`, '>= 2', ratio(sample => sample[path].rate))),
    ...pathNames.map(path => bound(`${path}_p95_${connections}`, '<= 0.5', ratio(sample => sample[path].p95))),
    bound(`cpu_${connections}`, '<= 1', ratioOf(both('candidate'), both('legacy'))),
    bound(`memory_${connections}`, '<= 1', ratioOf(last('candidate'), last('legacy')))
  ]
}

async function signIn (server: Server): Promise<string> {
  const { email, password } = demoAccounts[0]
  const response = await fetch(`${server.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password })
  })
  const { token } = await response.json() as { token?: string }
  if (token === undefined) throw new CannotRun(`signing in to vehicles answered ${response.status}`)
  return token
}
