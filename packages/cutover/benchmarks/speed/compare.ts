import { isDeepStrictEqual } from 'node:util'
import deepDiff from 'deep-diff'
import { diff as jsondiffpatch } from 'jsondiffpatch'
import microdiff from 'microdiff'
import type { ExchangeResponse } from '../../src/message/exchange.ts'
import type { compareResponses as Compare } from '../../src/parity/compare/compare.ts'
import { orderOf } from '../harness/blocks.ts'
import { bound, type Bound, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { median, pairedRatios, ratioInterval, seeded } from '../harness/statistics.ts'

const sizes = { '1kB': 1_000, '10kB': 10_000, '1MB': 1_000_000 } as const
type Size = keyof typeof sizes
const shapes = ['equal', 'near', 'noisy'] as const
type Shape = typeof shapes[number]

/** Comparing two answers with JSON bodies, against parsing both bodies, and against what others compare with. */
export async function run (options: Options): Promise<Figure> {
  const { compareResponses } = await import(new URL('../../dist/parity/compare/compare.js', import.meta.url).href) as { compareResponses: typeof Compare }
  const cases = Object.keys(sizes).flatMap(size => shapes.map(shape => ({ size: size as Size, shape })))
  const seconds = options.seconds ?? (options.quick ? 10 : 90)
  const results = new Map<string, Measured>()
  for (const one of cases) {
    results.set(`${one.shape}_${one.size}`, measure(variantsOf(one.size, one.shape, compareResponses), seconds / cases.length))
    options.log(`${one.shape} ${one.size}: ${(median(results.get(`${one.shape}_${one.size}`)!.ours) * 1e3).toFixed(2)} µs, two JSON.parse ${(median(results.get(`${one.shape}_${one.size}`)!.parse) * 1e3).toFixed(2)} µs`)
  }
  const wants: Readonly<Record<string, string>> = { equal_10kB: '<= 0.2', near_10kB: '<= 2', near_1MB: '<= 2' }
  const over = (name: string, theirs: Variant) => ratioInterval([pairedRatios(results.get(name)!.ours, results.get(name)![theirs])], seeded(1))
  return {
    figure: 'compare',
    bounds: [
      ...[...results.keys()].map(name => bound(name, wants[name] ?? '', over(name, 'parse'))),
      ...others.map((name): Bound => bound(`vs_${name}`, '', over('near_10kB', name))),
      ...others.map((name): Bound => bound(`vs_${name}_1MB`, '', over('near_1MB', name)))
    ],
    medians_ms: Object.fromEntries([...results].map(([name, samples]) => [name, Object.fromEntries(Object.entries(samples).map(([variant, times]) => [variant, Number(median(times).toPrecision(4))]))])),
    method: 'records of a list with ids, times, numbers, nested objects; near: one value in each 1000 bytes changed (at least one), half of them to another length; noisy: id and time of every record changed; whole answers as buffers in; others parse both bodies, then compare; variants interleaved in one process, forward and backward; value: ratio of neighbours, midmean over rounds',
    machine: machine()
  }
}

const others = ['microdiff', 'deep_diff', 'jsondiffpatch', 'isDeepStrictEqual'] as const
const variants = ['ours', 'parse', ...others] as const
type Variant = typeof variants[number]
type Measured = Record<Variant, number[]>

function variantsOf (size: Size, shape: Shape, compareResponses: typeof Compare): Record<Variant, () => unknown> {
  const [a, b] = pairOf(sizes[size], shape)
  const parsed = () => [JSON.parse(a.body.toString()), JSON.parse(b.body.toString())] as const
  return {
    ours: () => compareResponses(a, b).total,
    parse: parsed,
    microdiff: () => microdiff(...parsed()).length,
    deep_diff: () => deepDiff.diff(...parsed())?.length,
    jsondiffpatch: () => jsondiffpatch(...parsed()),
    isDeepStrictEqual: () => isDeepStrictEqual(...parsed())
  }
}

/** Milliseconds of one run, by variant and round. */
function measure (run: Record<Variant, () => unknown>, seconds: number): Measured {
  const samples = Object.fromEntries(variants.map(name => [name, [] as number[]])) as Measured
  const repeats = Object.fromEntries(variants.map(name => [name, repeatsOf(run[name])])) as Record<Variant, number>
  const end = performance.now() + seconds * 1000
  for (let round = 0; round < 8 || performance.now() < end; round++) {
    for (const name of orderOf(variants, round)) {
      const from = performance.now()
      for (let repeat = 0; repeat < repeats[name]; repeat++) run[name]()
      samples[name].push((performance.now() - from) / repeats[name])
    }
  }
  return samples
}

/** How often to run in one sample so that it takes about 5 ms; warms up on the way. */
function repeatsOf (run: () => unknown): number {
  const warm = performance.now() + 100
  let runs = 0
  while (performance.now() < warm) {
    run()
    runs++
  }
  return Math.max(1, Math.round(runs / 20))
}

/** Two answers with records of a list; the same seed makes the same ones. */
function pairOf (bytes: number, shape: Shape): readonly [ExchangeResponse, ExchangeResponse] {
  const random = seeded(7)
  const records: unknown[] = []
  for (let size = 0; size < bytes; size += JSON.stringify(records.at(-1)).length + 1) records.push(recordOf(records.length, random))
  const changed = structuredClone(records) as Array<ReturnType<typeof recordOf>>
  if (shape === 'near') {
    const step = Math.max(1, Math.round(records.length / Math.max(1, bytes / 1000)))
    for (let index = step >> 1; index < changed.length; index += step) {
      if (index % 2 === 0) changed[index]!.mileage += 1
      else changed[index]!.owner.name += ' jr.'
    }
  }
  if (shape === 'noisy') {
    for (const record of changed) {
      record.id = idOf(random)
      record.updatedAt = new Date(1_700_000_000_000 + Math.floor(random() * 1e10)).toISOString()
    }
  }
  const answer = (items: unknown[]): ExchangeResponse => ({
    status: 200,
    headers: [['Content-Type', 'application/json; charset=utf-8'], ['Vary', 'Accept-Encoding'], ['Cache-Control', 'no-store']],
    body: Buffer.from(JSON.stringify({ items, total: items.length, page: 1 }))
  })
  return [answer(records), answer(changed)]
}

function recordOf (index: number, random: () => number) {
  return {
    id: idOf(random),
    plate: `AB-${1000 + index}-CD`,
    mileage: Math.floor(random() * 200_000),
    price: Math.round(random() * 1e6) / 100,
    active: random() < 0.5,
    note: random() < 0.5 ? null : 'Needs a look at the brakes before winter, says Müller',
    updatedAt: new Date(1_600_000_000_000 + Math.floor(random() * 1e11)).toISOString(),
    owner: { name: `Owner ${index}`, tags: ['fleet', 'north', String(index % 7)] }
  }
}

function idOf (random: () => number): string {
  const digits = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('')
  return `${digits(8)}-${digits(4)}-4${digits(3)}-a${digits(3)}-${digits(12)}`
}
