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
  return { ...difference, ...(legacy && { legacy }), ...(candidate && { candidate }) }
}

function inner (shown: Shown, redactor: Redactor): Shown {
  const request: ExchangeRequest = { method: 'POST', target: '/', headers: [['content-type', 'text/plain']], body: Buffer.from(shown.text) }
  const { body, truncated } = redactor.redactRequest(request)
  return { ...shown, text: truncated === undefined ? body.toString() : '[redacted]' }
}
