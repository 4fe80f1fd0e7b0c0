import { fault } from '../errors.ts'
import type { BackendName } from '../config/target.ts'
import type { BackendStats } from '../config/admin-api.ts'
import type { Cell } from './cell.ts'
import { createRecorder, type Recorder, type RecorderSnapshot } from './recorder.ts'
import type { CellReading, UnderWay } from './side-reading.ts'

/** Everything that was counted for one feature on one backend. */
export interface CellSnapshot extends RecorderSnapshot {
  /** Undefined for requests that no feature lists. */
  readonly feature: string | undefined
  readonly backend: BackendName
}

export interface Registry {
  /**
   * The cell of a feature on a backend; always the same one. `undefined` stands for requests that no feature lists.
   * @param forced for requests that a tester forces: they count in all but `reading`
   * @throws CUT_FEATURE_UNKNOWN
   */
  cell (feature: string | undefined, backend: BackendName, forced?: boolean): Cell
  /** The cells of requests that no feature lists. */
  readonly unlisted: Readonly<Record<BackendName, Cell>>
  /**
   * Counts since the start; rate over the last 10 s; percentiles over the last 30 to 60 s.
   * @throws CUT_FEATURE_UNKNOWN
   */
  stats (feature: string | undefined, backend: BackendName): BackendStats
  /**
   * What a gate judges: totals since the start that only grow, if each request under way is recorded when it ends.
   * @throws CUT_FEATURE_UNKNOWN
   */
  reading (feature: string | undefined, backend: BackendName, underWay?: UnderWay): CellReading
  /** All cells as plain data, features in their given order, unlisted last. */
  snapshot (): readonly CellSnapshot[]
  /** Stops the timer that moves the windows along. Cells may still be recorded into. */
  close (): void
}

const tickMs = 1000

/**
 * Makes the counters of a switch, two cells a feature.
 * @param options.features their names
 * @param options.clock monotonic milliseconds; `performance.now` when left out
 */
export function createRegistry ({ features, clock = () => performance.now() }: {
  readonly features: readonly string[]
  readonly clock?: () => number
}): Registry {
  const start = clock()
  const pair = () => ({ legacy: createRecorder(start), candidate: createRecorder(start) })
  const rows = new Map<string | undefined, Record<BackendName, Recorder>>()
  for (const feature of features) rows.set(feature, pair())
  const unlisted = pair()
  rows.set(undefined, unlisted)

  const tick = () => {
    const now = clock()
    for (const row of rows.values()) {
      row.legacy.tick(now)
      row.candidate.tick(now)
    }
    return now
  }
  // Windows move by this timer and on every read, never on the hot path, which so needs no clock.
  const timer = setInterval(tick, tickMs).unref()

  const find = (feature: string | undefined, backend: BackendName): Recorder => {
    const row = rows.get(feature)
    if (row === undefined) throw fault('CUT_FEATURE_UNKNOWN', String(feature), '', features.join(', ') || 'none')
    return row[backend]
  }
  return {
    cell: (feature, backend, forced = false) => forced ? find(feature, backend).forced : find(feature, backend),
    unlisted,
    stats: (feature, backend) => find(feature, backend).stats(tick()),
    reading: (feature, backend, underWay) => find(feature, backend).reading(underWay),
    snapshot () {
      const now = tick()
      return [...rows].flatMap(([feature, row]) => [
        { feature, backend: 'legacy' as const, ...row.legacy.snapshot(now) },
        { feature, backend: 'candidate' as const, ...row.candidate.snapshot(now) }
      ])
    },
    close: () => clearInterval(timer)
  }
}
