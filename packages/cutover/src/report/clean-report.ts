import { Buffer } from 'node:buffer'
import type { ExchangeRequest } from '../message/exchange.ts'
import { createRedactor, type Redactor } from '../message/redaction/redact.ts'
import { compileRules, type RedactionRules } from '../message/redaction/rules.ts'
import { redact, type Difference, type Shown } from '../parity/compare/difference.ts'
import { unescapeKey } from '../parity/compare/pointer.ts'
import type { Finding, ParityReport } from '../parity/finding.ts'
import { cleanScenario } from '../parity/shrink/clean-scenario.ts'

/** A report without secrets: what every format is written from. */
export function cleanReport (report: ParityReport, rules: RedactionRules = {}): ParityReport {
  const redactor = createRedactor(rules)
  const isSecret = secretPlaces(rules)
  return { ...report, findings: report.findings.map(finding => cleanFinding(finding, redactor, isSecret, rules)) }
}

function cleanFinding (finding: Finding, redactor: Redactor, isSecret: (difference: Difference) => boolean, rules: RedactionRules): Finding {
  const { difference, exchanges, shrunk } = finding
  return {
    ...finding,
    message: textWithout(finding.kind === 'expectation' ? unexpected(finding.message, isSecret) : finding.message, redactor),
    ...(difference && { difference: withoutInner(redact(difference, isSecret), redactor) }),
    ...(exchanges && { exchanges: { legacy: redactor.redact(exchanges.legacy), candidate: redactor.redact(exchanges.candidate) } }),
    ...(shrunk && { shrunk: cleanScenario(shrunk, rules).scenario })
  }
}

/** A value is secret by the header, field or column that holds it. */
function secretPlaces (rules: RedactionRules): (difference: Difference) => boolean {
  const { isSecretHeader, isSecretName, isSecretPath } = compileRules(rules)
  return ({ kind, pointer }) => {
    const [, place = '', ...path] = pointer.split('/').map(unescapeKey)
    if (place === 'headers' || place === 'trailers') return kind !== 'cookie attribute' && isSecretHeader(path[0] ?? '')
    return path.some(isSecretName) || (place === 'body' && isSecretPath(path.map(part => /^\d+$/.test(part) ? Number(part) : part)))
  }
}

/** A whole object or text may hold secrets of its own. */
function withoutInner (difference: Difference, redactor: Redactor): Difference {
  const legacy = difference.legacy && inner(difference.legacy, redactor)
  const candidate = difference.candidate && inner(difference.candidate, redactor)
  const note = difference.note === undefined ? undefined : textWithout(difference.note, redactor)
  return { ...difference, ...(legacy && { legacy }), ...(candidate && { candidate }), ...(note !== undefined && { note }) }
}

function inner (shown: Shown, redactor: Redactor): Shown {
  return { ...shown, text: textWithout(shown.text, redactor) }
}

function textWithout (text: string, redactor: Redactor): string {
  const request: ExchangeRequest = { method: 'POST', target: '/', headers: [['content-type', 'text/plain']], body: Buffer.from(text) }
  const { body, truncated } = redactor.redactRequest(request)
  return truncated === undefined ? body.toString() : '[redacted]'
}

/** What a scenario expected and what came, without both where the place is secret. */
function unexpected (message: string, isSecret: (difference: Difference) => boolean): string {
  const [, place] = / was expected at (\/.*?), .* came$/s.exec(message) ?? []
  if (place === undefined) return message
  const pointer = `/body${place}`
  return isSecret({ kind: 'value', pointer, pattern: pointer }) ? `another value was expected at ${place} than came` : message
}
