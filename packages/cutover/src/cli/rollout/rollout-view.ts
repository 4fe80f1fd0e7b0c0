import type { FeatureRollout } from '../../config/admin-api.ts'
import type { RolloutEvent } from '../../config/control.ts'
import { formatShare } from '../../config/units.ts'
import { countText, lastingText } from '../figures.ts'
import type { Colors } from '../surroundings.ts'
import { shortened, widthOf } from '../text-table.ts'
import { gateRows } from './gate-rows.ts'
import { phaseMarks as marks, tintOf } from './rollout-cell.ts'

/** What rollouts are drawn for. */
export interface RolloutView {
  readonly columns: number
  readonly colors: Colors
  readonly now: Date
}

/** Rollouts as lines that fit the columns: what is under way with its stages and gates, what is over in a line or two. */
export function rolloutLines (rollouts: readonly FeatureRollout[], view: RolloutView): readonly string[] {
  if (rollouts.length === 0) return ['No rollout yet.  ' + view.colors.dim('cutover rollout start')]
  return rollouts.flatMap((rollout, place) => [...(place === 0 ? [] : ['']), ...lines(rollout, view)])
}

function lines (rollout: FeatureRollout, { columns, colors, now }: RolloutView): string[] {
  const { feature, phase, stage, stages, version, requests, minimumRequests, detail, gates, stageStartedAt, coolsUntil } = rollout
  const tint = tintOf(phase, colors)
  const under = phase === 'running' || phase === 'paused'
  const where = phase === 'waiting' ? '' : `  stage ${stage + 1} of ${stages.length}, ${formatShare(stages[stage]!)}`
  const facts = [
    ...(under ? [`for ${lastingText(now.getTime() - Date.parse(stageStartedAt))}`, `${countText(requests)} of ${countText(minimumRequests)} requests`] : []),
    ...(version === undefined ? [] : [`version ${version}`])
  ]
  const start = `${tint(marks[phase])} ${colors.bold(feature)}  ${tint(phase)}${where}`
  while (facts.length > 0 && widthOf(start) + 2 + facts.join('  ').length > columns) facts.pop()
  const cools = phase === 'failed' && coolsUntil !== undefined && Date.parse(coolsUntil) > now.getTime() ? `left alone for ${lastingText(Date.parse(coolsUntil) - now.getTime())} more` : undefined
  const why = phase === 'completed' ? [] : [detail, ...(cools === undefined ? [] : [cools])].map(text => `  ${(phase === 'failed' ? colors.red : under && phase !== 'running' ? colors.yellow : colors.dim)(shortened(text, columns - 2))}`)
  return [
    [start, ...facts.map(fact => colors.dim(fact))].join('  '),
    `  ${stageLine(rollout, columns - 2, colors)}`,
    ...why,
    ...(under || phase === 'failed' ? gateRows(gates, columns - 2, colors).map(line => `  ${line}`) : [])
  ]
}

/** `1% ✔──10% ●──25% ○──100% ○`; only the stages around the current one where there is no room. */
export function stageLine ({ stages, stage, phase }: FeatureRollout, columns: number, colors: Colors): string {
  const tint = tintOf(phase, colors)
  const cells = stages.map((share, place) => {
    const text = formatShare(share)
    if (phase === 'completed' || place < stage) return colors.green(`${text} ✔`)
    if (phase === 'waiting' || place > stage) return colors.dim(`${text} ○`)
    return tint(colors.bold(`${text} ${phase === 'running' ? '●' : marks[phase]}`))
  })
  let [from, to] = [0, cells.length]
  const drawn = (): string => [...(from > 0 ? [colors.dim('…')] : []), ...cells.slice(from, to), ...(to < cells.length ? [colors.dim('…')] : [])].join(colors.dim(' ── '))
  while (widthOf(drawn()) > columns && to - from > 1) {
    if (to - 1 > stage) to--
    else from++
  }
  return drawn()
}

/** One line of what happened, for where nothing is drawn anew. */
export function eventLine ({ at, event, feature, stage, share, who, why }: RolloutEvent, { columns, colors }: Pick<RolloutView, 'columns' | 'colors'>): string {
  const tint = event === 'failed' ? colors.red : event === 'completed' ? colors.green : event === 'paused' || event === 'aborted' ? colors.yellow : (text: string) => text
  const what = event === 'stage' || event === 'started' || event === 'resumed' ? `${event === 'stage' ? 'raised' : event} to ${formatShare(share)}, stage ${stage + 1}` : event
  const start = `${colors.dim(at.slice(11, 19))}  ${colors.bold(feature)}  ${tint(what)}`
  const rest = why === '' ? who : `${who}: ${why}`
  return `${start}  ${colors.dim(shortened(rest, Math.max(20, columns - widthOf(start) - 2)))}`
}
