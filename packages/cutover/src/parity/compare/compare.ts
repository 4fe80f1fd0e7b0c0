import type { ExchangeResponse, Field } from '../../message/exchange.ts'
import { headerValues } from '../../message/headers.ts'
import { compareBodies, compareHashes, digestOf, type Digest } from './body.ts'
import { codingsOf, decode } from './content-coding.ts'
import type { Difference, DifferenceKind } from './difference.ts'
import { Findings, type Pairing, type Tally } from './findings.ts'
import { compareHeaders } from './headers.ts'
import { place, type Place } from './place.ts'
import { strictPlan, type Plan } from './plan.ts'
import { plain } from './value.ts'

/** What comparing two answers gave. */
export interface Comparison {
  /** What nothing explains, in no more than the plan's limit. */
  readonly differences: readonly Difference[]
  /** How many unexplained differences there are, those not kept included. */
  readonly total: number
  /** The same by kind. */
  readonly counts: Readonly<Partial<Record<DifferenceKind, number>>>
  /** What was left out, and by what: rules, noise, aliases and spellings that mean the same. */
  readonly leftOut: readonly Tally[]
}

export interface CompareOptions {
  /** Rules and noise for the endpoint; nothing is excused without. */
  readonly plan?: Plan
  /** Values that each side made up, such as those of {@link Aliases}. */
  readonly pairing?: Pairing
  /** The method that both answer: the answer to HEAD has no body. */
  readonly method?: string
}

const nothing: Comparison = Object.freeze({ differences: Object.freeze([]), total: 0, counts: Object.freeze({}), leftOut: Object.freeze([]) })

/**
 * Compares two answers to the same request: status, headers by meaning, bodies by media type.
 * Pure, and total: whatever the two hold is compared in bounded time, never thrown at.
 */
export function compareResponses (legacy: ExchangeResponse, candidate: ExchangeResponse, options: CompareOptions = {}): Comparison {
  const plan = options.plan ?? strictPlan
  if (isSame(legacy, candidate)) return nothing
  const findings = new Findings(plan, options.pairing)
  const status = place(undefined, 'status')
  if (legacy.status !== candidate.status) {
    const mapped = plan.statuses.find(map => map.legacy === legacy.status && map.candidate === candidate.status)
    if (mapped !== undefined) findings.leaveOut('rule', { reason: mapped.reason, pattern: '/status' }, 'status', status)
    else findings.add('status', status, plain(String(legacy.status)), plain(String(candidate.status)))
  }
  const bodies = options.method !== 'HEAD' && hasContent(legacy.status) && hasContent(candidate.status)
  const sameFields = haveSameFields(legacy.headers, candidate.headers)
  if (!sameFields) compareHeaders(legacy.headers, candidate.headers, place(undefined, 'headers'), findings, { bodies })
  const sameCoding = sameFields || compareCodings(legacy, candidate, findings)
  if (bodies) compareContents(legacy, candidate, place(undefined, 'body'), findings, sameCoding)
  if (legacy.trailers !== undefined || candidate.trailers !== undefined) {
    compareHeaders(legacy.trailers ?? [], candidate.trailers ?? [], place(undefined, 'trailers'), findings, { bodies: false })
  }
  return resultOf(findings)
}

function resultOf (findings: Findings): Comparison {
  const total = [...findings.counts.values()].reduce((sum, count) => sum + count, 0)
  return { differences: findings.differences, total, counts: Object.fromEntries(findings.counts), leftOut: findings.tallies }
}

function isSame (a: ExchangeResponse, b: ExchangeResponse): boolean {
  return a.status === b.status && a.body.equals(b.body) && a.truncated === undefined && b.truncated === undefined &&
    a.trailers === undefined && b.trailers === undefined && haveSameFields(a.headers, b.headers)
}

function haveSameFields (a: readonly Field[], b: readonly Field[]): boolean {
  return a.length === b.length && a.every(([name, value], index) => name === b[index]![0] && value === b[index]![1])
}

/** Statuses whose answers have no content (RFC 9110, 6.4.1). */
function hasContent (status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304
}

function codings (response: ExchangeResponse): readonly string[] {
  return codingsOf(headerValues(response.headers, 'content-encoding').join(','))
}

function compareCodings (legacy: ExchangeResponse, candidate: ExchangeResponse, findings: Findings): boolean {
  const a = codings(legacy).join(', ')
  const b = codings(candidate).join(', ')
  if (a === b) return true
  findings.add('encoding', place(place(undefined, 'headers'), 'content-encoding'), plain(a || 'none'), plain(b || 'none'))
  return false
}

function compareContents (legacy: ExchangeResponse, candidate: ExchangeResponse, at: Place, findings: Findings, sameCoding: boolean): void {
  if (legacy.truncated !== undefined || candidate.truncated !== undefined) return compareDigests(legacy, candidate, at, findings, sameCoding)
  if (sameCoding && legacy.body.equals(candidate.body)) return
  const { body: limit } = findings.plan.limits
  const a = decode(legacy.body, codings(legacy), limit)
  const b = decode(candidate.body, codings(candidate), limit)
  if ('body' in a && 'body' in b) {
    return compareBodies({ headers: legacy.headers, body: a.body }, { headers: candidate.headers, body: b.body }, at, findings)
  }
  const reasons = [['legacy', a] as const, ['the candidate', b] as const].flatMap(([name, read]) => 'reason' in read ? [`the body of ${name} cannot be decoded: ${read.reason}`] : [])
  if ('reason' in a !== 'reason' in b) findings.add('encoding', at, plain(codings(legacy).join(', ')), plain(codings(candidate).join(', ')), reasons[0])
  else compareHashes(digestOf(legacy.body), digestOf(candidate.body), at, findings)
}

/** Where a body was not kept whole, only its length and hash can be compared. */
function compareDigests (legacy: ExchangeResponse, candidate: ExchangeResponse, at: Place, findings: Findings, sameCoding: boolean): void {
  // Two codings of one body have other lengths and hashes: nothing can be said beyond the coding itself.
  if (!sameCoding) return findings.leaveOut('default', { reason: 'a body that was not kept whole, in another content coding' }, 'value', at)
  const a: Partial<Digest> = legacy.truncated ?? digestOf(legacy.body)
  const b: Partial<Digest> = candidate.truncated ?? digestOf(candidate.body)
  if (a.sha256 === undefined || b.sha256 === undefined) {
    const note = `the body of ${a.sha256 === undefined ? 'legacy' : 'the candidate'} was not recorded`
    return findings.add('value', at, plain('unknown', 'bytes', a.length), plain('unknown', 'bytes', b.length), note)
  }
  const comparable = legacy.truncated?.keyed === candidate.truncated?.keyed
  compareHashes({ length: a.length!, sha256: a.sha256 }, { length: b.length!, sha256: comparable ? b.sha256 : a.sha256 }, at, findings)
}
