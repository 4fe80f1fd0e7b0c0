import type { Histogram, Meter, Observable } from '@opentelemetry/api'
import type { FeatureState } from '../../config/control.ts'
import { bucketBounds } from '../../metrics/recorder.ts'
import type { Registry } from '../../metrics/registry.ts'

/** Histograms that are recorded into for each request. */
export interface Durations {
  readonly server: Histogram
  readonly client: Histogram
}

export function makeDurations (meter: Meter): Durations {
  const advice = { explicitBucketBoundaries: [...bucketBounds] }
  return {
    server: meter.createHistogram('http.server.request.duration', { unit: 's', description: 'Duration of HTTP server requests.', advice }),
    client: meter.createHistogram('http.client.request.duration', { unit: 's', description: 'Duration of HTTP client requests.', advice })
  }
}

const states: ReadonlyArray<FeatureState['breaker']> = ['closed', 'open', 'half-open']

/**
 * What is read when somebody collects, and costs no request anything.
 * @returns what stops it
 */
export function observeSwitch (meter: Meter, registry: Registry, features: () => readonly FeatureState[]): () => void {
  const fallbacks = meter.createObservableCounter('cutover.fallbacks', { unit: '{request}', description: 'Requests that the candidate failed and legacy answered instead, by cause.' })
  const share = meter.createObservableGauge('cutover.share', { unit: '1', description: 'Part of the traffic of a feature that goes to the candidate.' })
  const rolledBack = meter.createObservableGauge('cutover.rolled_back', { unit: '1', description: 'Whether a feature has been rolled back since its share was last set.' })
  const breaker = meter.createObservableGauge('cutover.breaker.state', { unit: '1', description: 'State of the breaker of a feature: 1 for the state that it is in.' })
  const all: Observable[] = [fallbacks, share, rolledBack, breaker]
  const observe: Parameters<Meter['addBatchObservableCallback']>[0] = result => {
    for (const { feature, backend, fallbacks: counts } of registry.snapshot()) {
      if (feature === undefined || backend === 'legacy') continue
      for (const [cause, count] of Object.entries(counts)) result.observe(fallbacks, count, { 'cutover.feature': feature, 'cutover.fallback.cause': cause })
    }
    for (const state of features()) {
      const labels = { 'cutover.feature': state.feature }
      result.observe(share, state.share / 10_000, labels)
      result.observe(rolledBack, Number(state.rolledBack), labels)
      for (const name of states) result.observe(breaker, Number(state.breaker === name), { ...labels, 'cutover.breaker.state': name })
    }
  }
  meter.addBatchObservableCallback(observe, all)
  return () => meter.removeBatchObservableCallback(observe, all)
}
