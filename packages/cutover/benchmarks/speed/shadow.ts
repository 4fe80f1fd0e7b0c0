import { answerOf } from '../harness/block.ts'
import { medianOf, orderOf, ratioOf, record } from '../harness/blocks.ts'
import { bound, CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { sendLoad } from '../harness/load.ts'
import { machine } from '../harness/machine.ts'
import { startNode, stopAll, type Server } from '../harness/process.ts'
import { withScratch } from '../harness/scratch.ts'

const variants = ['none', 'shadow_10', 'shadow_100', 'busy_none', 'busy_shadow'] as const
type Variant = typeof variants[number]
const shares: Readonly<Record<Variant, string>> = { none: '0%', shadow_10: '10%', shadow_100: '100%', busy_none: '0%', busy_shadow: '100%' }
const calm = ['none', 'shadow_10', 'shadow_100'] as const
const busy = ['busy_none', 'busy_shadow'] as const
interface Block { readonly requests: number, readonly failed: number, readonly p50: number, readonly p95: number, readonly p99: number, readonly latest: number }
interface Shadowed { readonly features: ReadonlyArray<{ readonly same: number, readonly different: number, readonly skipped: Readonly<Record<string, number>> }> }
interface Counts { readonly compared: number, readonly different: number, readonly load: number, readonly otherwise: number }

/** p99 of clients of the gateway, at a fixed rate, while their GETs are shadowed, over the same without. */
export async function run (options: Options): Promise<Figure> {
  const starts = options.quick ? 1 : 2
  const blockMs = options.quick ? 1_000 : 2_000
  const rounds = options.quick ? 2 : Math.max(2, Math.round((options.seconds ?? 190) * 1000 / starts / variants.length / (blockMs + 300)))
  const p99 = record(variants, () => [] as number[][])
  const p50 = record(variants, () => [] as number[][])
  const counted = record(variants, () => ({ compared: 0, different: 0, load: 0, otherwise: 0 }))
  const rates: Array<{ saturation: number, calm: number, busy: number }> = []
  let [failed, latest] = [0, 0]
  for (let start = 0; start < starts; start++) {
    await withScratch(async folder => {
      const open: Server[] = []
      try {
        const origins = [await startNode({ file: 'upstream.mjs', role: 'load' }), await startNode({ file: 'upstream.mjs', role: 'load' })]
        open.push(...origins)
        const server = await startNode({ file: 'shadow-switch.mjs', args: [folder, origins[0]!.url, origins[1]!.url], role: 'server', channel: true })
        const sender = await startNode({ file: 'open-loop.mjs', role: 'load', channel: true })
        open.push(server, sender)
        const { admin } = await server.ask({}) as { admin: string }
        if (!(await answerOf(server, '/items')).startsWith('200 ')) throw new CannotRun('the gateway does not answer')
        // With shadowing on, so that the compilers have seen it too.
        await setShadow(admin, '100%')
        await sendLoad({ url: `${server.url}/items`, connections: 50, seconds: options.quick ? 1 : 3 })
        await setShadow(admin, '0%')
        const { rate: saturation } = await sendLoad({ url: `${server.url}/items`, connections: 50, seconds: options.quick ? 1 : 3 })
        rates.push({ saturation: Math.round(saturation), calm: Math.round(saturation * 0.3), busy: Math.round(saturation * 0.8) })
        options.log(`start ${start + 1}/${starts}: saturated at ${Math.round(saturation)} requests a second`)
        for (const variant of variants) for (const samples of [p99, p50]) samples[variant].push([])
        const measure = async (variant: Variant, rate: number): Promise<void> => {
          const before = countsOf(await setShadow(admin, shares[variant]))
          const block = await sender.ask({ url: server.url, rate, ms: blockMs + 300, warmMs: 300 }) as Block
          const after = countsOf(await setShadow(admin, '0%'))
          for (const key of ['compared', 'different', 'load', 'otherwise'] as const) counted[variant][key] += after[key] - before[key]
          p99[variant].at(-1)!.push(block.p99)
          p50[variant].at(-1)!.push(block.p50)
          failed += block.failed
          latest = Math.max(latest, block.latest)
        }
        for (let round = 0; round < rounds; round++) {
          for (const variant of orderOf(calm, round)) await measure(variant, saturation * 0.3)
          for (const variant of orderOf(busy, round)) await measure(variant, saturation * 0.8)
          options.log(`start ${start + 1}/${starts}, round ${round + 1}/${rounds}`)
        }
      } finally {
        await stopAll(open)
      }
    })
  }
  const rounded = (samples: typeof p99) => record(variants, variant => Number(medianOf(samples[variant]).toFixed(3)))
  return {
    figure: 'shadow',
    bounds: [
      bound('p99_10', '<= 1.2', ratioOf(p99.shadow_10, p99.none)),
      bound('p99_100', '<= 1.5', ratioOf(p99.shadow_100, p99.none)),
      bound('p99_shed', '<= 1.3', ratioOf(p99.busy_shadow, p99.busy_none))
    ],
    median_p99_ms: rounded(p99),
    median_p50_ms: rounded(p50),
    shadowed: record(variants, variant => counted[variant].compared),
    shed: record(variants, variant => counted[variant].load),
    skipped_otherwise: record(variants, variant => counted[variant].otherwise),
    different: variants.reduce((sum, variant) => sum + counted[variant].different, 0),
    failed,
    latest_send_ms: Number(latest.toFixed(1)),
    rates,
    method: `gateway between two origins in processes of their own, GET of 250 bytes of JSON; saturation measured in the run (50 connections, closed loop); then a fixed rate, 30 % (none, 10 %, 100 % shadowed) and 80 % of it (none, 100 %), each request timed from its planned send; blocks of ${blockMs / 1000} s interleaved on one process, the first 0.3 s of each left out; value: ratio of p99 within each round`,
    starts,
    rounds,
    machine: machine()
  }
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
  return { compared: same + different, different, load, otherwise: Object.values(others).reduce((sum, count) => sum + count, 0) }
}
