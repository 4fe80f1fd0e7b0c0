import type autocannon from 'autocannon'
import type * as hdr from 'hdr-histogram-js'
import { coreMs, usageOfAll } from '../process/usage.ts'
import type { ClosedResult, ClosedTask, LoadRequest, WarmResult, WarmTask } from './protocol.ts'
import { isSteady } from './steadiness.ts'

/** The packages that send and record. */
export interface Instruments {
  readonly autocannon: typeof autocannon
  readonly hdr: Pick<typeof hdr, 'build'>
}

/** How often autocannon looks whether it was stopped, milliseconds. */
const lookMs = 10
/** The longest latency that is recorded as it is, microseconds. */
const longest = 60_000_000

/** Makes a histogram of microseconds. */
export function histogramOf ({ hdr }: Instruments): hdr.Histogram {
  return hdr.build({ lowestDiscernibleValue: 1, highestTrackableValue: longest, numberOfSignificantValueDigits: 3 })
}

/** Records milliseconds. */
export function record (histogram: hdr.Histogram, milliseconds: number): void {
  histogram.recordValue(Math.min(longest, Math.max(1, Math.round(milliseconds * 1000))))
}

/** Whether an answer to one of these requests is good. */
export function goodAnswers (requests: readonly LoadRequest[]): (status: number) => boolean {
  const wanted = new Set(requests.map(({ status }) => status).filter(status => status !== undefined))
  const open = requests.some(({ status }) => status === undefined)
  return status => wanted.has(status) || (open && status >= 200 && status < 400)
}

/** Sends for a while, and counts what was answered in it. */
export async function closedLoop (task: ClosedTask, instruments: Instruments, signal: AbortSignal): Promise<ClosedResult> {
  const latencies = histogramOf(instruments)
  let [requests, failed, counting] = [0, 0, false]
  const isGood = goodAnswers(task.requests)
  const load = send(task, instruments, (status, milliseconds) => {
    if (!counting) return
    requests++
    if (isGood(status)) record(latencies, milliseconds)
    else failed++
  }, () => { if (counting) failed++ })
  try {
    await pause(task.rampMs, signal)
    const before = { own: process.cpuUsage(), server: usageOfAll(task.pids).cpuMs, core: coreOf(task), at: performance.now() }
    counting = true
    await pause(task.ms, signal)
    counting = false
    const ms = performance.now() - before.at
    const server = usageOfAll(task.pids).cpuMs
    const core = coreOf(task)
    const cpuMs = server === null || before.server === null ? null : server - before.server
    const { user, system } = process.cpuUsage(before.own)
    return {
      requests,
      ms,
      failed,
      p50: latencies.getValueAtPercentile(50) / 1000,
      p95: latencies.getValueAtPercentile(95) / 1000,
      cpuMs,
      generatorBusy: (user + system) / 1000 / ms,
      foreign: core === null || before.core === null || cpuMs === null ? null : Math.max(0, core - before.core - cpuMs) / ms
    }
  } finally {
    await load.stop()
  }
}

/** Sends until the rates of slices are steady, or the time is up. */
export async function warmUp (task: WarmTask, instruments: Instruments, signal: AbortSignal): Promise<WarmResult> {
  let [count, total, failed] = [0, 0, 0]
  const isGood = goodAnswers(task.requests)
  const load = send(task, instruments, status => {
    count++
    if (!isGood(status)) failed++
  }, () => { failed++ })
  const rates: number[] = []
  try {
    const from = performance.now()
    let last = from
    while (performance.now() - from < task.mostMs && !signal.aborted) {
      await pause(task.sliceMs, signal)
      const now = performance.now()
      rates.push(count * 1000 / (now - last))
      total += count
      count = 0
      last = now
      if (now - from >= task.leastMs && total >= task.leastRequests && isSteady(rates)) break
    }
    return { steady: isSteady(rates), rates, failed }
  } finally {
    await load.stop()
  }
}

function coreOf ({ core }: ClosedTask): number | null {
  return core === null ? null : coreMs(core)
}

function send (
  { origin, requests, connections }: ClosedTask | WarmTask, { autocannon }: Instruments,
  answered: (status: number, milliseconds: number) => void, broken: () => void
): { stop (): Promise<void> } {
  const options = {
    url: origin,
    connections,
    // It is stopped before.
    duration: 3600,
    sampleInt: lookMs,
    timeout: 10,
    requests: requests.map(({ method, path, headers, body }) => ({ method: method as 'GET', path, headers: { ...headers }, ...(body !== undefined && { body }) }))
  }
  let over = (): void => {}
  const done = new Promise<void>(resolve => { over = resolve })
  const run = autocannon(options, () => over())
  run.on('response', (_client, status, _bytes, milliseconds) => answered(status, milliseconds))
  run.on('reqError', broken)
  return {
    async stop () {
      run.stop?.()
      await done
    }
  }
}

function pause (ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve()
    const over = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', over)
      resolve()
    }
    const timer = setTimeout(over, ms)
    signal.addEventListener('abort', over)
  })
}
