import { formatShare } from '../../config/units.ts'
import { counted } from '../visible.ts'
import type { Dossier, FeatureView, Reason } from './dossier.ts'
import { bytesText, evidenceText, gateValueText, intervalText, lastingText, millisecondsText, nothing, numberText, timeText } from './figures.ts'
import { code, codeBlock, markdownTable as table, plain } from './markdown-text.ts'
import { pathLink } from './page/markup.ts'

/** The report as Markdown, for a pull request or a wiki. Says what the HTML says, without the plots. */
export function dossierMarkdown (dossier: Dossier): string {
  const { project, decision, summary, features, incidents, risks, rollback, environment, sources, missing, gates } = dossier
  const blocks = [
    `# ${plain(project)}: ${decision}`,
    `${timeText(dossier.at)} UTC, ${plain(dossier.id)}`,
    plain(summary),
    reasons(dossier.reasons, dossier),
    '## Features',
    table(['feature', 'risk', 'decision', 'implemented', 'parity', 'speed', 'share', 'legacy code'], features.map(({ feature, risk, decision, progress }) => [
      `**${plain(feature)}**`, risk, decision, progress.implemented.text, progress.parity.text, progress.bench.text, progress.share.text, progress.retired.text
    ].map((cell, place) => place === 0 ? cell : plain(cell)))),
    ...(missing.length === 0 ? [] : ['### Missing', list(missing.map(plain))]),
    ...features.flatMap(feature => featureBlocks(feature, dossier)),
    '## Incidents',
    incidents.length === 0
      ? sources.some(({ id }) => id === 'journal') ? 'The journal holds no rollback.' : 'Not known: there is no journal.'
      : table(['UTC', 'feature', 'taken back by', 'from', 'after requests', 'seen', 'e-value', 'why'], incidents.map(each => [
        timeText(each.at), plain(each.feature), plain(each.kind === 'gate' ? `the gate ${each.gate ?? 'unknown'}` : each.who), each.from === null ? nothing : formatShare(each.from), numberText(each.requests), gateValueText(each.result?.value, each.result?.unit), evidenceText(each.result?.evidence), plain(each.why)
      ])),
    '## Risks',
    risks.length === 0 ? 'None that the evidence or the configuration shows.' : list(risks.map(({ feature, text }) => `${feature === undefined ? '' : `**${plain(feature)}**: `}${plain(text)}`)),
    '## Rolling back',
    ...rollback.map(({ text, command }) => `${plain(text)}${command === undefined ? '' : `:\n\n${codeBlock(command)}`}`),
    '## How it is judged',
    `Stages ${dossier.settings.stages.map(stage => formatShare(stage)).join(', ')}, each held for ${lastingText(dossier.settings.holdMs)} and ${counted(dossier.settings.minimumRequests, 'request')} at least; at most ${dossier.settings.alpha} of healthy rollouts are taken back. Intervals are 95%.`,
    gates.length === 0 ? 'No gate is configured.' : list(gates.map(plain)),
    '## Environment and versions',
    table(['what', 'value'], environment.map(({ name, value }) => [plain(name), plain(value)])),
    '## Samples',
    table(['file', 'holds', 'size', 'SHA-256'], sources.map(source => [link(source.file), plain(`${source.about}${source.problem === undefined ? '' : `; problem: ${source.problem}`}`), bytesText(source.bytes), code(source.sha256 || nothing)]))
  ]
  return blocks.filter(block => block !== '').join('\n\n') + '\n'
}

function featureBlocks (feature: FeatureView, dossier: Dossier): readonly string[] {
  const { parity, speed, rollouts, shares, share } = feature
  const findings = parity.runs.flatMap(run => run.findings.map(finding => [run.command, code(finding.endpoint), plain(finding.message), finding.occurrences, finding.confirmed ? 'yes' : 'no']))
  return [
    `## ${plain(feature.feature)}: ${feature.decision}`,
    `Risk ${feature.risk}${feature.riskReason === undefined ? '' : ` (${plain(feature.riskReason)})`}. Routes: ${feature.routes.map(code).join(', ')}.`,
    reasons(feature.reasons, dossier),
    '### Parity',
    table(['run', 'result', 'cases', 'requests', 'differences', 'not confirmed', 'when, UTC', 'samples'], parity.runs.map(run => [
      code(run.command), plain(`${run.state === 'missing' && run.source === undefined ? 'never run' : run.state}${run.note === undefined ? '' : `: ${run.note}`}${run.scope === undefined ? '' : `, only ${run.scope}`}`), numberText(run.figures?.cases), numberText(run.figures?.requests), numberText(run.figures?.differences), numberText(run.figures?.unconfirmed), timeText(run.at), fileOf(run.source, dossier)
    ])),
    ...(findings.length === 0 ? [] : [table(['found by', 'where', 'what', 'times', 'confirmed'], findings)]),
    parity.untested.length === 0 ? 'Untested routes: none.' : `Untested routes:\n\n${list(parity.untested.map(code))}`,
    ...(parity.leftOut.length === 0 ? [] : ['Left out of the comparison:', table(['because of', 'reason', 'values', 'endpoints'], parity.leftOut.map(each => [each.because, plain(each.reason), numberText(each.count), each.endpoints.map(code).join(', ')]))]),
    ...(parity.notes.length === 0 ? [] : [list(parity.notes.map(plain))]),
    '### Speed',
    ...(speed === undefined
      ? ['**Not measured.**']
      : [table(['route', 'connections', 'requests a second, candidate over legacy', 'p50', 'p95', 'p99', 'CPU a request', 'noise alone'], speed.routes.map(({ result, candidate }) => result.answers === 'different'
          ? [code(result.route), result.connections, plain(`not measured: answers differ${result.difference === undefined ? '' : ` (${result.difference})`}`)]
          : [code(result.route), result.connections, candidate === undefined ? 'not measured' : intervalText(candidate.rate), intervalText(candidate?.p50), intervalText(candidate?.p95), intervalText(candidate?.p99), intervalText(candidate?.cpu), intervalText(result.floor?.rate)])),
        table(['route', 'connections', 'backend', 'requests a second', 'interval', 'p50', 'p95', 'p99'], speed.routes.flatMap(({ result, rates, curves }) => rates.map(({ backend, value, low, high }) => {
          const points = curves.find(each => each.backend === backend)?.points
          const at = (part: number): string => millisecondsText(points?.find(([each]) => each >= part - 1e-9)?.[1])
          return [code(result.route), result.connections, plain(backend), numberText(value), low === null || high === null ? nothing : `${numberText(low)}–${numberText(high)}`, at(0.5), at(0.95), at(0.99)]
        }))),
        `Samples: ${fileOf(speed.source, dossier)}`]),
    '### Rollout',
    `Share now: ${share === null ? 'unknown' : formatShare(share)}. ${shares.length === 0 ? '' : `Changes: ${shares.slice(-20).map(point => `${formatShare(point.share)}${point.rollback ? ' (rollback)' : ''} at ${timeText(point.at)}`).join(', ')}. `}${fileOf('journal', dossier)}`,
    ...(rollouts.length === 0
      ? ['**No rollout on evidence.**']
      : [table(['rollout', 'version', 'outcome', 'began, UTC', 'took', 'requests', 'samples'], rollouts.map(each => [code(each.rollout), plain(each.version ?? nothing), each.outcome, timeText(each.startedAt), each.endedAt === undefined ? nothing : lastingText(Date.parse(each.endedAt) - Date.parse(each.startedAt)), numberText(each.requests), fileOf(each.source, dossier)])),
          ...(rollouts[0]!.gates.length === 0 ? [] : [table(['gate', 'verdict', 'seen', 'bound', 'e-value', 'alarm at', 'samples'], rollouts[0]!.gates.map(gate => [plain(gate.gate), gate.verdict, gateValueText(gate.value, gate.unit), gateValueText(gate.bound, gate.unit), evidenceText(gate.evidence), evidenceText(gate.alarmAt), numberText(gate.samples)]))])])
  ]
}

function reasons (all: readonly Reason[], dossier: Dossier): string {
  return list(all.map(({ decision, text, source, next, nextWhen }) => `${decision}: ${plain(text)}${source === undefined ? '' : ` (${fileOf(source, dossier)})`}${next === undefined ? '' : `. Next${nextWhen === undefined ? '' : `, ${plain(nextWhen)}`}: ${code(next)}`}`))
}

function list (lines: readonly string[]): string {
  return lines.map(line => `- ${line}`).join('\n')
}

function fileOf (id: string | undefined, { sources }: Dossier): string {
  const found = sources.find(source => source.id === id)
  return found === undefined ? nothing : link(found.file)
}

function link (file: string): string {
  return `[${plain(file)}](${pathLink(file).replace(/[()]/g, character => `%${character.charCodeAt(0).toString(16)}`)})`
}
