import type { Block, Comparison, Interval, LatencyBlock, MeasuredBackend, RouteResult } from './result.ts'
import { ratioInterval } from './statistics/ratio-interval.ts'
import { median, seeded } from './statistics/samples.ts'

/** The name under which blocks of the second instance of the baseline are kept. */
export const twinName = 'twin'

type Sample = { readonly start: number, readonly round: number, readonly backend: string }

/**
 * Ratios of two backends' blocks of the same round, by start.
 * @param read a number of a block; null and 0 where there is none
 */
export function ratiosOf<Each extends Sample> (blocks: readonly Each[], ours: string, theirs: string, read: (block: Each) => number | null): number[][] {
  const groups = new Map<number, number[]>()
  for (const block of blocks) {
    if (block.backend !== ours) continue
    const other = blocks.find(each => each.backend === theirs && each.start === block.start && each.round === block.round)
    const [a, b] = [read(block), other === undefined ? null : read(other)]
    if (a === null || b === null || !(a > 0) || !(b > 0)) continue
    groups.set(block.start, [...groups.get(block.start) ?? [], a / b])
  }
  return [...groups.values()]
}

/** The ratio with its interval; null where nothing, or too little, was measured. */
export function intervalOf (groups: ReadonlyArray<readonly number[]>): Interval | null {
  const interval = ratioInterval(groups, seeded(20_260_101))
  return Number.isFinite(interval.value) && Number.isFinite(interval.high) ? interval : null
}

/** What blocks tell of one backend over another; null where its rates could not be compared. */
export function compareBlocks (blocks: readonly Block[], latencies: readonly LatencyBlock[], backend: string, baseline: string): Comparison | null {
  const rate = intervalOf(ratiosOf(blocks, backend, baseline, block => block.rate))
  if (rate === null) return null
  const latency = (percent: string): Interval | null => intervalOf(ratiosOf(latencies, backend, baseline, block => block.percentiles[percent] ?? null))
  return {
    backend,
    rate,
    p50: latency('50'),
    p95: latency('95'),
    p99: latency('99'),
    cpu: intervalOf(ratiosOf(blocks, backend, baseline, block => block.cpuMs))
  }
}

/** The comparisons and the A/A floor that blocks of a route give. */
export function assess (blocks: readonly Block[], latencies: readonly LatencyBlock[], baseline: string): Pick<RouteResult, 'comparisons' | 'floor'> {
  const names = [...new Set(blocks.map(({ backend }) => backend))].filter(name => name !== baseline && name !== twinName)
  const floor = compareBlocks(blocks, latencies, twinName, baseline)
  return {
    comparisons: names.flatMap(name => compareBlocks(blocks, latencies, name, baseline) ?? []),
    floor: floor === null ? null : { rate: floor.rate, p95: floor.p95 }
  }
}

/** Memory and start-up time of a backend over the baseline's. */
export function overallOf (backend: MeasuredBackend, baseline: MeasuredBackend): { readonly backend: string, readonly peakMemory: Interval | null, readonly idleMemory: Interval | null, readonly start: Interval | null } {
  const ratio = (read: (each: MeasuredBackend) => readonly number[]): Interval | null => {
    const [ours, theirs] = [read(backend), read(baseline)]
    return intervalOf(ours.flatMap((value, start) => theirs[start] === undefined ? [] : [[value / theirs[start]]]))
  }
  return { backend: backend.name, peakMemory: ratio(each => each.peakBytes), idleMemory: ratio(each => each.idleBytes), start: ratio(each => each.startMs) }
}

/** A generator, or a server, that is busy for this part of a core is at its limit. */
const atLimit = 0.9
/** Of the requests at an offered rate this part may be sent late. */
const lateAllowed = 0.01

/** What a reader must know of the blocks: who was the limit, what failed. */
export function notesOf (blocks: readonly Block[], latencies: readonly LatencyBlock[]): string[] {
  const notes: string[] = []
  const names = [...new Set(blocks.map(({ backend }) => backend))]
  const middle = (values: ReadonlyArray<number | null>): number | null => {
    const known = values.filter(value => value !== null)
    return known.length === 0 ? null : median(known)
  }
  for (const name of names) {
    const own = blocks.filter(({ backend }) => backend === name)
    const busy = middle(own.map(block => block.busy))
    const generator = middle(own.map(block => block.generatorBusy))
    if (generator !== null && generator >= atLimit && (busy === null || busy < atLimit)) {
      notes.push(`The load generator was the limit for ${name} (busy ${percent(generator)}, ${busy === null ? 'its own load unknown' : `${name} ${percent(busy)}`}): it is at least as fast as shown.`)
    } else if (busy !== null && busy < 0.75 && (generator === null || generator < atLimit)) {
      notes.push(`${name} was busy for ${percent(busy)} of its core only, the load generator for ${generator === null ? 'an unknown part' : percent(generator)}: something else was the limit (a database, other programs, waiting).`)
    }
    const asked = own.reduce((sum, block) => sum + block.rate, 0)
    const failed = own.reduce((sum, block) => sum + block.failed, 0)
    if (failed > 0) notes.push(`${name} failed ${failed} requests while it was measured${asked === 0 ? ': all of them' : ''}.`)
  }
  for (const name of [...new Set(latencies.map(({ backend }) => backend))]) {
    const own = latencies.filter(({ backend }) => backend === name)
    const sum = (read: (block: LatencyBlock) => number): number => own.reduce((total, block) => total + read(block), 0)
    if (sum(block => block.late) > lateAllowed * sum(block => block.sent)) notes.push(`The sender was late for ${percent(sum(block => block.late) / sum(block => block.sent))} of the requests to ${name}: its latencies are in part the sender's own.`)
    if (sum(block => block.failed) > 0) notes.push(`${name} failed ${sum(block => block.failed)} requests at the offered rate.`)
  }
  return notes
}

function percent (part: number): string {
  return `${Math.round(part * 100)} %`
}
