import type { GateResult } from '../../config/control.ts'
import type { GateSettings } from '../../config/rollout-settings.ts'
import type { ProcessReading } from '../reading.ts'
import type { Gate } from './gate.ts'
import { joinParts, type PartResult } from './part.ts'
import { bytes, milliseconds, perCent, whole } from './wording.ts'

type Kind = 'memory' | 'cpu' | 'eventLoopDelay'

/** The last readings of one process; plain JSON. */
export interface Watched {
  readonly pid: number
  /** Oldest first. */
  readonly readings: ReadonlyArray<{ readonly at: number, readonly value: number }>
}

export interface ProcessSeen {
  readonly candidate: Watched | null
  readonly legacy: Watched | null
  /** How often the candidate's process has been started again. */
  readonly restarts: number
  readonly samples: number
}

/** Over how long a process is looked at: one high reading is a garbage collection, all of them are not. */
const windowMs: Readonly<Record<Kind, number>> = { memory: 3_000, cpu: 5_000, eventLoopDelay: 3_000 }
const units = { memory: 'bytes', cpu: 'cores', eventLoopDelay: 'ms' } as const
const words: Readonly<Record<Kind, (value: number) => string>> = { memory: bytes, cpu: cores => `${perCent(cores)} of a core`, eventLoopDelay: milliseconds }
const fewestReadings = 5
const mostReadings = 30
/** As often as anything must happen before it takes a feature back. */
const mostRestarts = 3

/**
 * `memory`, `cpu` and `eventLoopDelay` of the candidate's process: the median of the last seconds, the CPU time over them.
 * It fails as soon as that is over the bound, and when the process is started again and again, which begins each anew.
 */
export function processGate ({ kind, name, bound: { below, relativeToLegacy: factor } }: Extract<GateSettings, { kind: Kind }>): Gate<ProcessSeen> {
  const say = words[kind]
  const judge = (seen: ProcessSeen): GateResult => {
    if (seen.restarts >= mostRestarts) {
      return { gate: name, verdict: 'fail', reason: `the candidate's process was started again ${seen.restarts} times`, samples: seen.samples, value: seen.restarts, unit: 'count' }
    }
    const value = levelOf(kind, seen.candidate)
    if (value === undefined) {
      const again = seen.restarts === 0 ? '' : `, as its process was started again (${seen.restarts})`
      const reason = seen.samples === 0 ? `the candidate's ${said[kind]} is not known` : `the candidate's ${said[kind]} has not been watched for long enough yet${again}`
      return { gate: name, verdict: 'no data', reason, samples: seen.samples, unit: units[kind], ...(below === undefined ? {} : { bound: below }) }
    }
    return joinParts(name, [...(below === undefined ? [] : [against(value, below, '', seen)]), ...(factor === undefined ? [] : [relatively(value, factor, seen)])])
  }

  return {
    name,
    open: () => ({ candidate: null, legacy: null, restarts: 0, samples: 0 }),
    enterStage: seen => seen,
    observe (seen, _before, { at, processes }) {
      const candidate = watch(kind, seen.candidate, processes.candidate, at)
      const known = processes.candidate !== undefined && readingOf(kind, processes.candidate) !== undefined
      return {
        candidate,
        legacy: factor === undefined ? null : watch(kind, seen.legacy, processes.legacy, at),
        restarts: seen.restarts + (seen.candidate !== null && candidate !== null && seen.candidate.pid !== candidate.pid ? 1 : 0),
        samples: seen.samples + (known ? 1 : 0)
      }
    },
    alarmed: seen => judge(seen).verdict === 'fail',
    judge
  }

  function against (value: number, bound: number, how: string, { samples }: ProcessSeen): PartResult {
    const reason = `${say(value)} over the last ${whole(windowMs[kind] / 1000)} s, bound ${say(bound)}${how}`
    return { verdict: value > bound ? 'fail' : 'pass', reason, samples, value, bound, unit: units[kind] }
  }

  function relatively (value: number, times: number, seen: ProcessSeen): PartResult {
    const lacking = (reason: string): PartResult => ({ verdict: 'no data', reason, samples: seen.samples, value, unit: units[kind] })
    if (seen.legacy !== null && seen.legacy.pid === seen.candidate!.pid) return lacking(`legacy and candidate share a process, so that their ${said[kind]} cannot be told apart: give the gate \`below\` instead`)
    const legacy = levelOf(kind, seen.legacy)
    return legacy === undefined ? lacking(`legacy's ${said[kind]} is not known`) : against(value, times * legacy, `, ${times} times legacy's ${say(legacy)}`, seen)
  }
}

const said: Readonly<Record<Kind, string>> = { memory: 'memory', cpu: 'CPU time', eventLoopDelay: 'event-loop delay' }

function readingOf (kind: Kind, { residentBytes, cpuSeconds, eventLoopDelayMs }: ProcessReading): number | undefined {
  return kind === 'memory' ? residentBytes : kind === 'cpu' ? cpuSeconds : eventLoopDelayMs
}

function watch (kind: Kind, watched: Watched | null, process: ProcessReading | undefined, at: number): Watched | null {
  const recent = (watched?.readings ?? []).filter(reading => reading.at >= at - windowMs[kind])
  // A process that is gone for a moment keeps its identity, so that its return under another one is seen.
  const value = process === undefined ? undefined : readingOf(kind, process)
  if (process === undefined || value === undefined) return watched === null ? null : { ...watched, readings: recent }
  if (watched === null || watched.pid !== process.pid) return { pid: process.pid, readings: [{ at, value }] }
  const last = recent.at(-1)
  if (last !== undefined && at - last.at < 0.9 * windowMs[kind] / mostReadings) return { ...watched, readings: recent }
  return { ...watched, readings: [...recent, { at, value }] }
}

/** What a process is at; undefined until it was watched for most of the window. */
function levelOf (kind: Kind, watched: Watched | null): number | undefined {
  const readings = watched?.readings ?? []
  if (readings.length < fewestReadings) return undefined
  const first = readings[0]!
  const last = readings.at(-1)!
  const span = last.at - first.at
  if (span < 0.7 * windowMs[kind]) return undefined
  if (kind === 'cpu') return (last.value - first.value) / (span / 1000)
  const sorted = readings.map(({ value }) => value).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
