import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { bootstrapRatio } from './interval.ts'
import { Load } from './load.ts'

// `again` is a second process of bare Fastify: what it differs by is what nothing differs by.
const variants = ['express5', 'compat', 'fastify', 'off', 'again', 'express4'] as const
type Variant = typeof variants[number]

const connections = 40
const blockMilliseconds = 250
/** Servers are started afresh this often: two processes of the same program differ for as long as they live. */
const starts = Number(process.env.COMPAT_STARTS ?? 8)
const rounds = Number(process.env.COMPAT_ROUNDS ?? 5)

/** What a figure of the bench or of a proof prints as its last line. */
export interface Figure {
  readonly figure: string
  readonly bounds: ReadonlyArray<{ name: string, value: number, low: number, high: number, want: string }>
  readonly [detail: string]: unknown
}

interface Server {
  readonly load: Load
  cpu (): Promise<number>
  close (): void
}

type Half = Record<Variant, Block>

/** One block: requests a second, and requests for each second of the server's processor time. */
interface Block {
  readonly rate: number
  readonly perCpu: number
}

/**
 * JSON GET with all rows on against bare Fastify and both Express, as ratios of requests a second,
 * and the plugin with every row off against no plugin. Blocks of a quarter second, one server at a time, in turn forward and backward,
 * on servers that are started afresh several times. A ratio is taken within each round, the middle one stands for its start,
 * and the interval is a bootstrap over the starts.
 */
export async function run (options: { log (line: string): void }): Promise<Figure> {
  const client = process.cpuUsage()
  const begun = process.hrtime.bigint()
  const blocks: Half[][] = []
  for (let start = 0; start < starts; start++) {
    const halves = await measureStart()
    blocks.push(halves)
    options.log(`start ${start + 1} of ${starts}: ${variants.map(variant => `${variant} ${Math.round(median(halves.map(half => half[variant].rate)))}/s`).join(', ')}`)
  }
  const used = process.cpuUsage(client)
  const ratio = (over: Variant, under: Variant, of: keyof Block = 'rate') => bootstrapRatio(blocks.map(halves => median(Array.from({ length: rounds }, (_, i) =>
    Math.sqrt(halves.slice(2 * i, 2 * i + 2).reduce((product, half) => product * half[over][of] / half[under][of], 1))))))
  return {
    figure: 'compat',
    bounds: [
      { name: 'of_fastify', ...ratio('compat', 'fastify'), want: '>= 0.70' },
      { name: 'of_express5', ...ratio('compat', 'express5'), want: '>= 3' },
      { name: 'of_express4', ...ratio('compat', 'express4'), want: '>= 3' },
      { name: 'off_cost', ...ratio('off', 'fastify'), want: '>= 0.98' }
    ],
    connections,
    starts,
    rounds,
    requests_per_second: Object.fromEntries(variants.map(variant => [variant, Math.round(median(blocks.flat().map(half => half[variant].rate)))])),
    by_processor_time: { of_fastify: ratio('compat', 'fastify', 'perCpu'), of_express5: ratio('compat', 'express5', 'perCpu'), of_express4: ratio('compat', 'express4', 'perCpu'), off_cost: ratio('off', 'fastify', 'perCpu') },
    noise_floor: ratio('again', 'fastify'),
    client_busy: Math.round((used.user + used.system) / Number(process.hrtime.bigint() - begun) * 1e5) / 100
  }
}

/** Starts every server, warms it up, and measures its blocks: two halves a round. */
async function measureStart (): Promise<Half[]> {
  const servers = {} as Record<Variant, Server>
  try {
    for (const variant of variants) servers[variant] = await start(variant)
    for (const variant of variants) await servers[variant].load.rate(1200)
    const halves: Half[] = []
    for (let round = 0; round < rounds; round++) {
      for (const order of [variants, variants.toReversed()]) {
        const half = {} as Half
        for (const variant of order) half[variant] = await measure(servers[variant])
        halves.push(half)
      }
    }
    return halves
  } finally {
    for (const server of Object.values(servers)) server.close()
  }
}

async function measure (server: Server): Promise<Block> {
  const before = await server.cpu()
  const rate = await server.load.rate(blockMilliseconds)
  const spent = await server.cpu() - before
  return { rate, perCpu: rate * blockMilliseconds / spent }
}

async function start (variant: Variant): Promise<Server> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bench-server.js'), variant], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, NODE_ENV: 'production' } })
  const line = async () => Number((await once(child.stdout, 'data') as [Buffer])[0].toString())
  const load = await Load.open(await line(), '/vehicle', connections)
  return {
    load,
    cpu () { const answer = line(); child.stdin.write('cpu\n'); return answer },
    close () { load.close(); child.stdin.end() }
  }
}

function median (values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] as number
}
