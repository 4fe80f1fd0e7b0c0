import type { RedactionRules } from '../message/redaction/rules.ts'
import type { Finding, ParityReport } from '../parity/finding.ts'
import { cleanReport } from './clean-report.ts'
import { counted, cut, visible } from './visible.ts'

export interface AnnotationOptions {
  readonly redact?: RedactionRules
  /** The file of a finding or of its case, from the repository's root, with `/`; no file when it gives undefined. */
  readonly fileOf?: (finding: Finding) => string | undefined
}

/** GitHub shows ten errors and ten warnings of a step. */
const MOST = 10

/**
 * A report as GitHub workflow commands: an error for each finding that was confirmed, a warning for each other and for
 * each case that could not be run. Of more than GitHub shows, the last says how many there are.
 * @returns lines with their line feeds; empty when there is nothing to say
 */
export function annotations (report: ParityReport, options: AnnotationOptions = {}): string {
  const clean = cleanReport(report, options.redact)
  const fileOf = options.fileOf ?? (finding => finding.file)
  const ofFinding = (level: string, finding: Finding): string => {
    const { difference } = finding
    const values = difference === undefined ? [] : [`legacy: ${visible(difference.legacy?.text ?? '(nothing)')}`, `candidate: ${visible(difference.candidate?.text ?? '(nothing)')}`]
    const file = fileOf(finding)
    const where = `"${visible(finding.case)}"${finding.step === undefined ? '' : `, step ${finding.step}`}, ${counted(finding.occurrences, 'time')}, cause ${finding.cause}`
    return command(level, { ...(file !== undefined && { file, line: '1' }), title: cut(visible(`cutover ${clean.command}: ${finding.endpoint}`), 120) }, [visible(finding.message), ...values, where].join('\n'))
  }
  const errors = clean.findings.filter(finding => finding.confirmed).map(finding => ofFinding('error', finding))
  const warnings = [
    ...clean.findings.filter(finding => !finding.confirmed).map(finding => ofFinding('warning', finding)),
    ...clean.cases.filter(({ outcome }) => outcome === 'failed').map(({ name, note }) => command('warning', { title: `cutover ${clean.command}` }, visible(`"${name}" could not be run to its end: ${note ?? ''}`)))
  ]
  return [...most('error', errors, clean.command), ...most('warning', warnings, clean.command)].map(line => `${line}\n`).join('')
}

function most (level: string, lines: readonly string[], name: string): readonly string[] {
  if (lines.length <= MOST) return lines
  return [...lines.slice(0, MOST - 1), command(level, { title: `cutover ${name}` }, `${lines.length - MOST + 1} more: see the report`)]
}

/** `::error file=a.yaml,line=1::text`. */
function command (level: string, properties: Readonly<Record<string, string>>, text: string): string {
  const list = Object.entries(properties).map(([name, value]) => `${name}=${property(value)}`).join(',')
  return `::${level}${list === '' ? '' : ` ${list}`}::${data(text)}`
}

function data (text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property (text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
