import type { RouteSpeed } from '../dossier.ts'
import { millisecondsText, numberText } from '../figures.ts'
import { html } from '../page/markup.ts'
import { area, frame, line, seriesOf, type Plot } from './frame.ts'
import { linearScale, logScale, type Scale } from './scale.ts'

const shown = [0, 0.5, 0.9, 0.99, 0.999, 0.9999]

/** The latency distribution of all backends, as HdrHistogram plots it: the slowest part of the requests has as much room as all others. Undefined when nothing was timed. */
export function percentilePlot ({ id, result, curves }: RouteSpeed, baseline: string): Plot | undefined {
  const values = curves.flatMap(({ points }) => points.map(([, milliseconds]) => milliseconds)).filter(value => value > 0)
  if (values.length === 0) return undefined
  const end = Math.max(...curves.map(({ points }) => points.at(-1)![0]), 0.9)
  const nines = (part: number): number => -Math.log10(1 - part)
  const x: Scale = Object.assign((part: number) => area.left + nines(part) / nines(end) * (area.right - area.left), { ticks: shown.filter(part => part <= end) })
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const y = most / least > 15 ? logScale([least * 0.9, most * 1.1], [area.bottom, area.top]) : linearScale([0, most], [area.bottom, area.top])
  const backends = curves.map(({ backend }) => backend)
  const at = (curve: RouteSpeed['curves'][number], part: number): string => {
    const point = curve.points.find(([each]) => each >= part - 1e-9)
    return `${part * 100}% within ${millisecondsText(point?.[1])}`
  }
  const title = `Latency by percentile: ${result.route}`
  const description = `${curves.map(curve => `${curve.backend} (${numberText(curve.requests)} requests): ${[0.5, 0.95, 0.99].filter(part => part <= curve.points.at(-1)![0]).map(part => at(curve, part)).join(', ')}`).join('; ')}. ${result.offered === null ? '' : `Offered ${numberText(result.offered)} requests a second to each, timed from the planned moment.`}`
  const paths = curves.map(({ backend, points }) => html`<path d="${line(points.map(([part, milliseconds]) => [x(part), y(milliseconds)] as const))}" class="line s${seriesOf(backend, baseline, backends)}"/>`)
  return {
    title,
    description,
    svg: frame(`${id}-latency`, title, description,
      { scale: x, label: 'part of the requests', format: part => part === 0 ? '0%' : `${Number((part * 100).toFixed(2))}%` },
      { scale: y, label: `milliseconds${most / least > 15 ? ', log scale' : ''}`, format: value => String(value) },
      paths, backends.map(backend => [seriesOf(backend, baseline, backends), backend] as const))
  }
}
