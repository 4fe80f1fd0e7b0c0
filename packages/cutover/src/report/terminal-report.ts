import picocolors from 'picocolors'
import type { Colors } from 'picocolors/types.js'
import type { RedactionRules } from '../message/redaction/rules.ts'
import type { Finding, ParityReport } from '../parity/finding.ts'
import type { Origins } from '../parity/shrink/reproduction.ts'
import { cleanReport } from './clean-report.ts'
import { coverageView, leftOutView, listView } from './tables-view.ts'
import { findingLine, findingView, type FindingViewOptions } from './finding-view.ts'
import { counted, cut, duration, visible, wrap } from './visible.ts'

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
  /** The file of a finding's case. */
  readonly fileOf?: (finding: Finding) => string | undefined
  /** How many findings are shown in full, the others by a line each; all when left out. */
  readonly most?: number
}

/**
 * A report for a person: the verdict first, then each finding, then what was left out and why, what was tried, and what
 * never was. Ends with a line feed. Holds no secrets, and no control characters of a backend's.
 */
export function terminalReport (report: ParityReport, options: TerminalReportOptions = {}): string {
  const clean = cleanReport(report, options.redact)
  const width = Math.max(options.width ?? 80, 40)
  const colors = picocolors.createColors(options.color ?? false)
  const view = { width, colors, origins: options.origins ?? {}, shownFile: options.shownFile ?? (file => file), fileOf: options.fileOf }
  const confirmed = byExchange(clean.findings.filter(finding => finding.confirmed))
  const unconfirmed = byExchange(clean.findings.filter(finding => !finding.confirmed))
  const most = options.most ?? Infinity
  const blocks: string[][] = [verdict(clean, confirmed.length, width, colors), overview(confirmed, width, colors)]
  blocks.push(...findingBlocks(confirmed, 1, most, view))
  if (unconfirmed.length > 0) {
    blocks.push([colors.bold(colors.yellow(`Not confirmed: ${unconfirmed.length === 1 ? 'this' : 'these'} did not show again`))])
    blocks.push(...findingBlocks(unconfirmed, confirmed.length + 1, Math.max(0, most - confirmed.length), view))
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

/** Findings of one exchange one after the other, each endpoint's where it was. */
function byExchange (findings: readonly Finding[]): readonly Finding[] {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const key = exchangeKey(finding)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [finding])
    else group.push(finding)
  }
  const endpoints = new Map<string, Finding[]>()
  for (const group of groups.values()) {
    const key = `${group[0]!.kind} ${group[0]!.endpoint}`
    endpoints.set(key, [...endpoints.get(key) ?? [], ...group])
  }
  return [...endpoints.values()].flat()
}

/** The same for findings that one pair of requests shows. */
function exchangeKey ({ kind, endpoint, case: name, step, shrunk, exchanges, cause }: Finding): string {
  return JSON.stringify(shrunk === undefined && exchanges !== undefined && step !== undefined ? [kind, endpoint, name, step] : [kind, endpoint, cause])
}

function findingBlocks (findings: readonly Finding[], first: number, most: number, view: FindingViewOptions): string[][] {
  const full = findings.slice(0, most)
  const blocks = full.map((finding, at) => findingView(finding, first + at, view, full[at + 1] === undefined || exchangeKey(full[at + 1]!) !== exchangeKey(finding)))
  if (full.length === findings.length) return blocks
  return [...blocks, [...findings.slice(most).map((finding, at) => findingLine(finding, first + most + at, view)), view.colors.dim('     in full with --report FILE')]]
}

/** Where many findings are. */
function overview (findings: readonly Finding[], width: number, colors: Colors): string[] {
  if (findings.length < MANY) return []
  const counts = new Map<string, number>()
  for (const { endpoint } of findings) counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1)
  const sorted = [...counts].sort(([, a], [, b]) => b - a)
  const shown = sorted.length > ENDPOINTS ? sorted.slice(0, ENDPOINTS - 1) : sorted
  const lines = shown.map(([endpoint, count]) => cut(`${String(count).padStart(5)}  ${visible(endpoint)}`, width))
  return sorted.length === shown.length ? lines : [...lines, colors.dim(`       and ${sorted.length - shown.length} more`)]
}

const MANY = 6
const ENDPOINTS = 10

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
