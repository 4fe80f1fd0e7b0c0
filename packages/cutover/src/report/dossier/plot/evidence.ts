import type { RolloutView } from '../dossier.ts'
import { evidenceText } from '../figures.ts'
import { html } from '../page/markup.ts'
import { area, frame, line, mark, n, type Plot } from './frame.ts'
import { logScale, timeLabel, timeScale } from './scale.ts'

/** The plot's floor and ceiling: beyond them nothing is decided. */
const [floor, ceiling] = [1e-3, 1e6]

/** The e-value of every gate that has one over time, with the line at which it is an alarm. Undefined when none was kept. */
export function evidencePlot ({ id, samples, rollout }: RolloutView): Plot | undefined {
  const gates = [...new Set(samples.flatMap(({ gates }) => gates.flatMap(({ gate, evidence }) => typeof evidence === 'number' ? [gate] : [])))]
  if (gates.length === 0) return undefined
  const moments = samples.map(({ at }) => Date.parse(at))
  const x = timeScale([moments[0]!, moments.at(-1)!], [area.left, area.right])
  const curves = gates.map(gate => samples.flatMap(({ gates }, place) => {
    const result = gates.find(each => each.gate === gate)
    return typeof result?.evidence === 'number' ? [{ x: x(moments[place]!), evidence: result.evidence, fail: result.verdict === 'fail', stage: samples[place]!.stage }] : []
  }))
  const alarmsOf = new Map<number, readonly string[]>()
  for (const { gate, alarmAt } of samples.flatMap(({ gates }) => gates)) {
    if (typeof alarmAt === 'number' && gates.includes(gate) && alarmsOf.get(alarmAt)?.includes(gate) !== true && alarmsOf.size < 8) alarmsOf.set(alarmAt, [...alarmsOf.get(alarmAt) ?? [], gate])
  }
  const alarms = [...alarmsOf.keys()]
  const all = curves.flat().map(({ evidence }) => Math.min(ceiling, Math.max(floor, evidence)))
  const y = logScale([Math.min(0.1, ...all), Math.max(10, ...all, ...alarms.map(alarm => Math.min(alarm * 2, ceiling)))], [area.bottom, area.top])
  const at = (evidence: number): number => y(Math.min(ceiling, Math.max(floor, evidence)))
  const paths = curves.map((curve, series) => html`<path d="${line(curve.map(point => [point.x, at(point.evidence)] as const))}" class="line g${series % 6}"/>`)
  const failures = curves.flatMap((curve, series) => curve.filter(({ fail }) => fail).slice(0, 1).map(point => html`<g class="alarm"><title>${gates[series]!} alarmed: ${evidenceText(point.evidence)}</title>${mark(3, point.x, at(point.evidence), 5)}</g>`))
  const stages = samples.flatMap(({ stage }, place) => place > 0 && samples[place - 1]!.stage !== stage ? [html`<line x1="${n(x(moments[place]!))}" x2="${n(x(moments[place]!))}" y1="${area.top}" y2="${area.bottom}" class="divide"/>`] : [])
  const lines = alarms.map(alarm => html`<line x1="${area.left}" x2="${area.right}" y1="${n(at(alarm))}" y2="${n(at(alarm))}" class="alarmline"/>`)
  const label = alarms.map(alarm => html`<text x="${area.left + 6}" y="${n(at(alarm) - 3)}" class="tick alarmtext">${alarms.length === 1 ? 'alarm' : `alarm of ${alarmsOf.get(alarm)!.join(', ')}`}</text>`)
  const title = `Evidence against the candidate: rollout ${rollout}`
  const description = `E-values of ${gates.map((gate, series) => `${gate} (at most ${evidenceText(Math.max(...curves[series]!.map(({ evidence }) => evidence)))})`).join(', ')}, on a log scale; ${alarms.length === 0 ? 'no alarm line was kept' : `the alarm is at ${alarms.map(alarm => `${evidenceText(alarm)} (${alarmsOf.get(alarm)!.join(', ')})`).join(', ')}`}. ${failures.length === 0 ? 'None reached it.' : `${failures.length} reached it.`}`
  return {
    title,
    description,
    svg: frame(`${id}-evidence`, title, description,
      { scale: x, label: `UTC, ${new Date(moments[0]!).toISOString().slice(0, 10)}${stages.length > 0 ? '; dashed: the next stage' : ''}`, format: moment => timeLabel(moment, x.ticks) },
      { scale: y, label: 'e-value, log scale', format: value => value >= 1e4 || value < 1e-2 ? value.toExponential(0).replace('e+', 'e') : String(value) },
      [...stages, ...lines, ...label, ...paths, ...failures], gates.map((gate, series) => [10 + series % 6, gate] as const))
  }
}
