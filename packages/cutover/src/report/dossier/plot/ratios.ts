import type { Interval } from '../../../bench/result.ts'
import type { SpeedView } from '../dossier.ts'
import { counted } from '../../visible.ts'
import { intervalText } from '../figures.ts'
import { html } from '../page/markup.ts'
import { area, frame, mark, n, width, type Plot } from './frame.ts'
import { logScale } from './scale.ts'

/** Beyond them figures are not told either. */
const [least, most] = [0.01, 1000]

/** Candidate over legacy with 95 % intervals, a row a figure; the line at 1 is no difference. Undefined when nothing was compared. */
export function ratioPlot (id: string, { routes, bench }: SpeedView): Plot | undefined {
  const rows = routes.flatMap(({ result, candidate }) => candidate === undefined
    ? []
    : ([['requests/s', candidate.rate, true], ['p50', candidate.p50, false], ['p95', candidate.p95, false], ['p99', candidate.p99, false], ['CPU time', candidate.cpu, false]] as const)
        .flatMap(([what, interval, isMoreBetter]) => interval === null ? [] : [{ where: `${result.route}, ${counted(result.connections, 'connection')}`, what, interval: interval as Interval, isMoreBetter }]))
  if (rows.length === 0) return undefined
  const groups = [...new Set(rows.map(({ where }) => where))]
  const rowHeight = 19
  const tall = area.top + rows.length * rowHeight + groups.length * 22 + 50
  const [plotLeft, plotRight] = [90, width - 156]
  const scale = logScale([Math.max(least, Math.min(0.8, ...rows.map(({ interval }) => interval.low)) * 0.95), Math.min(most, Math.max(1.25, ...rows.map(({ interval }) => interval.high)) * 1.05)], [plotLeft, plotRight], 6)
  const x = (ratio: number): number => scale(Math.min(most, ratio))
  let y = area.top - 14
  const marks = groups.flatMap(where => {
    y += 22
    return [
      html`<text x="6" y="${n(y)}" class="label strong">${where}</text>`,
      ...rows.filter(row => row.where === where).map(({ what, interval, isMoreBetter }) => {
        y += rowHeight
        const better = isMoreBetter ? interval.low > 1 : interval.high < 1
        const worse = isMoreBetter ? interval.high < 1 : interval.low > 1
        return html`<g class="${better ? 'better' : worse ? 'worse' : 'even'}"><text x="${plotLeft - 12}" y="${n(y + 4)}" class="tick end">${what}</text><line x1="${n(x(interval.low))}" x2="${n(x(interval.high))}" y1="${n(y)}" y2="${n(y)}" class="interval"/>${mark(1, x(interval.value), y, 3.5)}<text x="${width - 6}" y="${n(y + 4)}" class="tick end">${intervalText(interval)}</text></g>`
      })
    ]
  })
  const bottom = tall - 44
  const title = `Candidate over ${bench.baseline}, with 95% intervals`
  const description = rows.map(({ where, what, interval }) => `${where}: ${what} ${intervalText(interval)}`).join('; ') + '. More requests a second and less of all else is better.'
  const one = html`<line x1="${n(x(1))}" x2="${n(x(1))}" y1="${area.top - 10}" y2="${bottom}" class="one"/>`
  const axis = scale.ticks.map(tick => html`<line x1="${n(x(tick))}" x2="${n(x(tick))}" y1="${bottom}" y2="${bottom + 4}" class="axis"/><text x="${n(x(tick))}" y="${bottom + 17}" class="tick middle">${tick}×</text>`)
  const caption = 'Right of 1× is more. More requests a second and less of all else is better: green is better, red worse, grey not told apart from legacy.'
  return { title, description, caption, svg: frame(id, title, description, undefined, undefined, [one, ...axis, html`<text x="${n((plotLeft + plotRight) / 2)}" y="${tall - 8}" class="label middle">times ${bench.baseline}, log scale</text>`, ...marks], [], tall) }
}
