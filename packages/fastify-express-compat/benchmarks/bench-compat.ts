import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { bootstrapRatio, type Interval } from './interval.ts'
import { Load } from './load.ts'

const variants = ['fastify', 'compat', 'express5', 'express4', 'off'] as const
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

/**
 * JSON GET with all rows on against bare Fastify and both Express, as ratios of requests a second,
 * and the plugin with every row off against no plugin. Blocks of a quarter second, one server at a time, in ABCDE EDCBA order;
 * each ratio is taken within one half round and the interval is a bootstrap over those.
 */
export async function run (options: { log (line: string): void }): Promise<Figure> {
  const servers = new Map<Variant, Server>()
  try {
    for (const variant of variants) servers.set(variant, await start(variant))
    const loadOf = (variant: Variant) => (servers.get(variant) as Server).load
    options.log('warming up')
    for (const variant of variants) await loadOf(variant).rate(2500)
    const rates: Array<Record<Variant, number>> = []
    for (let round = 0; round < rounds; round++) {
      for (const order of [variants, variants.toReversed()]) {
        const half = {} as Record<Variant, number>
        for (const variant of order) half[variant] = await loadOf(variant).rate(blockMilliseconds)
        rates.push(half)
      }
      if ((round + 1) % 4 === 0) options.log(`round ${round + 1} of ${rounds}: ${variants.map(variant => `${variant} ${Math.round(rates.at(-1)?.[variant] ?? 0)}/s`).join(', ')}`)
    }
    const ratio = (over: Variant, under: Variant) => bootstrapRatio(rates.map(half => half[over] / half[under]))
    return {
      figure: 'compat',
      bounds: [
        bound('of_fastify', ratio('compat', 'fastify'), '>= 0.70'),
        bound('of_express5', ratio('compat', 'express5'), '>= 3'),
        bound('of_express4', ratio('compat', 'express4'), '>= 3'),
        bound('off_cost', ratio('off', 'fastify'), '>= 0.98')
      ],
      connections,
      blocks: rates.length,
      requests_per_second: Object.fromEntries(variants.map(variant => [variant, Math.round(median(rates.map(half => half[variant])))]))
    }
  } finally {
    for (const { child, load } of servers.values()) {
      load.close()
      child.stdin?.end()
    }
  }
}

function bound (name: string, interval: Interval, want: string) {
  return { name, ...interval, want }
}

interface Server {
  readonly child: ChildProcess
  readonly load: Load
}

async function start (variant: Variant): Promise<Server> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bench-server.js'), variant], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, NODE_ENV: 'production' } })
  const [line] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data') as [Buffer]
  return { child, load: await Load.open(Number(line.toString()), '/vehicle', connections) }
}

function median (values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] as number
}
