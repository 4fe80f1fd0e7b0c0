import { exchangeLine } from '../message/recording/format.ts'
import type { RedactionRules } from '../message/redaction/rules.ts'
import type { ParityReport } from '../parity/finding.ts'
import { hasFindings } from '../parity/finding.ts'
import { reproduction, type Origins } from '../parity/shrink/reproduction.ts'
import { cleanReport } from './clean-report.ts'

/** What is written as JSON: a {@link ParityReport} with its verdict, exchanges as in recordings, and curl for both sides. */
export interface JsonReportOptions {
  readonly redact?: RedactionRules
  readonly origins?: Origins
}

/** A report as JSON, one document, without secrets. Ends with a line feed. */
export function jsonReport (report: ParityReport, options: JsonReportOptions = {}): string {
  const clean = cleanReport(report, options.redact)
  const findings = clean.findings.map(({ exchanges, ...finding }) => {
    const curl = reproduction({ ...finding, ...(exchanges && { exchanges }) }, options.origins)
    return {
      ...finding,
      ...(exchanges && { exchanges: { legacy: plain(exchanges.legacy), candidate: plain(exchanges.candidate) } }),
      ...(curl && { curl: { legacy: curl.legacy, candidate: curl.candidate } })
    }
  })
  return JSON.stringify({ ...clean, findings, same: !hasFindings(clean) }, undefined, 2) + '\n'
}

function plain (exchange: Parameters<typeof exchangeLine>[0]): unknown {
  return JSON.parse(exchangeLine(exchange)) as unknown
}
