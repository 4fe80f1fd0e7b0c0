import { counted } from '../../visible.ts'
import type { SharePoint } from '../dossier.ts'
import { timeText } from '../figures.ts'
import { html } from '../page/markup.ts'
import { area, frame, n, type Plot } from './frame.ts'
import { linearScale, timeLabel, timeScale } from './scale.ts'

/** The candidate's share over time, with every rollback. Undefined when it never changed. */
export function sharePlot (id: string, points: readonly SharePoint[], until: Date): Plot | undefined {
  const first = points[0]
  if (first === undefined) return undefined
  const moments = points.map(({ at }) => Date.parse(at))
  // The last value still holds; a long time of it would leave no room for what came before.
  const span = Math.max(moments.at(-1)! - moments[0]!, 10_000)
  const [from, to] = [moments[0]! - span * 0.03, Math.min(Math.max(until.getTime(), moments.at(-1)!), moments.at(-1)! + span * 0.12)]
  const x = timeScale([from, to], [area.left, area.right])
  const y = linearScale([0, 100], [area.bottom, area.top])
  let path = `M${n(x(from))} ${n(y(0))}`
  points.forEach(({ share }, place) => { path += `H${n(x(moments[place]!))}V${n(y(share / 100))}` })
  path += `H${n(x(to))}`
  const rollbacks = points.flatMap(({ rollback, at, why }, place) => rollback ? [html`<g class="alarm"><title>rolled back at ${timeText(at)}: ${why}</title><path d="M${n(x(moments[place]!))} ${n(y(0) - 1)}l-6 -11h12Z"/></g>`] : [])
  const title = 'Share of the candidate over time'
  const description = `${counted(points.length, 'change')}; the last at ${timeText(points.at(-1)!.at)} UTC to ${points.at(-1)!.share / 100}%. ${rollbacks.length === 0 ? 'No rollback.' : `${counted(rollbacks.length, 'rollback')}.`}`
  return {
    title,
    description,
    svg: frame(id, title, description,
      { scale: x, label: `UTC, ${new Date(from).toISOString().slice(0, 10)}`, format: moment => timeLabel(moment, x.ticks) },
      { scale: y, label: 'share, %', format: String },
      [html`<path d="${path}V${n(y(0))}H${n(x(from))}Z" class="area s1"/><path d="${path}" class="line s1"/>`, ...rollbacks], [])
  }
}
