import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { bootstrapRatio } from './interval.ts'
import { Load } from './load.ts'

const variants = ['express5', 'compat', 'fastify', 'off', 'express4'] as const
type Variant = typeof variants[number]

const connections = 40
const blockMilliseconds = 250
const rounds = Number(process.env.COMPAT_ROUNDS ?? 24)

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

/** One block: requests a second, and requests for each second of the server's processor time. */
interface Block {
  readonly rate: number
  readonly perCpu: number
}

/**
 * JSON GET with all rows on against bare Fastify and both Express, as ratios of requests a second,
 * and the plugin with every row off against no plugin. Blocks of a quarter second, one server at a time, in ABCDE EDCBA order;
 * a ratio is taken within each round and the interval is a bootstrap over rounds.
 */
export async function run (options: { log (line: string): void }): Promise<Figure> {
  const servers = {} as Record<Variant, Server>
  try {
    for (const variant of variants) servers[variant] = await start(variant)
    options.log('warming up')
    for (const variant of variants) await servers[variant].load.rate(2500)
    const client = process.cpuUsage()
    const begun = process.hrtime.bigint()
    const halves: Array<Record<Variant, Block>> = []
    for (let round = 0; round < rounds; round++) {
      for (const order of [variants, variants.toReversed()]) {
        const half = {} as Record<Variant, Block>
        for (const variant of order) half[variant] = await measure(servers[variant])
        halves.push(half)
      }
      if ((round + 1) % 4 === 0) options.log(`round ${round + 1} of ${rounds}: ${variants.map(variant => `${variant} ${Math.round(halves.at(-1)?.[variant].rate ?? 0)}/s`).join(', ')}`)
    }
    const used = process.cpuUsage(client)
    const ratio = (over: Variant, under: Variant, of: keyof Block = 'rate') => bootstrapRatio(Array.from({ length: rounds }, (_, i) =>
      Math.sqrt([halves[2 * i], halves[2 * i + 1]].reduce((product, half) => product * (half as Record<Variant, Block>)[over][of] / (half as Record<Variant, Block>)[under][of], 1))))
    return {
      figure: 'compat',
      bounds: [
        { name: 'of_fastify', ...ratio('compat', 'fastify'), want: '>= 0.70' },
        { name: 'of_express5', ...ratio('compat', 'express5'), want: '>= 3' },
        { name: 'of_express4', ...ratio('compat', 'express4'), want: '>= 3' },
        { name: 'off_cost', ...ratio('off', 'fastify'), want: '>= 0.98' }
      ],
      connections,
      rounds,
      requests_per_second: Object.fromEntries(variants.map(variant => [variant, Math.round(median(halves.map(half => half[variant].rate)))])),
      by_processor_time: { of_fastify: ratio('compat', 'fastify', 'perCpu'), of_express5: ratio('compat', 'express5', 'perCpu'), of_express4: ratio('compat', 'express4', 'perCpu'), off_cost: ratio('off', 'fastify', 'perCpu') },
      client_busy: Math.round((used.user + used.system) / Number(process.hrtime.bigint() - begun) * 1e5) / 100
    }
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
