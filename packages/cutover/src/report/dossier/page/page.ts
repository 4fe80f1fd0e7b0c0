import { createHash } from 'node:crypto'
import { formatShare } from '../../../config/units.ts'
import { counted } from '../../visible.ts'
import type { Dossier, FeatureView, Incident } from '../dossier.ts'
import { bytesText, evidenceText, gateValueText, intervalText, lastingText, nothing, numberText, ratioText, timeText } from '../figures.ts'
import { html, Markup, pathLink } from './markup.ts'
import { parityPart } from './parity-part.ts'
import { classOf, decisionText, pill, reasonList, table } from './parts.ts'
import { rolloutPart } from './rollout-part.ts'
import { overallPart, speedPart } from './speed-part.ts'
import { style } from './style.ts'

/** The report as one HTML file: it loads nothing, runs no script, and every text in it is escaped. */
export function dossierHtml (dossier: Dossier): string {
  const { project, decision, summary, features } = dossier
  // A browser takes this style alone, whatever a text might have slipped in.
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${`${project}: ${decision}`}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header><p class="kicker">Migration report</p><h1>${project}</h1><p class="meta">${timeText(dossier.at)} UTC · ${dossier.id} · candidate ${dossier.settings.version ?? 'without a named version'}</p>
<div class="decision ${classOf(decision)}"><div class="word">${decisionText(decision)}</div><p>${summary}</p>${decision !== 'go' && reasonList(dossier.reasons.slice(0, 10), dossier)}${decision !== 'go' && dossier.reasons.length > 10 && html`<p class="soft">And ${dossier.reasons.length - 10} more, below.</p>`}</div>${tiles(dossier)}</header>
<nav aria-label="Contents"><ul>${features.map(({ id, feature }) => html`<li><a href="#${id}">${feature}</a></li>`)}${[['incidents', 'Incidents'], ['risks', 'Risks'], ['rollback', 'Rolling back'], ['judged', 'How it is judged'], ['environment', 'Environment'], ['samples', 'Samples']].map(([id, name]) => html`<li><a href="#${id!}">${name}</a></li>`)}</ul></nav>
<main>
<h2 id="features">Features</h2>${overview(features)}${dossier.missing.length > 0 && html`<h3>Missing</h3><ul class="plain">${dossier.missing.map(line => html`<li>${line}</li>`)}</ul>`}
${features.map(feature => featurePart(feature, dossier))}
${incidentsPart(dossier)}
${overallPart(dossier)}
<h2 id="risks">Risks</h2>${dossier.risks.length === 0 ? html`<p>None that the evidence or the configuration shows.</p>` : html`<ul class="plain">${dossier.risks.map(({ feature, text, anchor }) => html`<li>${feature !== undefined && html`<b>${feature}</b>: `}${anchor === undefined ? text : html`<a href="#${anchor}">${text}</a>`}</li>`)}</ul>`}
<h2 id="rollback">Rolling back</h2><p>One action, no restart, from the next request on.</p>${dossier.rollback.map(({ text, command }) => html`<p>${text}${command !== undefined && ':'}</p>${command !== undefined && html`<pre>${new Markup(command.split('\n').map(line => html`${line}`.text).join('\n'))}</pre>`}`)}
${judgedPart(dossier)}
<h2 id="environment">Environment and versions</h2>${table([{ name: 'what' }, { name: 'value' }], dossier.environment.map(({ name, value }) => [name, value]))}
<h2 id="samples">Samples</h2><p>Every figure comes from these files, as they were when this report was made.</p>${table([{ name: 'file' }, { name: 'holds' }, { name: 'size', number: true }, { name: 'SHA-256' }], dossier.sources.map(source => [
  html`<a id="source-${source.id.replace(/[^\w.-]/g, '-')}" href="${pathLink(source.file)}">${source.file}</a>`, html`${source.about}${source.problem !== undefined && html` ${pill('problem', 'no')} ${source.problem}`}`, bytesText(source.bytes), html`<span class="hash mono">${source.sha256 || nothing}</span>`
]))}
</main>
<footer>Written by cutover. This file loads nothing and runs no script.</footer>
</body>
</html>
`
  return page.text
}

/** The figures that a reader asks for first, each a way to where it comes from. */
function tiles ({ features, incidents, sources }: Dossier): Markup {
  const figures = features.flatMap(({ parity }) => parity.runs.flatMap(({ figures, state }) => figures === undefined || state === 'stale' ? [] : [figures]))
  const sum = (read: (each: typeof figures[number]) => number): number => figures.reduce((all, each) => all + read(each), 0)
  const untested = features.reduce((all, { parity }) => all + parity.untested.length, 0)
  const rates = features.flatMap(({ speed }) => speed?.routes.flatMap(({ candidate }) => candidate?.rate.value ?? []) ?? [])
  const measured = features.filter(({ speed }) => speed !== undefined).length
  const whole = features.filter(({ share }) => share === 10_000).length
  const shown: ReadonlyArray<readonly [value: string, name: string, anchor: string]> = [
    figures.length === 0 ? ['not known', 'differences: nothing was compared', 'features'] : [numberText(sum(({ differences }) => differences)), `differences in ${numberText(sum(({ requests }) => requests))} requests compared`, 'features'],
    [numberText(untested), `untested ${untested === 1 ? 'route' : 'routes'}`, features.find(({ parity }) => parity.untested.length > 0)?.id.concat('-untested') ?? 'features'],
    [rates.length === 0 ? 'not measured' : rates.length === 1 ? ratioText(rates[0]!) : `${ratioText(Math.min(...rates)).slice(0, -1)}–${ratioText(Math.max(...rates))}`, `requests a second over legacy; ${measured} of ${counted(features.length, 'feature')} measured`, features.find(({ speed }) => speed !== undefined)?.id.concat('-speed') ?? 'features'],
    [`${whole} of ${features.length}`, 'features wholly on the candidate', 'features'],
    [sources.some(({ id }) => id === 'journal') ? numberText(incidents.length) : 'not known', incidents.length === 1 ? 'rollback' : 'rollbacks', 'incidents']
  ]
  return html`<div class="tiles">${shown.map(([value, name, anchor]) => html`<a href="#${anchor}"><b>${value}</b><span>${name}</span></a>`)}</div>`
}

function overview (features: readonly FeatureView[]): Markup {
  if (features.length === 0) return html`<p>The configuration lists none.</p>`
  return table([{ name: 'feature' }, { name: 'risk' }, { name: 'decision' }, { name: 'implemented' }, { name: 'parity' }, { name: 'speed' }, { name: 'share', number: true }, { name: 'legacy code' }], features.map(({ id, feature, risk, decision, progress }) => [
    html`<a href="#${id}"><b>${feature}</b></a>`, risk, pill(decision, classOf(decision)),
    html`<a href="#${id}-parity">${progress.implemented.text}</a>`, html`<a href="#${id}-parity">${progress.parity.text}</a>`, html`<a href="#${id}-speed">${progress.bench.text}</a>`, html`<a href="#${id}-rollout">${progress.share.text}</a>`, progress.retired.text
  ]))
}

function featurePart (feature: FeatureView, dossier: Dossier): Markup {
  const { id, risk, riskReason, routes, env, sticky, fallback, decision, reasons } = feature
  return html`<section class="feature"><h2 id="${id}">${feature.feature} ${pill(decision, classOf(decision))}</h2>
<p class="meta">Risk ${risk}${riskReason !== undefined && ` (${riskReason})`} · ${sticky ? 'users stay on one side' : 'each request is drawn by itself'} · ${fallback ? 'falls back to legacy' : 'does not fall back'}${env !== undefined && html` · variable <code>${env}</code>`}</p>
<p>${routes.map((route, place) => html`${place > 0 && ' · '}<code>${route}</code>`)}</p>
${reasonList(reasons, dossier)}${parityPart(feature, dossier)}${speedPart(feature, dossier)}${rolloutPart(feature, dossier)}</section>`
}

function incidentsPart ({ incidents, features, sources }: Dossier): Markup {
  if (incidents.length === 0) return html`<h2 id="incidents">Incidents</h2><p>${sources.some(({ id }) => id === 'journal') ? 'The journal holds no rollback.' : 'Not known: there is no journal.'}</p>`
  return html`<h2 id="incidents">Incidents</h2>${table([{ name: 'UTC' }, { name: 'feature' }, { name: 'taken back by' }, { name: 'from' }, { name: 'after requests', number: true }, { name: 'seen', number: true }, { name: 'e-value', number: true }, { name: 'why' }], incidents.map(incident => [
    html`<span class="time" id="${incident.id}">${timeText(incident.at)}</span>`, incident.feature, byWhom(incident), incident.from === null ? nothing : formatShare(incident.from), numberText(incident.requests),
    gateValueText(incident.result?.value, incident.result?.unit), evidenceText(incident.result?.evidence),
    html`${incident.why}${incident.rollout !== undefined && html` <a href="#${rolloutAnchor(features, incident)}">rollout</a>`}`
  ]))}`
}

function byWhom ({ kind, gate, who }: Incident): Cell {
  return kind === 'gate' ? html`the gate <b>${gate ?? 'unknown'}</b>` : who
}

type Cell = Markup | string

function rolloutAnchor (features: readonly FeatureView[], { feature, rollout }: Incident): string {
  const view = features.find(each => each.feature === feature)
  return view?.rollouts.find(each => each.rollout === rollout)?.id ?? view?.id ?? 'features'
}

function judgedPart ({ gates, settings }: Dossier): Markup {
  const { stages, holdMs, minimumRequests, alpha, confidence } = settings
  return html`<h2 id="judged">How it is judged</h2>
<p>Go: every route was compared without a difference, every feature was measured, and a rollout brought it to 100% on evidence. No: a fact speaks against it. Not yet: something is missing, and what is missing never counts as good.</p>
<p>Stages ${stages.map(stage => formatShare(stage)).join(', ')}; each is held for ${lastingText(holdMs)} and ${counted(minimumRequests, 'request')} of the candidate at least. A gate alarms when its e-value reaches its line: over all gates and the whole time, a healthy candidate is taken back with a probability of at most ${alpha}. A stage passes when a rate is under its bound with a confidence of ${confidence}. Ratios carry 95% intervals, Student's over starts and never narrower than what the blocks tell (${intervalText({ value: 2, low: 1.9, high: 2.1 })} is twice, between 1.9 and 2.1 times).</p>
${gates.length === 0 ? html`<p>No gate is configured.</p>` : html`<ul class="plain">${gates.map(line => html`<li>${line}</li>`)}</ul>`}`
}
