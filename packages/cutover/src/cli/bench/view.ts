import type { BenchResult, Interval, RouteResult } from '../../bench/result.ts'
import { median } from '../../bench/statistics/samples.ts'
import { verdictOf, type Change, type MatrixRow } from '../../bench/verdict.ts'
import { latencyText, rateText } from '../figures.ts'
import type { Colors } from '../surroundings.ts'
import { padEnd, padStart, shortened } from '../text-table.ts'
import { matrixView } from './matrix-view.ts'
import { axisOf, intervalPlot } from './plot.ts'
import { wrapped } from './wrapped.ts'

export interface BenchView {
  readonly matrix: readonly MatrixRow[]
  readonly since: { readonly id: string, readonly at: string, readonly changes: readonly Change[] } | undefined
  /** What each route stands for: `GET /api/vehicles`. */
  readonly titles: Readonly<Record<string, string>>
  /** Columns of the terminal. */
  readonly width: number
  readonly colors: Colors
  readonly savedAs: string | undefined
}

/** The result of a bench for a person: each route, the decision matrix, what changed, what to know. */
export function benchView (result: BenchResult, view: BenchView): string {
  const width = Math.max(60, Math.min(view.width, 140))
  const { colors } = view
  const different = result.routes.filter(({ answers }) => answers === 'different')
  const names = [...new Set(different.map(({ route }) => route))]
  const blocks = [
    names.flatMap(name => refusedView(name, different.find(({ route }) => route === name)!.difference!, width, colors)),
    ...result.routes.filter(({ answers }) => answers === 'same').map(route => routeView(route, result, { ...view, width })),
    matrixView(result, view.matrix, width, colors),
    sinceView(view, width),
    notesView(result, width, colors),
    [colors.dim(shortened(`${result.id} · ${result.seconds} s · ${result.environment.cpu} · Node ${result.environment.node.slice(1)}${view.savedAs === undefined ? '' : ` · kept as ${view.savedAs}`}`, width))]
  ]
  return blocks.filter(lines => lines.length > 0).map(lines => lines.join('\n')).join('\n\n')
}

function refusedView (name: string, difference: string, width: number, colors: Colors): string[] {
  return [
    `${colors.red('answers differ')}  ${colors.bold(name)}`,
    ...wrapped(difference, width - 4).map(line => `    ${line}`),
    ...wrapped('It is not measured: a fast wrong answer is worth nothing. `cutover verify` says more.', width - 4).map(line => colors.dim(`    ${line}`))
  ]
}

const nameRoom = 11
const valueRoom = 9
const ratioRoom = 20
const verdictRoom = 19

function routeView (route: RouteResult, { baseline }: BenchResult, { titles, width, colors }: BenchView): string[] {
  const title = `${colors.bold(route.route)}  ${colors.dim(`${titles[route.route] ?? ''}  ${route.connections} connections`)}`
  const rate = (name: string): number => median(route.blocks.filter(({ backend }) => backend === name).map(block => block.rate))
  const p95 = (name: string): number => median(route.latencies.filter(({ backend }) => backend === name).flatMap(block => block.percentiles['95'] ?? []))
  const group = (head: string, own: string, better: 'more' | 'less', floor: Interval | null, rows: ReadonlyArray<{ readonly name: string, readonly value: string, readonly ratio: Interval }>): string[] => {
    if (rows.length === 0) return []
    const axis = axisOf([...rows.map(({ ratio }) => ratio), ...floor === null ? [] : [floor]])
    const line = (name: string, value: string, ratio: Interval, said: string, dim: boolean): string => {
      const plotRoom = width - 4 - nameRoom - valueRoom - ratioRoom - verdictRoom - 4
      const start = `    ${padEnd(shortened(name, nameRoom), nameRoom)}${padStart(value, valueRoom)}  ${padEnd(ratioText(ratio), ratioRoom)}`
      const plot = plotRoom >= 12 ? `${intervalPlot(ratio, axis, Math.min(plotRoom, 48))}  ` : ''
      return dim ? colors.dim(`${start}${plot}${said}`) : `${start}${plot}${tinted(said, colors)}`
    }
    return [
      `  ${head}${colors.dim(`   ${baseline} ${own}`)}`,
      ...rows.map(({ name, value, ratio }) => line(name, value, ratio, verdictOf(ratio, better, floor), false)),
      ...floor === null ? [] : [line('floor', '', floor, `${baseline} over itself`, true)]
    ]
  }
  const lines = [
    title,
    ...group('requests a second', rateText(rate(baseline)), 'more', route.floor?.rate ?? null, route.comparisons.map(({ backend, rate: ratio }) => ({ name: backend, value: rateText(rate(backend)), ratio }))),
    ...group(`p95 at ${route.offered === null ? '' : rateText(route.offered)} a second`, latencyText(p95(baseline)), 'less', route.floor?.p95 ?? null, route.comparisons.flatMap(({ backend, p95: ratio }) => ratio === null ? [] : [{ name: backend, value: latencyText(p95(backend)), ratio }])),
    ...route.notes.flatMap(note => wrapped(`! ${note}`, width - 4).map(line => colors.yellow(`    ${line}`)))
  ]
  return lines.map(line => line.trimEnd())
}

/** `2.95×  2.81 – 3.09`. */
export function ratioText ({ value, low, high }: Interval): string {
  const digits = value >= 10 ? 1 : 2
  const end = (ratio: number): string => ratio >= 1000 ? '…' : ratio.toFixed(digits)
  return `${value.toFixed(digits)}×  ${end(low)} – ${end(high)}`
}

function tinted (said: string, colors: Colors): string {
  return said === 'faster' ? colors.green(said) : said === 'slower' ? colors.red(said) : said
}

const figures = { rate: 'requests a second', p95: 'p95', cpu: 'CPU a request' } as const

function sinceView ({ since, colors }: BenchView, width: number): string[] {
  if (since === undefined || since.changes.length === 0) return []
  const changed = since.changes.filter(({ verdict }) => verdict !== 'no difference shown')
  const head = `${colors.bold('Since')} ${since.id}`
  if (changed.length === 0) return [`${head}${colors.dim('  no difference shown')}`]
  return [head, ...changed.map(({ backend, route, connections, figure, before, now, verdict }) =>
    shortened(`  ${padEnd(backend, nameRoom)}${figures[figure]} of ${route} at ${connections}: ${before.value.toFixed(2)}× then, ${now.value.toFixed(2)}× now, ${verdict}`, width))]
}

function notesView ({ notes }: BenchResult, width: number, colors: Colors): string[] {
  return notes.length === 0 ? [] : [colors.bold('Notes'), ...notes.flatMap(note => wrapped(note, width - 4).map((line, at) => `${at === 0 ? '  ' : '    '}${line}`))]
}
