import { counted } from '../../visible.ts'
import type { Dossier, FeatureView, RouteSpeed, SpeedView } from '../dossier.ts'
import { bytesText, intervalText, lastingText, millisecondsText, nothing, numberText, timeText } from '../figures.ts'
import { percentilePlot } from '../plot/percentiles.ts'
import { ratioPlot } from '../plot/ratios.ts'
import { throughputPlot } from '../plot/throughput.ts'
import { html, type Markup } from './markup.ts'
import { figure, samplesOf, sourceLink, table } from './parts.ts'

/** How fast both backends are on a feature's routes, with intervals, plots and the samples. */
export function speedPart ({ id, speed }: FeatureView, { sources }: Dossier): Markup {
  const heading = html`<h3 id="${id}-speed">Speed</h3>`
  if (speed === undefined) return html`${heading}<p><b>Not measured.</b> No bench that was kept has a route of this feature: nothing is known of its speed. Next: <code>cutover bench</code></p>`
  const { bench } = speed
  const ratios = ratioPlot(`${id}-ratios`, speed)
  const file = sourceLink(speed.source, sources)
  return html`${heading}<p class="meta">Measured ${timeText(bench.at)} UTC in ${lastingText(bench.seconds * 1000)}, against ${bench.baseline}; ${file}</p>${
    ratios === undefined ? html`<p><b>Nothing was compared.</b></p>` : figure(ratios, undefined, true)
  }${speed.routes.map(route => routePart(route, speed, file))}${bench.notes.length > 0 && html`<ul class="plain">${bench.notes.map(note => html`<li>${note}</li>`)}</ul>`}`
}

function routePart (route: RouteSpeed, { bench }: SpeedView, file: Markup): Markup {
  const { id, result, candidate } = route
  const heading = html`<h4 id="${id}"><code>${result.route}</code> at ${counted(result.connections, 'connection')}</h4>`
  if (result.answers === 'different') return html`${heading}<p><b>Not measured</b>: the backends answer differently. ${result.difference}</p>`
  const [latency, throughput] = [percentilePlot(route, bench.baseline), throughputPlot(route, bench.baseline)]
  const noFloor = result.floor === null
  return html`${heading}<p class="meta">Candidate over ${bench.baseline}: ${candidate === undefined ? 'not measured' : html`${intervalText(candidate.rate)} the requests a second, p50 ${intervalText(candidate.p50)}, p95 ${intervalText(candidate.p95)}, p99 ${intervalText(candidate.p99)}, CPU a request ${intervalText(candidate.cpu)}`}. ${
    noFloor ? 'No A/A run: what noise alone does is not known.' : html`Noise alone (A/A): ${intervalText(result.floor!.rate)} the requests a second${result.floor!.p95 !== null && `, p95 ${intervalText(result.floor!.p95)}`}.`
  } Intervals are 95%.</p><div class="plots">${
    latency === undefined
? html`<figure><p><b>Latency was not measured.</b></p></figure>`
: figure(latency, samplesOf(`${id}-latencies`, `The ${result.latencies.length} blocks of latencies`, file, table(
      [{ name: 'start' }, { name: 'round' }, { name: 'backend' }, ...['sent', 'failed', 'late', 'p50', 'p95', 'p99', 'max'].map(name => ({ name, number: true }))],
      result.latencies.map(block => [block.start + 1, block.round + 1, block.backend, numberText(block.sent), block.failed, block.late, ...['50', '95', '99', '100'].map(part => millisecondsText(block.percentiles[part]))]), true)))
  }${throughput !== undefined && figure(throughput, samplesOf(`${id}-blocks`, `The ${result.blocks.length} blocks`, file, table(
    [{ name: 'start' }, { name: 'round' }, { name: 'backend' }, ...['requests/s', 'failed', 'CPU ms', 'p50', 'p95'].map(name => ({ name, number: true }))],
    result.blocks.map(block => [block.start + 1, block.round + 1, block.backend, numberText(block.rate), block.failed, numberText(block.cpuMs), millisecondsText(block.p50), millisecondsText(block.p95)]), true)))}</div>${
    result.notes.length > 0 && html`<ul class="plain">${result.notes.map(note => html`<li>${note}</li>`)}</ul>`
  }`
}

/** Memory and start-up of all measured backends. */
export function overallPart ({ overall, sources }: Dossier): Markup | undefined {
  if (overall === undefined) return undefined
  const mean = (values: readonly number[]): number | null => values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
  return html`<h2 id="memory">Memory and start-up</h2>${table(
    [{ name: 'backend' }, { name: 'framework' }, { name: 'memory, peak', number: true }, { name: 'memory, idle', number: true }, { name: 'start', number: true }, { name: `peak over ${overall.baseline}` }, { name: 'idle over it' }, { name: 'start over it' }],
    overall.backends.map(({ name, framework, startMs, idleBytes, peakBytes }) => {
      const row = overall.rows.find(({ backend }) => backend === name)
      return [name, framework ?? nothing, bytesText(mean(peakBytes)), bytesText(mean(idleBytes)), millisecondsText(mean(startMs)), intervalText(row?.peakMemory), intervalText(row?.idleMemory), intervalText(row?.start)]
    })
  )}${samplesOf('memory-samples', 'Each start', sourceLink(overall.source, sources), table(
    [{ name: 'backend' }, { name: 'start' }, { name: 'memory, peak', number: true }, { name: 'memory, idle', number: true }, { name: 'took', number: true }],
    overall.backends.flatMap(({ name, startMs, idleBytes, peakBytes }) => Array.from({ length: Math.max(startMs.length, idleBytes.length, peakBytes.length) }, (_, place) => [name, place + 1, bytesText(peakBytes[place]), bytesText(idleBytes[place]), millisecondsText(startMs[place])])), true))}`
}
