import picocolors from 'picocolors'
import type { Colors } from 'picocolors/types.js'
import type { RedactionRules } from '../message/redaction/rules.ts'
import type { ParityReport } from '../parity/finding.ts'
import type { Origins } from '../parity/shrink/reproduction.ts'
import { cleanReport } from './clean-report.ts'
import { coverageView, leftOutView, listView } from './tables-view.ts'
import { findingView } from './finding-view.ts'
import { counted, duration, visible, wrap } from './visible.ts'

/** How a report is written for a terminal. */
export interface TerminalReportOptions {
  /** Characters of a line; 80 when left out, 40 at least. */
  readonly width?: number
  /** Off when left out. */
  readonly color?: boolean
  readonly redact?: RedactionRules
  /** Where both sides answer, for the curl commands; the Host header's when left out. */
  readonly origins?: Origins
  /** Shows a file as a person would name it; as it is when left out. */
  readonly shownFile?: (file: string) => string
}

/**
 * A report for a person: the verdict first, then each finding, then what was left out and why, what was tried, and what
 * never was. Ends with a line feed. Holds no secrets, and no control characters of a backend's.
 */
export function terminalReport (report: ParityReport, options: TerminalReportOptions = {}): string {
  const clean = cleanReport(report, options.redact)
  const width = Math.max(options.width ?? 80, 40)
  const colors = picocolors.createColors(options.color ?? false)
  const view = { width, colors, origins: options.origins ?? {}, shownFile: options.shownFile ?? (file => file) }
  const confirmed = clean.findings.filter(finding => finding.confirmed)
  const unconfirmed = clean.findings.filter(finding => !finding.confirmed)
  const blocks: string[][] = [verdict(clean, confirmed.length, width, colors)]
  confirmed.forEach((finding, at) => blocks.push(findingView(finding, at + 1, view)))
  if (unconfirmed.length > 0) {
    blocks.push([colors.bold(colors.yellow(`Not confirmed: ${unconfirmed.length === 1 ? 'this' : 'these'} did not show again`))])
    unconfirmed.forEach((finding, at) => blocks.push(findingView(finding, confirmed.length + at + 1, view)))
  }
  const broken = clean.cases.filter(({ outcome }) => outcome === 'failed' || outcome === 'skipped')
  blocks.push(
    listView('Not run to the end', broken.map(({ name, outcome, note }) => `${outcome === 'failed' ? '!' : '-'} ${name}: ${note ?? outcome}`), width, colors),
    leftOutView(clean.leftOut, width, colors),
    coverageView(clean.coverage, width, colors),
    listView('Never asked', clean.untested, width, colors),
    listView('Notes', clean.notes, width, colors)
  )
  if (clean.seed !== undefined) blocks.push([colors.dim(`Again with --seed ${clean.seed}`)])
  return blocks.filter(block => block.length > 0).map(block => block.join('\n')).join('\n\n') + '\n'
}

/** One line that says it, one that says of what. */
function verdict (report: ParityReport, found: number, width: number, colors: Colors): string[] {
  const { cases, coverage, command, durationMs } = report
  const failed = cases.filter(({ outcome }) => outcome === 'failed').length
  const ran = cases.filter(({ outcome }) => outcome !== 'skipped').length
  const requests = coverage.reduce((sum, endpoint) => sum + endpoint.requests, 0)
  const unconfirmed = report.findings.length - found
  const line = found > 0
    ? colors.red(colors.bold(`✗ ${counted(found, 'difference')} that nothing explains`))
    : ran === 0
      ? colors.yellow(colors.bold('? Nothing was compared'))
      : failed > 0
        ? colors.yellow(colors.bold(`! No difference, but ${counted(failed, 'case')} could not be run to the end`))
        : colors.green(colors.bold('✓ No difference'))
  const facts = [visible(command), counted(cases.length, 'case'), ...(requests > 0 ? [counted(requests, 'request')] : []), duration(durationMs), ...(unconfirmed > 0 ? [`${unconfirmed} not confirmed`] : [])]
  return [line, ...wrap(facts.join(' · '), width - 2).map(piece => colors.dim(`  ${piece}`))]
}
