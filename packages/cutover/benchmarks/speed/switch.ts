import { join } from 'node:path'
import { answerOf, measureBlock, waited, type Block } from '../harness/block.ts'
import { medianOf, pick, ratioOf, record, runBlocks } from '../harness/blocks.ts'
import { bound, CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { startNode } from '../harness/process.ts'
import { withScratch } from '../harness/scratch.ts'

// What is compared stands side by side, since the machine drifts. `fastify_again` is a second process of the bare Fastify: what it differs by is what nothing differs by.
const kinds = {
  fastify: 'fastify',
  candidate: 'candidate',
  candidate_plain: 'candidate_plain',
  fastify_again: 'fastify',
  express: 'express',
  legacy: 'legacy',
  bridge: 'bridge'
} as const
type Name = keyof typeof kinds
const variants = Object.keys(kinds) as Name[]
const load = { connections: 50, seconds: 1 }

/** Requests a second of a small JSON GET through the switch in process, over the bare frameworks. */
export async function run (options: Options): Promise<Figure> {
  // Processes of one program differ by how V8 came to compile it, for as long as they live: many starts, few rounds.
  const starts = options.quick ? 1 : 8
  const rounds = options.quick ? 2 : Math.max(2, Math.round((options.seconds ?? 150) / starts / variants.length))
  const blocks = await withScratch(folder => runBlocks({
    variants,
    starts,
    rounds,
    log: options.log,
    open: name => startNode({ file: 'hello.mjs', args: [kinds[name], join(folder, name)], role: 'server' }),
    measure: server => measureBlock(server, load, '/hello'),
    warm: async servers => {
      for (const name of variants) {
        const body = (await answerOf(servers[name], '/hello')).split(' ').at(-1)
        if (body !== '{"hello":"world"}') throw new CannotRun(`${name} answers ${body}`)
        await measureBlock(servers[name], { ...load, seconds: options.quick ? 1 : 3 }, '/hello')
      }
    }
  }))
  const read = (name: Name, key: keyof Block) => pick(blocks[name], block => block[key])
  const rates = record(variants, name => read(name, 'rate'))
  const busy = record(variants, name => Number(medianOf(read(name, 'busy')).toFixed(2)))
  const note = waited(busy)
  if (note !== undefined) options.log(note)
  return {
    figure: 'switch',
    bounds: [
      bound('candidate', '>= 0.93', ratioOf(rates.candidate, rates.fastify)),
      bound('legacy', '>= 0.97', ratioOf(rates.legacy, rates.express)),
      bound('candidate_plain', '>= 0.98', ratioOf(rates.candidate_plain, rates.fastify)),
      bound('fastify_express', '', ratioOf(rates.bridge, rates.express))
    ],
    noise_floor: ratioOf(rates.fastify_again, rates.fastify),
    median_rps: record(variants, name => Math.round(medianOf(rates[name]))),
    // What one process of a program does differently from another of the same shows here alone.
    median_rps_by_start: record(variants, name => rates[name].map(start => Math.round(medianOf([start])))),
    median_cpu_us: record(variants, name => Number(medianOf(read(name, 'cpuPerRequest')).toFixed(2))),
    notes: note === undefined ? [] : [note],
    server_busy: busy,
    cpu_ratio: {
      candidate: ratioOf(read('fastify', 'cpuPerRequest'), read('candidate', 'cpuPerRequest')),
      legacy: ratioOf(read('express', 'cpuPerRequest'), read('legacy', 'cpuPerRequest')),
      candidate_plain: ratioOf(read('fastify', 'cpuPerRequest'), read('candidate_plain', 'cpuPerRequest'))
    },
    failed: record(variants, name => blocks[name].flat().reduce((sum, block) => sum + block.failed, 0)),
    method: 'GET /hello, 50 connections, closed loop, blocks of 1 s interleaved; value: ratio within each round, the middle half of the rounds of each start, geometric mean over starts. cpu_ratio: requests a CPU second over bare, which does not depend on the load',
    starts,
    rounds,
    machine: machine()
  }
}
