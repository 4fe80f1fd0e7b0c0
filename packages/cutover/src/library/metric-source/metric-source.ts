import type { Backend } from '../../backends/backend.ts'
import type { Settings } from '../../config/settings.ts'
import type { BackendName } from '../../config/target.ts'
import type { MetricSource } from '../../rollout/ports.ts'
import { UnderWay } from '../../switch/under-way.ts'
import type { SwitchParts } from '../assemble.ts'
import { Asked } from './asked.ts'
import { Processes } from './processes.ts'
import { Verified } from './verified.ts'

/** Readings of a running switch, for what decides on them in the same process. */
export interface SwitchMetrics extends MetricSource {
  /** Ends what it does in the background. Readings go on to be given, of what was known last. */
  close (): void
}

/** From when on a request counts that no gate says a bound for. */
const overdueMs = 1_000

/**
 * Reads a running switch: counters and requests under way, its backends' processes, comparisons, and what the user's own
 * gates and Prometheus say. All that takes time is done in the background while a feature is watched; a reading never waits.
 */
export function createMetricSource ({ routing, registry, observation }: Pick<SwitchParts, 'routing' | 'registry' | 'observation'>, backends: Readonly<Record<BackendName, Pick<Backend, 'kind' | 'pid'>>>, settings: Settings): SwitchMetrics {
  const { gates } = settings.rollout
  const processes = new Processes(backends)
  const verified = new Verified(settings)
  const asked = new Asked(gates)
  const overdue = Math.min(...gates.flatMap(gate => gate.kind === 'latency' ? gate.bound.below ?? [] : []), overdueMs)
  const watches = new Map<string, number>()
  // Kept after a watch has ended, so that their totals go on.
  const underWay = new Map<string, UnderWay>()

  const release = (feature: string): void => {
    const left = watches.get(feature)! - 1
    if (left > 0) {
      watches.set(feature, left)
      return
    }
    watches.delete(feature)
    asked.stop(feature)
    const runtime = routing.features.get(feature)
    if (runtime !== undefined) runtime.underWay = undefined
    underWay.get(feature)?.forget()
    if (watches.size > 0) return
    processes.stop()
    verified.stop()
  }

  return {
    read (feature) {
      const runtime = routing.features.get(feature)
      if (runtime === undefined || !settings.metrics) return undefined
      const at = performance.now()
      const known = underWay.get(feature)
      const side = (backend: BackendName) => registry.reading(feature, backend, { agesMs: known?.agesMs(backend, at) ?? [], overdueMs: overdue })
      const shadowed = observation.shadowStatus().features.find(each => each.feature === feature)
      return {
        at,
        share: runtime.share,
        drawn: runtime.feature.stickyBy === undefined,
        drawnTo: { legacy: 0, candidate: 0, ...known?.drawnTo },
        sides: { legacy: side('legacy'), candidate: side('candidate') },
        processes: { legacy: processes.reading('legacy'), candidate: processes.reading('candidate') },
        breaker: runtime.breaker.asking ? 'asking' : runtime.breaker.state,
        excused: runtime.breaker.excused,
        parity: { live: { same: shadowed?.same ?? 0, different: shadowed?.different ?? 0 }, verified: verified.of(feature) },
        asked: asked.answers(feature)
      }
    },
    watch (feature) {
      const runtime = routing.features.get(feature)
      if (runtime === undefined) return () => {}
      const before = watches.get(feature) ?? 0
      watches.set(feature, before + 1)
      if (before === 0) {
        const own = underWay.get(feature) ?? new UnderWay()
        underWay.set(feature, own)
        runtime.underWay = own
        asked.start(feature)
        processes.start()
        verified.start()
      }
      let released = false
      return () => {
        if (!released) release(feature)
        released = true
      }
    },
    close () {
      for (const feature of [...watches.keys()]) {
        watches.set(feature, 1)
        release(feature)
      }
    }
  }
}
