import type { RecordStatus, ShadowStatus } from '../config/admin-api.ts'
import type { FeatureState } from '../config/control.ts'
import type { ProcessReadings } from './process.ts'
import { bucketBounds } from './recorder.ts'
import type { CellSnapshot } from './registry.ts'

/** Content type of {@link prometheusText}. */
export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8'

export interface Exposed {
  readonly version: string
  readonly cells: readonly CellSnapshot[]
  readonly features: ReadonlyArray<Pick<FeatureState, 'feature' | 'share' | 'breaker' | 'rolledBack'>>
  readonly process: ProcessReadings
  readonly record?: RecordStatus
  readonly shadow?: ShadowStatus
}

type Labels = Readonly<Record<string, string>>
type Sample = readonly [labels: Labels, value: number, suffix?: string]

const breakerStates: ReadonlyArray<FeatureState['breaker']> = ['closed', 'open', 'half-open']

/**
 * Writes metrics in Prometheus' text format 0.0.4, named after OpenTelemetry's semantic conventions as its
 * Prometheus compatibility rules map them, with base units.
 *
 * Series are bounded by the configuration: `http_server_request_duration_seconds` has at most 6 classes
 * (`http_response_status_class`: 1xx to 5xx, `aborted` when the client left first) for each feature and backend, and
 * only those that occurred. There is no route, method or exact status label. Requests that no feature lists have
 * the feature `_unlisted`, which no feature can be called.
 */
export function prometheusText ({ version, cells, features, process, record, shadow }: Exposed): string {
  return [
    family('http_server_request_duration_seconds', 'histogram', 'Duration of HTTP requests, by feature, backend and class of the answer.', cells.flatMap(durations)),
    family('cutover_fallbacks_total', 'counter', 'Requests that a backend failed and legacy answered instead, by cause.', cells.flatMap(fallbacks)),
    family('cutover_share_ratio', 'gauge', 'Part of the traffic of a feature that goes to the candidate.',
      features.map(({ feature, share }) => [{ cutover_feature: feature }, share / 10_000])),
    family('cutover_rolled_back', 'gauge', 'Whether a feature has been rolled back since its share was last set.',
      features.map(({ feature, rolledBack }) => [{ cutover_feature: feature }, Number(rolledBack)])),
    family('cutover_breaker_state', 'gauge', 'State of the breaker of a feature: 1 for the state that it is in.',
      features.flatMap(({ feature, breaker }) => breakerStates.map((state): Sample => [{ cutover_feature: feature, state }, Number(state === breaker)]))),
    ...(record === undefined ? [] : recording(record)),
    ...(shadow === undefined ? [] : shadowing(shadow)),
    family('cutover_build_info', 'gauge', 'Version of cutover.', [[{ version }, 1]]),
    family('process_cpu_time_seconds_total', 'counter', 'Processor time used, by mode.',
      [[{ cpu_mode: 'user' }, process.cpuUserSeconds], [{ cpu_mode: 'system' }, process.cpuSystemSeconds]]),
    family('process_memory_usage_bytes', 'gauge', 'Resident memory.', [[{}, process.residentBytes]]),
    family('process_uptime_seconds', 'gauge', 'Time since the process started.', [[{}, process.uptimeSeconds]]),
    family('nodejs_eventloop_delay_p50_seconds', 'gauge', 'Event loop delay since the last reading: median.', [[{}, process.eventLoopDelay.p50Seconds]]),
    family('nodejs_eventloop_delay_p90_seconds', 'gauge', 'Event loop delay since the last reading: 90th percentile.', [[{}, process.eventLoopDelay.p90Seconds]]),
    family('nodejs_eventloop_delay_p99_seconds', 'gauge', 'Event loop delay since the last reading: 99th percentile.', [[{}, process.eventLoopDelay.p99Seconds]]),
    family('nodejs_eventloop_delay_max_seconds', 'gauge', 'Event loop delay since the last reading: longest.', [[{}, process.eventLoopDelay.maxSeconds]]),
    family('nodejs_eventloop_utilization_ratio', 'gauge', 'Part of the time that the event loop was busy since the last reading.', [[{}, process.eventLoopUtilization]])
  ].join('')
}

function durations ({ feature, backend, answers }: CellSnapshot): Sample[] {
  return answers.flatMap(({ statusClass, count, sumSeconds, buckets }) => {
    const labels = { cutover_feature: feature ?? '_unlisted', cutover_backend: backend, http_response_status_class: statusClass }
    let cumulative = 0
    return [
      ...bucketBounds.map((bound, index): Sample => {
        cumulative += buckets[index]!
        return [{ ...labels, le: String(bound) }, cumulative, '_bucket']
      }),
      [{ ...labels, le: '+Inf' }, count, '_bucket'] as const,
      [labels, sumSeconds, '_sum'] as const,
      [labels, count, '_count'] as const
    ]
  })
}

function fallbacks ({ feature, backend, fallbacks }: CellSnapshot): Sample[] {
  // Legacy is what is fallen back to; it has none of its own.
  if (backend === 'legacy') return []
  return Object.entries(fallbacks).map(([cause, count]) => [{ cutover_feature: feature ?? '_unlisted', cause }, count])
}

/** Both count from the start of the recording under way, or the last one. */
function recording ({ recorded, dropped }: RecordStatus): string[] {
  return [
    family('cutover_recording_exchanges', 'gauge', 'Exchanges in the recording under way, or the last one.', [[{}, recorded]]),
    family('cutover_recording_dropped', 'gauge', 'Exchanges that this recording did not take, by reason.', Object.entries(dropped).map(([reason, count]) => [{ reason }, count]))
  ]
}

function shadowing ({ features }: ShadowStatus): string[] {
  const each = (read: (of: ShadowStatus['features'][number]) => ReadonlyArray<readonly [Labels, number]>): Sample[] =>
    features.flatMap(feature => read(feature).map(([labels, count]): Sample => [{ cutover_feature: feature.feature, ...labels }, count]))
  return [
    family('cutover_shadow_compared_total', 'counter', 'Requests that both backends answered, by whether the answers were the same.', each(({ same, different }) => [[{ result: 'same' }, same], [{ result: 'different' }, different]])),
    family('cutover_shadow_differences_total', 'counter', 'Differences between the answers, by kind.', each(({ differences }) => Object.entries(differences).map(([kind, count]) => [{ kind }, count]))),
    family('cutover_shadow_skipped_total', 'counter', 'Sampled requests that were not compared, by reason.', each(({ skipped }) => Object.entries(skipped).map(([reason, count]) => [{ reason }, count])))
  ]
}

function family (name: string, type: 'counter' | 'gauge' | 'histogram', help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return ''
  const lines = samples.map(([labels, value, suffix = '']) => `${name}${suffix}${labelText(labels)} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function labelText (labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped (value: string): string {
  return value.replace(/[\\"\n]/g, character => character === '\n' ? '\\n' : `\\${character}`)
}
