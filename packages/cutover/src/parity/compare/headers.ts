import type { Field } from '../../message/exchange.ts'
import { headerValue } from '../../message/headers.ts'
import { connectionOptions, isHopByHop } from '../../message/hop-by-hop.ts'
import { compareCookies } from './cookies.ts'
import { isSameExpiry, type Dates } from './expiry.ts'
import type { Findings } from './findings.ts'
import { canonicalMedia, directivesOf, membersOf, readingOf, type Reading } from './header-value.ts'
import { httpDate } from './http-date.ts'
import { addTexts } from './json.ts'
import { place, stateOf, type Place } from './place.ts'
import { met } from './plan.ts'
import { plain } from './value.ts'

export interface HeaderOptions {
  /** Whether the bodies are compared too: then Content-Length only says again what they do. */
  readonly bodies: boolean
}

/**
 * Compares headers by what they mean: names without case, lists without order where the RFC says so, dates by
 * form or by distance from the answer's own Date, cookies by name and attribute. What belongs to one
 * connection is left out (RFC 9110, 7.6.1).
 */
export function compareHeaders (legacy: readonly Field[], candidate: readonly Field[], at: Place, findings: Findings, options: HeaderOptions): void {
  const ours = grouped(legacy)
  const theirs = grouped(candidate)
  const dates: Dates = [dateOf(legacy), dateOf(candidate)]
  for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
    // Content-Encoding is compared with the bodies.
    if (name === 'content-encoding' || (name === 'content-length' && options.bodies)) continue
    const here = place(at, name)
    const a = ours.get(name)
    const b = theirs.get(name)
    if (name === 'set-cookie') {
      compareCookies(a ?? [], b ?? [], here, findings, dates)
    } else if (a === undefined) {
      findings.add('extra', here, undefined, plain(b!.join(', ')))
    } else if (b === undefined) {
      findings.add('missing', here, plain(a.join(', ')), undefined)
    } else if (a.length !== b.length || a.some((value, index) => value !== b[index])) {
      compareValues(name, a, b, here, findings, dates)
    }
  }
}

function compareValues (name: string, legacy: readonly string[], candidate: readonly string[], at: Place, findings: Findings, dates: Dates): void {
  const rule = met(findings.plan, stateOf(at, findings.plan.places)).find(({ effect }) => effect.type === 'header')
  const a = legacy.join(', ')
  const b = candidate.join(', ')
  if (rule?.effect.type === 'header') {
    const same = rule.effect.as === 'presence' || (rule.effect.as === 'list' && String(membersOf(a, 'tokens')) === String(membersOf(b, 'tokens'))) ||
      (rule.effect.as === 'date' && httpDate(a) !== undefined && httpDate(a)?.form === httpDate(b)?.form)
    if (same) findings.leaveOut('rule', rule, 'header', at)
    else findings.add('header', at, plain(a), plain(b))
    return
  }
  if (name === 'content-length') return findings.add('length', at, plain(a), plain(b), 'bytes, by the header')
  compareAs(readingOf(name), name, a, b, at, findings, dates)
}

function compareAs (reading: Reading, name: string, a: string, b: string, at: Place, findings: Findings, dates: Dates): void {
  switch (reading) {
    case 'tokens':
    case 'methods':
    case 'list': {
      const ours = membersOf(a, reading)
      const theirs = membersOf(b, reading)
      const gone = ours.filter(member => !theirs.includes(member))
      const added = theirs.filter(member => !ours.includes(member))
      if (gone.length + added.length > 0) findings.add('header', at, plain(a), plain(b), [...gone.map(member => `without ${member}`), ...added.map(member => `with ${member}`)].join(', '))
      return
    }
    case 'directives':
    case 'policy': return compareDirectives(directivesOf(a, reading), directivesOf(b, reading), at, findings)
    case 'moment':
    case 'date': return compareDates(reading, name, a, b, at, findings, dates)
    case 'number':
      if (/^\d+$/.test(a) !== /^\d+$/.test(b)) findings.add('format', at, plain(a), plain(b))
      return
    case 'media':
      if (canonicalMedia(a) !== canonicalMedia(b)) findings.add('header', at, plain(a), plain(b))
      return
    case 'once': addTexts('header', at, plain(a), plain(b), findings)
  }
}

function compareDirectives (legacy: ReadonlyMap<string, string>, candidate: ReadonlyMap<string, string>, at: Place, findings: Findings): void {
  for (const [name, text] of legacy) {
    const other = candidate.get(name)
    if (other === undefined) findings.add('missing', place(at, name), plain(text), undefined)
    else if (other !== text) findings.add('header', place(at, name), plain(text), plain(other))
  }
  for (const [name, text] of candidate) {
    if (!legacy.has(name)) findings.add('extra', place(at, name), undefined, plain(text))
  }
}

function compareDates (reading: 'moment' | 'date', name: string, a: string, b: string, at: Place, findings: Findings, dates: Dates): void {
  const ours = httpDate(a)
  const theirs = httpDate(b)
  if (ours?.form !== theirs?.form) return findings.add('format', at, plain(a), plain(b))
  if (ours === undefined || theirs === undefined) {
    // An Expires that is no date has expired (RFC 9111, 5.3), whatever it says.
    if (name !== 'expires') findings.add('header', at, plain(a), plain(b))
    return
  }
  if (reading === 'moment' || ours.time === theirs.time) return
  if (name === 'expires' && isSameExpiry(ours.time, theirs.time, dates)) return findings.leaveOut('default', { reason: 'the same distance from Date' }, 'header', at)
  findings.add('header', at, plain(a), plain(b))
}

function dateOf (fields: readonly Field[]): number | undefined {
  return httpDate(headerValue(fields, 'date') ?? '')?.time
}

/** Values by lower-case name, without what belongs to the connection. */
function grouped (fields: readonly Field[]): Map<string, string[]> {
  const named = connectionOptions(fields.flat())
  const groups = new Map<string, string[]>()
  for (const [name, value] of fields) {
    const key = name.toLowerCase()
    if (isHopByHop(key) || named?.has(key) === true) continue
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [value])
    else known.push(value)
  }
  return groups
}
