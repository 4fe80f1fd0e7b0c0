import { formatShare } from '../../../config/units.ts'
import { counted } from '../../visible.ts'
import type { Dossier, FeatureView, RolloutView } from '../dossier.ts'
import { evidenceText, gateValueText, lastingText, nothing, numberText, timeText } from '../figures.ts'
import { thinned } from '../history.ts'
import { evidencePlot } from '../plot/evidence.ts'
import { sharePlot } from '../plot/shares.ts'
import { html, type Markup } from './markup.ts'
import { figure, pill, samplesOf, sourceLink, table } from './parts.ts'

/** Rows of a table of samples; the file has all. */
const mostRows = 80
const mostRollouts = 6

/** How a feature's share moved, and on what evidence. */
export function rolloutPart ({ id, feature, rollouts, shares, share }: FeatureView, { sources, at }: Dossier): Markup {
  const heading = html`<h3 id="${id}-rollout">Rollout</h3>`
  const plot = sharePlot(`${id}-shares`, shares, new Date(at))
  const journal = sourceLink('journal', sources)
  return html`${heading}<p class="meta">Share of the candidate now: ${share === null ? 'unknown, there is no journal' : formatShare(share)}.</p>${
    plot === undefined
? html`<p>The share was never changed${share === null && ', as far as is known'}.</p>`
: html`<div class="plots">${figure(plot, samplesOf(`${id}-changes`, counted(shares.length, 'change'), journal, table([{ name: 'UTC' }, { name: 'share' }, { name: 'by' }, { name: 'why' }], shares.slice(-mostRows).map(point => [
      html`<span class="time">${timeText(point.at)}</span>`, html`${formatShare(point.share)}${point.rollback && html` ${pill('rollback', 'no')}`}`, point.who, point.why
    ]), true)))}${rollouts[0] !== undefined && evidenceFigure(rollouts[0], sources)}</div>`
  }${rollouts.length === 0 ? html`<p><b>No rollout on evidence.</b> Next: <code>cutover rollout start ${feature}</code></p>` : rollouts.slice(0, mostRollouts).map((rollout, place) => rolloutBlock(rollout, place > 0, journal, sources))}${rollouts.length > mostRollouts && html`<p class="soft">And ${rollouts.length - mostRollouts} older rollouts, in ${journal}.</p>`}`
}

function evidenceFigure (rollout: RolloutView, sources: Dossier['sources']): Markup {
  const plot = evidencePlot(rollout)
  if (plot === undefined) return html`<figure><p><b>No evidence over time was kept of this rollout.</b></p></figure>`
  const rows = thinned(rollout.samples, mostRows)
  const gates = [...new Set(rollout.samples.flatMap(({ gates }) => gates.map(({ gate }) => gate)))]
  return figure(plot, samplesOf(`${rollout.id}-samples`, `Samples: ${rows.length} of ${numberText(rollout.sampleCount)}`, sourceLink(rollout.source, sources), table(
    [{ name: 'UTC' }, { name: 'stage' }, { name: 'share' }, { name: 'requests', number: true }, ...gates.map(name => ({ name: `${name}: value, e`, number: true }))],
    rows.map(sample => [html`<span class="time">${timeText(sample.at)}</span>`, sample.stage + 1, formatShare(sample.share), numberText(sample.requests), ...gates.map(name => {
      const gate = sample.gates.find(each => each.gate === name)
      return gate === undefined ? nothing : `${gateValueText(gate.value, gate.unit)}, ${evidenceText(gate.evidence)}`
    })]), true)))
}

const outcomes: Readonly<Record<RolloutView['outcome'], string>> = { completed: 'go', failed: 'no', aborted: 'wait', paused: 'wait', 'under way': 'wait' }

function rolloutBlock (rollout: RolloutView, withPlot: boolean, journal: Markup, sources: Dossier['sources']): Markup {
  const { id, version, outcome, startedAt, endedAt, stages, events, requests, gates } = rollout
  return html`<h4 id="${id}">Rollout <code>${rollout.rollout}</code> ${pill(outcome, outcomes[outcome])}</h4><p class="meta">${version === undefined ? 'Version not named' : `Version ${version}`} · stages ${stages.map(stage => formatShare(stage)).join(', ') || 'not kept'} · began ${timeText(startedAt)} UTC${endedAt !== undefined && `, took ${lastingText(Date.parse(endedAt) - Date.parse(startedAt))}`} · ${requests === null ? 'requests not kept' : `${numberText(requests)} requests of the candidate`}</p>${
    table([{ name: 'UTC' }, { name: 'event' }, { name: 'stage' }, { name: 'share' }, { name: 'by' }, { name: 'why' }], events.slice(-mostRows).map(event => [
      html`<span class="time">${timeText(event.at)}</span>`, event.event === 'failed' ? pill(`failed${event.gate === undefined ? '' : `: ${event.gate}`}`, 'no') : event.event, event.stage + 1, formatShare(event.share), event.who, event.why
    ]))
  }${gates.length === 0
? html`<p class="soft">What the gates said was not kept.</p>`
: html`<p class="meta">What the gates said last (${journal}):</p>${table([{ name: 'gate' }, { name: 'verdict' }, { name: 'seen', number: true }, { name: 'bound', number: true }, { name: 'e-value', number: true }, { name: 'alarm at', number: true }, { name: 'samples', number: true }, { name: 'in words' }], gates.map(gate => [
    gate.gate, pill(gate.verdict, gate.verdict === 'pass' ? 'go' : gate.verdict === 'fail' ? 'no' : 'wait'), gateValueText(gate.value, gate.unit), gateValueText(gate.bound, gate.unit), evidenceText(gate.evidence), evidenceText(gate.alarmAt), numberText(gate.samples), gate.reason ?? ''
  ]))}`}${withPlot && rollout.samples.length > 0 && html`<div class="plots">${evidenceFigure(rollout, sources)}</div>`}`
}
