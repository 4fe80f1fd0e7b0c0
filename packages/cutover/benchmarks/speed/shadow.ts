import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { answerOf } from '../harness/block.ts'
import { medianOf, orderOf, ratioOf, record } from '../harness/blocks.ts'
import { bound, CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { sendLoad } from '../harness/load.ts'
import { machine } from '../harness/machine.ts'
import { startNode, stopAll, type Server } from '../harness/process.ts'
import { nginx, nginxUpstream } from '../harness/programs.ts'
import { withScratch } from '../harness/scratch.ts'

const variants = ['none', 'shadow_10', 'shadow_100', 'busy_none', 'busy_shadow'] as const
type Variant = typeof variants[number]
const shares: Readonly<Record<Variant, string>> = { none: '0%', shadow_10: '10%', shadow_100: '100%', busy_none: '0%', busy_shadow: '100%' }
const calm = ['none', 'shadow_10', 'shadow_100'] as const
const busy = ['busy_none', 'busy_shadow'] as const
/** What the sender saw of a block; `late99` is how far behind its plan it sent, `busy` the part of its core that it worked. */
interface Block { readonly requests: number, readonly failed: number, readonly p50: number, readonly p95: number, readonly p99: number, readonly late99: number }
interface Shadowed { readonly features: ReadonlyArray<{ readonly same: number, readonly different: number, readonly skipped: Readonly<Record<string, number>> }> }
interface Counts { readonly drawn: number, readonly compared: number, readonly different: number, readonly load: number, readonly otherwise: number }

const warmMs = 300

/** p99 of clients of the gateway, at a fixed rate, while their GETs are shadowed, over the same without. */
export async function run (options: Options): Promise<Figure> {
  const starts = options.quick ? 1 : 3
  const blockMs = 1_000
  const rounds = options.quick ? 2 : Math.max(2, Math.round((options.seconds ?? 240) * 1000 / starts / variants.length / (blockMs + warmMs + 50)))
  const p99 = record(variants, () => [] as number[][])
  const p50 = record(variants, () => [] as number[][])
  const late99 = record(variants, () => [] as number[][])
  const cpu = record(variants, () => [] as number[][])
  const counted = record(variants, () => ({ drawn: 0, compared: 0, different: 0, load: 0, otherwise: 0 }))
  const rates: Array<{ saturation: number, calm: number, busy: number }> = []
  let failed = 0
  for (let start = 0; start < starts; start++) {
    await withScratch(async folder => {
      const open: Server[] = []
      try {
        const origins = [await startOrigin(folder, 'legacy'), await startOrigin(folder, 'candidate')]
        open.push(...origins)
        const server = await startNode({ file: 'shadow-switch.mjs', args: [folder, origins[0]!.url, origins[1]!.url], role: 'server', channel: true })
        open.push(server)
        const sender = await startNode({ file: 'open-loop.mjs', role: 'load', channel: true })
        open.push(sender)
        const { admin } = await server.ask({}) as { admin: string }
        if (!(await answerOf(server, '/items')).startsWith('200 ')) throw new CannotRun('the gateway does not answer')
        // With shadowing on, so that the compilers have seen it too.
        await setShadow(admin, '100%')
        await sender.ask({ url: server.url, rate: 2_000, ms: 2_000, warmMs, seed: 1 })
        await sendLoad({ url: `${server.url}/items`, connections: 50, seconds: options.quick ? 1 : 3 })
        await setShadow(admin, '0%')
        const { rate: saturation } = await sendLoad({ url: `${server.url}/items`, connections: 50, seconds: options.quick ? 1 : 3 })
        rates.push({ saturation: Math.round(saturation), calm: Math.round(saturation * 0.3), busy: Math.round(saturation * 0.8) })
        options.log(`start ${start + 1}/${starts}: saturated at ${Math.round(saturation)} requests a second`)
        for (const variant of variants) for (const samples of [p99, p50, late99, cpu]) samples[variant].push([])
        const measure = async (variant: Variant, rate: number, seed: number): Promise<void> => {
          const before = countsOf(await setShadow(admin, shares[variant]))
          const cpuBefore = server.usage().cpuMs ?? Number.NaN
          const block = await sender.ask({ url: server.url, rate, ms: blockMs + warmMs, warmMs, seed }) as Block
          const cpuMs = (server.usage().cpuMs ?? Number.NaN) - cpuBefore
          const after = countsOf(await setShadow(admin, '0%'))
          for (const key of ['drawn', 'compared', 'different', 'load', 'otherwise'] as const) counted[variant][key] += after[key] - before[key]
          p99[variant].at(-1)!.push(block.p99)
          p50[variant].at(-1)!.push(block.p50)
          late99[variant].at(-1)!.push(block.late99)
          cpu[variant].at(-1)!.push(cpuMs * 1000 / (rate * (blockMs + warmMs) / 1000))
          failed += block.failed
        }
        for (let round = 0; round < rounds; round++) {
          // The same moments for all variants of a round, others in the next.
          for (const variant of orderOf(calm, round)) await measure(variant, saturation * 0.3, round + 1)
          for (const variant of orderOf(busy, round)) await measure(variant, saturation * 0.8, round + 1)
          options.log(`start ${start + 1}/${starts}, round ${round + 1}/${rounds}`)
        }
      } finally {
        await stopAll(open)
      }
    })
  }
  if (counted.busy_shadow.load === 0) throw new CannotRun('nothing was shed at 80 % of saturation: the load did not reach the gateway')
  const rounded = (samples: typeof p99) => record(variants, variant => Number(medianOf(samples[variant]).toFixed(3)))
  const latencies = rounded(p99)
  const lateness = rounded(late99)
  const behind = variants.filter(variant => lateness[variant] > latencies[variant] / 2)
  const notes = behind.length === 0 ? [] : [`the sender itself was late in ${behind.join(', ')}: other programs ran, and the ratios say less of the gateway`]
  for (const note of notes) options.log(note)
  return {
    figure: 'shadow',
    bounds: [
      bound('p99_10', '<= 1.2', ratioOf(p99.shadow_10, p99.none)),
      bound('p99_100', '<= 1.5', ratioOf(p99.shadow_100, p99.none)),
      bound('p99_shed', '<= 1.3', ratioOf(p99.busy_shadow, p99.busy_none))
    ],
    notes,
    median_p99_ms: latencies,
    median_p50_ms: rounded(p50),
    sender_p99_late_ms: lateness,
    cpu_us_a_request: rounded(cpu),
    compared_part: record(variants, variant => counted[variant].drawn === 0 ? 0 : Number((counted[variant].compared / counted[variant].drawn).toFixed(3))),
    compared: record(variants, variant => counted[variant].compared),
    shed: record(variants, variant => counted[variant].load),
    skipped_otherwise: record(variants, variant => counted[variant].otherwise),
    different: variants.reduce((sum, variant) => sum + counted[variant].different, 0),
    failed,
    rates,
    method: `gateway on one core, sender and two origins (${nginx ? 'nginx' : 'node:http'}) on the other, GET of 250 bytes of JSON; saturation measured in the run (50 connections, closed loop); then arrivals at random moments (a Poisson process), 30 % (none, 10 %, 100 % shadowed) and 80 % of it (none, 100 %), each request timed from its planned send whether or not earlier ones are answered; blocks of ${blockMs / 1000} s interleaved on one process, the same moments for all variants of a round, the first ${warmMs / 1000} s of each left out; value: ratio of p99 within each round, the middle half of the rounds of each start, geometric mean over starts`,
    starts,
    rounds,
    machine: machine()
  }
}

async function startOrigin (folder: string, name: string): Promise<Server> {
  if (!nginx) return startNode({ file: 'upstream.mjs', role: 'load' })
  const home = join(folder, name)
  await mkdir(home)
  return nginxUpstream(home)
}

async function setShadow (admin: string, share: string): Promise<Shadowed> {
  const response = await fetch(`${admin}/api/shadow`, {
    method: 'PUT',
    headers: { authorization: 'Bearer a-token-of-the-bench', 'content-type': 'application/json' },
    body: JSON.stringify({ share }),
    signal: AbortSignal.timeout(10_000)
  })
  if (!response.ok) throw new CannotRun(`the admin listener answered ${response.status}: ${await response.text()}`)
  return await response.json() as Shadowed
}

function countsOf ({ features }: Shadowed): Counts {
  const { same, different, skipped } = features[0]!
  const { load = 0, ...others } = skipped
  const otherwise = Object.values(others).reduce((sum, count) => sum + count, 0)
  return { drawn: same + different + load + otherwise, compared: same + different, different, load, otherwise }
}
