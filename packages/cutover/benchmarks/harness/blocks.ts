import { orderOf } from '../../src/bench/order.ts'
import type { Server } from './process.ts'
import { stopAll } from './process.ts'
import { median, pairedRatios, ratioInterval, seeded, type Interval } from './statistics.ts'

/** Samples of one variant: a group for each start of the servers, in it a sample for each round. */
export type Samples<Sample> = ReadonlyArray<readonly Sample[]>

export { orderOf } from '../../src/bench/order.ts'

export interface Plan<Name extends string, Sample> {
  readonly variants: readonly Name[]
  /** How often all servers are started afresh. */
  readonly starts: number
  /** Rounds after each start; every variant is measured once in each. */
  readonly rounds: number
  open (variant: Name): Promise<Server>
  /** Runs once after each start: compares answers, and sends enough requests that the compilers settle. */
  warm (servers: Readonly<Record<Name, Server>>): Promise<void>
  measure (server: Server, variant: Name): Promise<Sample>
  log (line: string): void
}

/** Runs a plan with all servers of a start alive at once. They are stopped whatever happens. */
export async function runBlocks<Name extends string, Sample> (plan: Plan<Name, Sample>): Promise<Record<Name, Sample[][]>> {
  const samples = record(plan.variants, () => [] as Sample[][])
  for (let start = 0; start < plan.starts; start++) {
    const open: Array<[Name, Server]> = []
    try {
      for (const variant of plan.variants) open.push([variant, await plan.open(variant)])
      const servers = Object.fromEntries(open) as Record<Name, Server>
      await plan.warm(servers)
      for (const variant of plan.variants) samples[variant].push([])
      for (let round = 0; round < plan.rounds; round++) {
        for (const variant of orderOf(plan.variants, round)) {
          samples[variant].at(-1)!.push(await plan.measure(servers[variant], variant))
        }
        plan.log(`start ${start + 1}/${plan.starts}, round ${round + 1}/${plan.rounds}`)
      }
    } finally {
      await stopAll(open.map(([, server]) => server))
    }
  }
  return samples
}

/** One number of every sample. */
export function pick<Sample> (samples: Samples<Sample>, read: (sample: Sample) => number): number[][] {
  return samples.map(group => group.map(read))
}

/** The ratio of two variants measured in the same rounds, with its 95 % interval. */
export function ratioOf (ours: Samples<number>, theirs: Samples<number>): Interval {
  return ratioInterval(ours.map((group, start) => pairedRatios(group, theirs[start]!)), seeded(20_260_101))
}

/** The median over all rounds of all starts. */
export function medianOf (samples: Samples<number>): number {
  return median(samples.flat())
}

/** An object with a key for each name. */
export function record<Name extends string, Value> (names: readonly Name[], make: (name: Name) => Value): Record<Name, Value> {
  return Object.fromEntries(names.map(name => [name, make(name)])) as Record<Name, Value>
}
