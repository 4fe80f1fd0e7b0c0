import type { BackendHealth, BackendStats, FeatureStatus, StatusResponse } from '../config/admin-api.ts'
import type { BackendName } from '../config/target.ts'
import { formatShare } from '../config/units.ts'
import { countText, errorRateText, lastingText, latencyText, rateText, shareBar } from './figures.ts'
import { rolloutCell } from './rollout/rollout-cell.ts'
import type { Colors } from './surroundings.ts'
import { alignedRows, padEnd, padStart, shortened, widthOf } from './text-table.ts'

const names: readonly BackendName[] = ['legacy', 'candidate']

export interface StatusView {
  readonly columns: number
  readonly colors: Colors
  readonly now: Date
}

/** The whole status as lines that fit the columns: one row a feature where there is room, one block a feature where there is not. */
export function statusLines (status: StatusResponse, view: StatusView): readonly string[] {
  const wide = table(status, view)
  const fits = wide.every(line => widthOf(line) <= view.columns)
  return [...heading(status, view), '', ...backendLines(status, view), '', ...(fits ? wide : blocks(status, view)), ...observedLines(status, view)]
}

/** One line each of what is recorded and shadowed, where anything was. */
function observedLines ({ record, shadow }: StatusResponse, { columns, colors }: StatusView): string[] {
  const sum = (counts: Readonly<Record<string, number | undefined>>): number => Object.values(counts).reduce<number>((all, count) => all + (count ?? 0), 0)
  const lines: string[] = []
  if (record !== undefined && (record.active || record.recorded > 0)) {
    lines.push(`recording ${record.active ? formatShare(record.share) : 'ended'}  ${countText(record.recorded)} recorded  ${countText(sum(record.dropped))} dropped  ${record.folder ?? ''}`)
  }
  const total = (read: (feature: NonNullable<typeof shadow>['features'][number]) => number): number => (shadow?.features ?? []).reduce((all, feature) => all + read(feature), 0)
  const [same, different, skipped] = [total(({ same }) => same), total(({ different }) => different), total(({ skipped }) => sum(skipped))]
  if (shadow !== undefined && (shadow.share > 0 || same + different + skipped > 0)) {
    lines.push(`shadow ${formatShare(shadow.share)}  ${countText(same)} same  ${different === 0 ? '0 different' : colors.red(`${countText(different)} different`)}  ${countText(skipped)} skipped`)
  }
  return lines.length === 0 ? [] : ['', ...lines.map(line => widthOf(line) > columns ? shortened(line, columns) : line)]
}

function heading ({ listen, version, pid, startedAt }: StatusResponse, { columns, colors, now }: StatusView): string[] {
  const up = `up ${lastingText(now.getTime() - Date.parse(startedAt))}`
  const facts = [`cutover ${version}`, listen.url, up, `pid ${pid}`]
  while (facts.length > 2 && facts.join('  ').length > columns) facts.pop()
  const [name, url, ...rest] = facts
  return [[colors.bold(name!), colors.underline(url!), ...rest.map(fact => colors.dim(fact))].join('  ')]
}

function backendLines ({ backends }: StatusResponse, { columns, colors }: StatusView): readonly string[] {
  return names.flatMap(name => {
    const { state, target, detail } = backends[name]
    const start = `${mark(state, colors)} ${padEnd(tint(name, colors)(name), 9)}  ${padEnd(stateText(state, colors), 9)}  `
    const line = start + colors.dim(shortened(target, columns - widthOf(start)))
    return detail === undefined ? [line] : [line, `    ${colors.red(shortened(detail, columns - 4))}`]
  })
}

function table ({ features, unlisted, rollouts = [] }: StatusResponse, view: StatusView): readonly string[] {
  const { colors } = view
  const group = (title: string): string[] => [title, '']
  const pair = names.map(name => tint(name, colors)(name === 'legacy' ? 'legacy' : 'cand.'))
  // A column of its own, once there is something to say in it.
  const rolled = (name: string | undefined): string[] => rollouts.length === 0 ? [] : [rolloutCell(rollouts.find(({ feature }) => feature === name), colors)]
  const titles = ['feature', 'risk', 'share', ...rolled(undefined).map(() => 'rollout'), ...['requests', 'per second', 'errors', 'p50', 'p95'].flatMap(group)]
  const rows = [
    ...features.map(feature => [colors.bold(shortened(feature.feature, 22)), risk(feature, colors), shareText(feature.share, 10, colors), ...rolled(feature.feature), ...pairs(feature.backends, colors)]),
    [colors.dim('unlisted'), '', '', ...rolled(undefined), ...pairs(unlisted, colors)]
  ]
  const lead = ['', '', '', ...rolled(undefined)]
  const columns = [...lead.map(() => 'left'), ...Array(10).fill('right')] as Array<'left' | 'right'>
  const [second, ...lines] = alignedRows([[...lead, ...Array(5).fill(pair).flat() as string[]], ...rows], columns)
  const at = columnStarts([[...lead, ...Array(5).fill(['legacy', 'cand.']).flat() as string[]], ...rows], columns.length)
  const first = titles.reduce((line, title, column) => title === '' ? line : padEnd(line, at[column]!) + title, '')
  const withNotes = lines.flatMap((line, index) => {
    const notes = index < features.length ? noteLine(features[index]!, view) : undefined
    return notes === undefined ? [line] : [line, notes]
  })
  return [colors.dim(first), second!, ...withNotes]
}

function columnStarts (rows: ReadonlyArray<readonly string[]>, count: number): readonly number[] {
  const starts = [0]
  for (let column = 0; column < count; column++) {
    starts.push(starts[column]! + Math.max(...rows.map(row => widthOf(row[column] ?? ''))) + 2)
  }
  return starts
}

function pairs (backends: Readonly<Record<BackendName, BackendStats>>, colors: Colors): readonly string[] {
  const [legacy, candidate] = [backends.legacy, backends.candidate]
  const each = (text: (stats: BackendStats) => string): string[] => [text(legacy), text(candidate)]
  return [
    ...each(stats => countText(stats.requests)),
    ...each(stats => rateText(stats.perSecond)),
    ...each(stats => errors(stats, colors)),
    latencyText(legacy.p50Ms), compared(candidate.p50Ms, legacy.p50Ms, colors),
    latencyText(legacy.p95Ms), compared(candidate.p95Ms, legacy.p95Ms, colors)
  ]
}

function blocks ({ features, unlisted, rollouts = [] }: StatusResponse, view: StatusView): readonly string[] {
  const { colors } = view
  const barWidth = view.columns >= 80 ? 20 : 10
  const nameWidth = Math.min(22, Math.max(8, ...features.map(feature => feature.feature.length)))
  const widths = [10, 9, 8, 8, 8, 8]
  const cells = (texts: readonly string[]): string => texts.map((text, column) => (column === 0 ? padEnd : padStart)(text, widths[column]!)).join(' ')
  const rows = (backends: Readonly<Record<BackendName, BackendStats>>): string[] => names.map(name => {
    const stats = backends[name]
    const latency = (key: 'p50Ms' | 'p95Ms') => name === 'candidate' ? compared(stats[key], backends.legacy[key], colors) : latencyText(stats[key])
    return `  ${cells([tint(name, colors)(name), countText(stats.requests), rateText(stats.perSecond), errors(stats, colors), latency('p50Ms'), latency('p95Ms')])}`
  })
  return [
    colors.dim(`  ${cells(['', 'requests', 'per s', 'errors', 'p50', 'p95'])}`),
    ...features.flatMap(feature => {
      const notes = noteLine(feature, view)
      const rolled = rolloutCell(rollouts.find(each => each.feature === feature.feature), colors)
      return [
        `${colors.bold(padEnd(shortened(feature.feature, nameWidth), nameWidth))}  ${padEnd(risk(feature, colors), 6)}  ${shareText(feature.share, barWidth, colors)}`,
        ...(rolled === '' ? [] : [`  ${colors.dim('rollout')} ${rolled}`]),
        ...(notes === undefined ? [] : [notes]),
        ...rows(feature.backends),
        ''
      ]
    }),
    colors.dim('unlisted'),
    ...rows(unlisted)
  ]
}

/** What is out of the ordinary with a feature, if anything is. */
function noteLine ({ rolledBack, breaker, backends }: FeatureStatus, { columns, colors }: StatusView): string | undefined {
  const { fallbacks, aborted } = backends.candidate
  const loud = [
    ...(rolledBack ? ['rolled back'] : []),
    ...(breaker === 'open' ? ['breaker open: candidate is left alone'] : []),
    ...(breaker === 'half-open' ? ['breaker half open: probing'] : [])
  ]
  const quiet = [
    ...(fallbacks > 0 ? [`${countText(fallbacks)} fell back to legacy`] : []),
    ...(aborted > 0 ? [`${countText(aborted)} left by the client`] : [])
  ]
  if (loud.length + quiet.length === 0) return undefined
  const text = shortened([...loud, ...quiet].join(' · '), columns - 4)
  const end = Math.min(text.length, loud.join(' · ').length)
  return `  ${colors.dim('└')} ${colors.red(text.slice(0, end))}${colors.yellow(text.slice(end))}`
}

/** A share as a bar and a number: `█████░░░░░   50%`. */
export function shareText (share: number, width: number, colors: Colors): string {
  const { filled, rest } = shareBar(share, width)
  return `${colors.cyan(filled)}${colors.dim(rest)} ${padStart(formatShare(share), 6)}`
}

function errors ({ errors, requests }: BackendStats, colors: Colors): string {
  const text = errorRateText(errors, requests)
  return errors > 0 ? colors.red(text) : text
}

/** The candidate's latency: green when it is faster than legacy, red when it is slower by more than a tenth. */
function compared (candidate: number | null, legacy: number | null, colors: Colors): string {
  const text = latencyText(candidate)
  if (candidate === null || legacy === null) return text
  if (candidate < legacy) return colors.green(text)
  return candidate > legacy * 1.1 ? colors.red(text) : text
}

function risk ({ risk }: FeatureStatus, colors: Colors): string {
  return { low: colors.green, medium: colors.yellow, high: colors.red }[risk](risk)
}

function tint (name: BackendName, colors: Colors): (text: string) => string {
  return name === 'candidate' ? colors.cyan : colors.yellow
}

function mark (state: BackendHealth['state'], colors: Colors): string {
  return { healthy: colors.green('●'), starting: colors.yellow('◐'), unhealthy: colors.red('●'), stopped: colors.dim('○') }[state]
}

function stateText (state: BackendHealth['state'], colors: Colors): string {
  return { healthy: colors.green, starting: colors.yellow, unhealthy: colors.red, stopped: colors.dim }[state](state)
}
