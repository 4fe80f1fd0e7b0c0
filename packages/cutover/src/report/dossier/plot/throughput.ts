import type { RouteSpeed } from '../dossier.ts'
import { counted } from '../../visible.ts'
import { intervalText, numberText } from '../figures.ts'
import { html } from '../page/markup.ts'
import { area, frame, mark, n, seriesOf, type Plot } from './frame.ts'
import { linearScale, type Scale } from './scale.ts'

/** Requests a second of each block in the order in which they ran, with each backend's mean and its 95 % interval. Undefined without blocks. */
export function throughputPlot ({ id, result, rates, candidate }: RouteSpeed, baseline: string): Plot | undefined {
  const { blocks } = result
  if (blocks.length === 0) return undefined
  const step = (area.right - area.left) / blocks.length
  const x: Scale = Object.assign((place: number) => area.left + (place + 0.5) * step, { ticks: [] })
  const y = linearScale([0, Math.max(...blocks.map(({ rate }) => rate), ...rates.map(({ high, value }) => high ?? value))], [area.bottom, area.top])
  const backends = rates.map(({ backend }) => backend)
  const series = (backend: string): number => seriesOf(backend, baseline, backends)
  const title = `Throughput over blocks: ${result.route}, ${counted(result.connections, 'connection')}`
  const description = `${rates.map(({ backend, value, low, high, blocks }) => `${backend}: mean ${numberText(value)} requests a second${low === null || high === null ? '' : `, 95% interval ${numberText(low)} to ${numberText(high)}`}, over ${blocks} blocks`).join('; ')}.${candidate === undefined ? '' : ` Candidate over ${baseline}: ${intervalText(candidate.rate)}.`}`
  const bands = rates.map(({ backend, value, low, high }) => html`<g class="s${series(backend)}">${low !== null && high !== null && html`<rect x="${area.left}" width="${area.right - area.left}" y="${n(y(high))}" height="${n(Math.max(1, y(low) - y(high)))}" class="band"/>`}<line x1="${area.left}" x2="${area.right}" y1="${n(y(value))}" y2="${n(y(value))}" class="mean"/></g>`)
  const starts = blocks.flatMap(({ start }, place) => place > 0 && blocks[place - 1]!.start !== start ? [html`<line x1="${n(area.left + place * step)}" x2="${n(area.left + place * step)}" y1="${area.top}" y2="${area.bottom}" class="divide"/>`] : [])
  const marks = blocks.map(({ backend, rate, start, round }, place) => html`<g class="s${series(backend)}"><title>${backend}, start ${start + 1}, round ${round + 1}: ${numberText(rate)} requests a second</title>${mark(series(backend), x(place), y(rate))}</g>`)
  return {
    title,
    description,
    svg: frame(`${id}-throughput`, title, description,
      { scale: x, label: `blocks in their order${starts.length > 0 ? '; dashed: a fresh start' : ''}`, format: () => '' },
      { scale: y, label: 'requests a second', format: value => value.toLocaleString('en-US', { notation: 'compact' }) },
      [...starts, ...bands, ...marks], backends.map(backend => [series(backend), backend] as const))
  }
}
