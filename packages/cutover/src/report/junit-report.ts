import picocolors from 'picocolors'
import type { RedactionRules } from '../message/redaction/rules.ts'
import type { CaseResult, Finding, ParityReport } from '../parity/finding.ts'
import type { Origins } from '../parity/shrink/reproduction.ts'
import { cleanReport } from './clean-report.ts'
import { findingView } from './finding-view.ts'

export interface JunitReportOptions {
  readonly redact?: RedactionRules
  readonly origins?: Origins
  readonly shownFile?: (file: string) => string
}

/**
 * A report as JUnit XML: a testcase for each case, a failure where it showed something that was confirmed, an error where
 * it could not be run to its end. A finding whose case is not listed gets a testcase of its own.
 */
export function junitReport (report: ParityReport, options: JunitReportOptions = {}): string {
  const clean = cleanReport(report, options.redact)
  const view = { width: 100, colors: picocolors.createColors(false), origins: options.origins ?? {}, shownFile: options.shownFile ?? ((file: string) => file) }
  const textOf = (finding: Finding): string => findingView(finding, clean.findings.indexOf(finding) + 1, view).join('\n')
  const suite = `cutover ${clean.command}`
  const listed = new Set(clean.cases.map(({ name }) => name))
  const causes = new Set(clean.cases.flatMap(each => each.causes))
  const others = clean.findings.filter(finding => !listed.has(finding.case) && !causes.has(finding.cause))
  const cases = [
    ...clean.cases.map(each => ({ each, findings: clean.findings.filter(finding => finding.case === each.name || each.causes.includes(finding.cause)) })),
    ...others.map(finding => ({ each: { name: `${finding.endpoint} ${finding.cause}`, steps: 0, durationMs: 0, outcome: 'different', causes: [finding.cause] } satisfies CaseResult, findings: [finding] }))
  ]
  const failures = cases.filter(({ findings }) => findings.some(finding => finding.confirmed)).length
  const errors = cases.filter(({ each, findings }) => each.outcome === 'failed' && !findings.some(finding => finding.confirmed)).length
  const skipped = cases.filter(({ each }) => each.outcome === 'skipped').length
  const totals = `tests="${cases.length}" failures="${failures}" errors="${errors}" skipped="${skipped}" time="${seconds(clean.durationMs)}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="cutover" ${totals}>`,
    `  <testsuite name="${attribute(suite)}" timestamp="${attribute(clean.startedAt)}" ${totals}>`,
    ...cases.map(({ each, findings }) => testcase(suite, each, findings, textOf)),
    ...(clean.notes.length > 0 ? [`    <system-out>${content(clean.notes.join('\n'))}</system-out>`] : []),
    '  </testsuite>',
    '</testsuites>',
    ''
  ].join('\n')
}

function testcase (suite: string, { name, durationMs, outcome, note }: CaseResult, findings: readonly Finding[], textOf: (finding: Finding) => string): string {
  const open = `    <testcase classname="${attribute(suite)}" name="${attribute(name)}" time="${seconds(durationMs)}"`
  const confirmed = findings.filter(finding => finding.confirmed)
  const unconfirmed = findings.filter(finding => !finding.confirmed)
  const inner: string[] = []
  if (outcome === 'skipped') inner.push(`      <skipped message="${attribute(note ?? '')}"/>`)
  else if (confirmed.length > 0) inner.push(...confirmed.map(finding => `      <failure type="${attribute(finding.kind)}" message="${attribute(`${finding.endpoint}: ${finding.message}`)}">${content(textOf(finding))}</failure>`))
  else if (outcome === 'failed') inner.push(`      <error message="${attribute(note ?? 'it could not be run to its end')}"/>`)
  if (unconfirmed.length > 0) inner.push(`      <system-out>${content(unconfirmed.map(textOf).join('\n\n'))}</system-out>`)
  return inner.length === 0 ? `${open}/>` : `${open}>\n${inner.join('\n')}\n    </testcase>`
}

function seconds (ms: number): string {
  return (ms / 1000).toFixed(3)
}

/** XML 1.0 has no way to write most controls, lone surrogates and two others. */
function allowed (text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\p{Cs}]/gu, '\ufffd')
}

function content (text: string): string {
  return allowed(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;')
}

function attribute (text: string): string {
  return content(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
}
