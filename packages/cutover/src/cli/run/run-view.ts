import type { BenchResult } from '../../bench/result.ts'
import { verdictOf } from '../../bench/verdict.ts'
import type { FeatureRollout } from '../../config/admin-api.ts'
import type { GateResult, RolloutEvent } from '../../config/control.ts'
import { formatShare } from '../../config/units.ts'
import { ratioText } from '../bench/view.ts'
import { wrapped } from '../bench/wrapped.ts'
import { countText, latencyText, shareBar } from '../figures.ts'
import { gateRows, verdictMark } from '../rollout/gate-rows.ts'
import type { Colors } from '../surroundings.ts'
import { alignedRows, padEnd, padStart, shortened, widthOf } from '../text-table.ts'
import type { LoadTally } from './load/protocol.ts'
import type { StageName } from './outcome.ts'

/** What lines of a run are drawn for. */
export interface RunView {
  readonly columns: number
  readonly colors: Colors
}

const abouts: Readonly<Record<StageName, string>> = {
  verify: 'answers and databases compared, request by request',
  bench: 'the backends measured side by side',
  rollout: 'shares rise while every gate passes',
  report: 'the decision, with everything it rests on'
}

/** The head of a stage. */
export function stageHead (place: number, stage: StageName, about: string | undefined, { columns, colors }: RunView): string {
  const start = `${colors.bold(colors.cyan(String(place)))}  ${colors.bold(padEnd(stage, 8))} `
  return `${start}${colors.dim(shortened(about ?? abouts[stage], columns - widthOf(start)))}`
}

/** What a stage came to, as its last line. */
export function stageFoot (state: 'yes' | 'no' | 'broken' | 'interrupted' | 'skipped' | 'not reached', why: string, seconds: number, { columns, colors }: RunView): readonly string[] {
  const mark = { yes: colors.green('✔'), no: colors.red('✖'), broken: colors.red('✖'), interrupted: colors.yellow('■'), skipped: colors.dim('–'), 'not reached': colors.dim('–') }[state]
  const time = state === 'skipped' ? '' : `${seconds.toFixed(1)} s`
  const lines = why.split('\n').flatMap(line => wrapped(line, columns - 5))
  const [first = '', ...rest] = lines
  const room = columns - 5 - widthOf(first)
  const head = `   ${mark} ${state === 'no' || state === 'broken' ? colors.red(first) : first}`
  return [room > time.length + 1 ? `${head}${padStart(colors.dim(time), room)}`.trimEnd() : head, ...rest.map(line => `     ${line}`)]
}

/** A line a route: how much faster the others are than legacy, and what noise alone does. */
export function benchLines ({ routes }: Pick<BenchResult, 'routes'>, { columns, colors }: RunView): readonly string[] {
  const rows = routes.filter(({ answers }) => answers === 'same').flatMap(({ route, connections, comparisons, floor }) => comparisons.map(({ backend, rate, p95 }, place) => {
    const said = verdictOf(rate, 'more', floor?.rate ?? null)
    return [
      place === 0 ? colors.bold(route) : '',
      backend,
      ratioText(rate),
      said === 'faster' ? colors.green(said) : said === 'slower' ? colors.red(said) : colors.dim(said),
      p95 === null ? '' : ratioText(p95),
      place === 0 ? colors.dim(`${connections} connections${floor === null ? '' : `, floor ${ratioText(floor.rate)}`}`) : ''
    ]
  }))
  if (rows.length === 0) return []
  const titles = ['', '', 'requests a second', '', 'p95', ''].map(title => colors.dim(title))
  // What does not fit is left out by whole columns, the last first.
  const drawn = (count: number): readonly string[] => alignedRows([titles, ...rows].map(row => row.slice(0, count)), Array<'left'>(count).fill('left')).map(line => `   ${line}`)
  const fitting = [6, 5].map(drawn).find(lines => lines.every(line => widthOf(line) <= columns))
  return fitting ?? drawn(4).map(line => cut(line, columns, colors))
}

/** A line with colours is cut where it is too long, without them. */
function cut (line: string, columns: number, colors: Colors): string {
  if (widthOf(line) <= columns) return line
  const plain = shortened(line.replace(/\x1b\[[0-9;]*m/g, ''), columns) // eslint-disable-line no-control-regex
  return colors.isColorSupported ? colors.dim(plain) : plain
}

/** A stage that was held, or that a gate ended. */
export function heldLine ({ feature, share, seconds, requests, results, failed }: {
  readonly feature: string
  readonly share: number
  readonly seconds: number
  readonly requests: number
  readonly results: readonly GateResult[]
  readonly failed: boolean
}, nameWidth: number, { columns, colors }: RunView): string {
  const { filled, rest } = shareBar(share, 10)
  const start = `   ${padEnd(colors.bold(shortened(feature, nameWidth)), nameWidth)}  ${failed ? colors.red(filled) : colors.cyan(filled)}${colors.dim(rest)} ${padStart(formatShare(share), 5)}  ${padStart(`${seconds.toFixed(1)} s`, 6)}  ${padStart(countText(requests), 6)} req `
  const shown = results.filter(({ gate, verdict }) => gate !== 'burst' || verdict !== 'pass')
  const cell = ({ gate, verdict }: GateResult): string => ` ${verdictMark(verdict, colors)} ${verdict === 'fail' ? colors.red(gate) : colors.dim(gate)}`
  const whole = start + shown.map(cell).join('')
  if (widthOf(whole) <= columns) return whole
  const bad = shown.filter(({ verdict }) => verdict !== 'pass')
  const few = start + bad.map(cell).join('') + ` ${colors.green('✔')} ${colors.dim(`${shown.length - bad.length} gates`)}`
  return widthOf(few) <= columns ? few : cut(start.trimEnd(), columns, colors)
}

/** Why each gate of a feature passed, or what every gate said when one failed. */
export function gateLines ({ event, results = [] }: Pick<RolloutEvent, 'event' | 'results'>, { columns, colors }: RunView): readonly string[] {
  if (event === 'failed') return gateRows(results, columns - 5, colors).map(line => `     ${line}`)
  const shown = results.filter(({ gate }) => gate !== 'burst')
  const width = Math.max(0, ...shown.map(({ gate }) => gate.length))
  return shown.flatMap(({ gate, reason }) => wrapped(reason, Math.max(20, columns - 7 - width)).map((line, place) => `     ${colors.dim(`${padEnd(place === 0 ? gate : '', width)}  ${line}`)}`))
}

/** What goes on just now: `health 25%, 1.2 s, 212 of 100 requests · waits for p95 to pass · 512 requests a second, 0 failed`. */
export function rolloutTick (rollouts: readonly FeatureRollout[], clients: LoadTally | undefined, now: Date): string {
  const moving = rollouts.find(({ phase }) => phase === 'running' || phase === 'paused')
  const sent = clients === undefined ? [] : [`${countText(clients.requests)} sent, ${countText(clients.failed + clients.unexpected)} noticed`]
  if (moving === undefined) return sent.join('')
  const { feature, stage, stages, stageStartedAt, requests, minimumRequests, detail, phase } = moving
  const held = Math.max(0, now.getTime() - Date.parse(stageStartedAt)) / 1000
  const { filled, rest } = shareBar(stages[stage]!, 10)
  return [`${feature} ${filled}${rest} ${formatShare(stages[stage]!)}`, `${held.toFixed(1)} s`, `${countText(requests)} of ${countText(minimumRequests)}`, ...(phase === 'paused' ? ['paused'] : []), ...sent, detail].join(' · ')
}

/** What the clients saw. */
export function clientsLine ({ requests, failed, unexpected, slowestMs, unsent }: LoadTally, { colors }: RunView): string {
  const count = (value: number, what: string): string => value === 0 ? `0 ${what}` : colors.red(`${countText(value)} ${what}`)
  return `clients  ${[`${countText(requests)} requests`, count(failed, 'failed'), count(unexpected, 'wrong'), ...(unsent === 0 ? [] : [`${countText(unsent)} not sent`]), `slowest ${latencyText(slowestMs)}`].join(', ')}`
}
