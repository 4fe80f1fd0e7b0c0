import { counted } from '../../visible.ts'
import type { Dossier, FeatureView, ParityRun } from '../dossier.ts'
import { nothing, numberText, timeText } from '../figures.ts'
import { html, type Markup } from './markup.ts'
import { pill, samplesOf, sourceLink, table } from './parts.ts'

/** What was compared of a feature, what differed, and what nothing asked. */
export function parityPart ({ id, parity }: FeatureView, { sources }: Dossier): Markup {
  const { runs, untested, leftOut, notes } = parity
  return html`<h3 id="${id}-parity">Parity</h3>${
    table([{ name: 'run' }, { name: 'result' }, { name: 'cases', number: true }, { name: 'requests', number: true }, { name: 'differences', number: true }, { name: 'not confirmed', number: true }, { name: 'when, UTC' }, { name: 'samples' }], runs.map(run => [
      html`<code>${run.command}</code>`,
      html`${resultPill(run)}${run.note !== undefined && run.source !== undefined && html` <span class="soft">${run.note}</span>`}${run.scope !== undefined && html` <span class="soft">only ${run.scope}</span>`}`,
      numberText(run.figures?.cases), numberText(run.figures?.requests), numberText(run.figures?.differences), numberText(run.figures?.unconfirmed),
      html`<span class="time">${timeText(run.at)}</span>`,
      run.source === undefined ? nothing : sourceLink(run.source, sources)
    ]))
  }${runs.flatMap(run => run.findings.length === 0
    ? []
    : [html`<h4>Found by ${run.command}</h4>${table([{ name: 'where' }, { name: 'what' }, { name: 'times', number: true }, { name: 'confirmed' }, { name: 'case' }], run.findings.map(finding => [
        html`<code>${finding.kind === 'state' ? `stored: ${finding.endpoint}` : finding.endpoint}</code>`, finding.message, finding.occurrences, finding.confirmed ? 'yes' : 'no', finding.case
      ]))}${((run.figures?.differences ?? 0) + (run.figures?.unconfirmed ?? 0)) > run.findings.length && html`<p class="soft">And more, in ${sourceLink(run.source, sources)}.</p>`}`])
  }<h4 id="${id}-untested">Untested routes</h4>${
    untested.length === 0
      ? html`<p>None: every route was asked at least once.</p>`
      : html`<p>${counted(untested.length, 'route')} that no run asked:</p><ul class="plain">${untested.map(route => html`<li><code>${route}</code></li>`)}</ul>`
  }${leftOut.length > 0 && html`<h4 id="${id}-left-out">Left out of the comparison</h4>${table([{ name: 'because of' }, { name: 'reason' }, { name: 'values', number: true }, { name: 'endpoints' }], leftOut.map(each => [
    becauseWords[each.because] ?? each.because, each.reason, numberText(each.count), html`${each.endpoints.map((endpoint, place) => html`${place > 0 && ', '}<code>${endpoint}</code>`)}`
  ]))}`}${notes.length > 0 && html`<h4>Notes</h4><ul class="plain">${notes.map(note => html`<li>${note}</li>`)}</ul>`}${
    runs.flatMap(run => run.figures === undefined || run.figures.endpoints.length === 0
      ? []
      : [samplesOf(`${id}-${run.command}-endpoints`, `What ${run.command} asked, by endpoint (${run.figures.endpoints.length})`, sourceLink(run.source, sources), table([{ name: 'endpoint' }, { name: 'requests', number: true }, { name: 'statuses of legacy' }], run.figures.endpoints.map(each => [
          html`<code>${each.endpoint}</code>`, numberText(each.requests), Object.entries(each.statuses).map(([status, count]) => `${status} × ${count}`).join(', ')
        ]), true))])
  }`
}

const becauseWords: Readonly<Record<string, string>> = { rule: 'a rule of the config', noise: 'noise', alias: 'made up by each side', default: 'equal anyway' }

function resultPill ({ state, figures, command, source }: ParityRun): Markup {
  switch (state) {
    case 'same': return pill('no difference', 'go')
    case 'different': return pill(counted(figures?.differences ?? 0, 'difference'), 'no')
    case 'missing': return pill(source === undefined ? command === 'verify' ? 'not verified' : 'never run' : 'unreadable', 'wait')
    default: return pill('does not count', 'wait')
  }
}
