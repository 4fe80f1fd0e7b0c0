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

/**
 * Ratios of the CPU that requests cost, one a start: the kernel counts CPU in steps that are long for a block. With a
 * single start a ratio a round.
 */
export function cpuRatiosOf (blocks: readonly Block[], ours: string, theirs: string): number[][] {
  const starts = [...new Set(blocks.map(({ start }) => start))]
  if (starts.length === 1) return ratiosOf(blocks, ours, theirs, block => block.cpuMs)
  const cost = (backend: string, start: number): number => {
    const own = blocks.filter(block => block.backend === backend && block.start === start && block.cpuMs !== null)
    return own.reduce((sum, { cpuMs, rate }) => sum + cpuMs! * rate, 0) / own.reduce((sum, { rate }) => sum + rate, 0)
  }
  return starts.map(start => [cost(ours, start) / cost(theirs, start)].filter(ratio => ratio > 0 && Number.isFinite(ratio)))
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
    cpu: intervalOf(cpuRatiosOf(blocks, backend, baseline))
  }
}

/** Of the slowest backend's rate this part is offered to all. */
const offeredPart = 0.7

/**
 * A rate that the slowest backend can bear, from its best block of each: one that other programs disturbed says nothing of
 * what a backend can do. Both instances of the baseline are one program.
 */
export function offeredRate (blocks: readonly Block[], baseline: string, part: number = offeredPart): number {
  const best = new Map<string, number>()
  for (const { backend, rate } of blocks) {
    const name = backend === twinName ? baseline : backend
    best.set(name, Math.max(best.get(name) ?? 0, rate))
  }
  return best.size === 0 ? 0 : Math.min(...best.values()) * part
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

/** How a backend is called in notes. */
export function shownName (name: string): string {
  return name === twinName ? "legacy's second instance" : name
}

/** A generator, or a server, that is busy for this part of a core is at its limit. */
const atLimit = 0.9
/** One that is busy for less than this, while others leave it its core, waits for something. */
const waits = 0.7
/** Of the requests at an offered rate this part may be sent late. */
const lateAllowed = 0.01

/** What a reader must know of the blocks: who was the limit, what failed. */
export function notesOf (blocks: readonly Block[], latencies: readonly LatencyBlock[]): string[] {
  const names = [...new Set(blocks.map(({ backend }) => backend))]
  const typical = (name: string, read: (block: Block) => number | null | undefined): number =>
    median(blocks.filter(({ backend }) => backend === name).flatMap(block => read(block) ?? []))
  const said = (chosen: readonly string[], read: (name: string) => number): string => chosen.map(name => `${shownName(name)} (${percent(read(name))})`).join(', ')
  const busy = (name: string): number => typical(name, block => block.busy)
  const generator = (name: string): number => typical(name, block => block.generatorBusy)
  const foreign = (name: string): number => typical(name, block => block.foreign)
  const limited = names.filter(name => generator(name) >= atLimit && !(busy(name) >= atLimit))
  const waiting = names.filter(name => busy(name) < waits && !limited.includes(name) && !(foreign(name) > 1 - waits))
  const late = (name: string): number => {
    const own = latencies.filter(({ backend }) => backend === name)
    return own.reduce((sum, block) => sum + block.late, 0) / Math.max(1, own.reduce((sum, block) => sum + block.sent, 0))
  }
  const overdue = names.filter(name => late(name) > lateAllowed)
  const failed = (name: string): number => [...blocks, ...latencies].filter(({ backend }) => backend === name).reduce((sum, block) => sum + block.failed, 0)
  const failing = names.filter(name => failed(name) > 0)
  return [
    ...limited.length === 0 ? [] : [`The load generator was the limit, not the backend: ${said(limited, generator)} of its core. What it was the limit of is at least as fast as shown.`],
    ...waiting.length === 0 ? [] : [`Waiting was the limit (a database, timers, a lock), not CPU: ${said(waiting, busy)} of their core.`],
    ...overdue.length === 0 ? [] : [`The sender of the offered rate was late itself: ${said(overdue, late)} of the requests. These latencies are in part its own.`],
    ...failing.length === 0 ? [] : [`Failed requests: ${failing.map(name => `${shownName(name)} ${failed(name)}`).join(', ')}.`]
  ]
}

function percent (part: number): string {
  return `${Math.round(part * 100)} %`
}
