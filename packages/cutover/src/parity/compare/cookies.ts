import type { Findings } from './findings.ts'
import { httpDate } from './http-date.ts'
import { isSameExpiry, type Dates } from './expiry.ts'
import { addTexts } from './json.ts'
import { place, type Place } from './place.ts'
import { plain, type Value } from './value.ts'

/** A cookie as a Set-Cookie header sets it (RFC 6265, 4.1). */
export interface Cookie {
  readonly name: string
  readonly value: string
  /** By lower-case name; a flag has an empty text. The last of a name counts (RFC 6265, 5.3). */
  readonly attributes: ReadonlyMap<string, string>
}

export function cookieOf (header: string): Cookie {
  const [pair = '', ...rest] = header.split(';')
  const equals = pair.indexOf('=')
  const attributes = new Map<string, string>()
  for (const part of rest) {
    const at = part.indexOf('=')
    const name = (at < 0 ? part : part.slice(0, at)).trim().toLowerCase()
    if (name !== '') attributes.set(name, at < 0 ? '' : part.slice(at + 1).trim())
  }
  return { name: equals < 0 ? '' : pair.slice(0, equals).trim(), value: (equals < 0 ? pair : pair.slice(equals + 1)).trim(), attributes }
}

/**
 * Compares what two answers set as cookies, by name; a name set several times in its order.
 * @param dates the Date of each answer, milliseconds, from which Expires is measured
 */
export function compareCookies (legacy: readonly string[], candidate: readonly string[], at: Place, findings: Findings, dates: Dates): void {
  const ours = byName(legacy)
  const theirs = byName(candidate)
  for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
    const a = ours.get(name) ?? []
    const b = theirs.get(name) ?? []
    for (let index = 0; index < Math.max(a.length, b.length); index++) {
      const here = index === 0 ? place(at, name) : place(place(at, name), index)
      if (b[index] === undefined) findings.add('missing', here, plain(a[index]!.text), undefined)
      else if (a[index] === undefined) findings.add('extra', here, undefined, plain(b[index]!.text))
      else compareCookie(a[index]!.cookie, b[index]!.cookie, here, findings, dates)
    }
  }
}

function compareCookie (a: Cookie, b: Cookie, at: Place, findings: Findings, dates: Dates): void {
  if (a.value !== b.value) addTexts('value', at, plain(a.value), plain(b.value), findings)
  for (const name of new Set([...a.attributes.keys(), ...b.attributes.keys()])) {
    const one = a.attributes.get(name)
    const other = b.attributes.get(name)
    if (one === other) continue
    const here = place(at, name)
    if (one === undefined || other === undefined) {
      findings.add('cookie attribute', here, shownAttribute(one), shownAttribute(other), other === undefined ? 'missing' : 'extra')
    } else if (name === 'expires' && isSameDate(one, other, dates)) {
      findings.leaveOut('default', { reason: 'the same distance from Date' }, 'cookie attribute', here)
    } else if (canonical(name, one) !== canonical(name, other)) {
      findings.add('cookie attribute', here, plain(one), plain(other))
    }
  }
}

function shownAttribute (text: string | undefined): Value | undefined {
  return text === undefined ? undefined : plain(text)
}

function isSameDate (a: string, b: string, dates: Dates): boolean {
  const one = httpDate(a)
  const other = httpDate(b)
  return one !== undefined && other !== undefined && one.form === other.form && isSameExpiry(one.time, other.time, dates)
}

function canonical (name: string, text: string): string {
  switch (name) {
    case 'samesite':
    case 'priority': return text.toLowerCase()
    case 'domain': return text.toLowerCase().replace(/^\./, '')
    case 'max-age': return /^-?\d+$/.test(text) ? String(Math.max(0, Number(text))) : text
    // Flags count by being there (RFC 6265, 5.2.5 and 5.2.6).
    case 'secure':
    case 'httponly':
    case 'partitioned': return ''
    default: return text
  }
}

function byName (headers: readonly string[]): Map<string, Array<{ readonly cookie: Cookie, readonly text: string }>> {
  const named = new Map<string, Array<{ readonly cookie: Cookie, readonly text: string }>>()
  for (const text of headers) {
    const cookie = cookieOf(text)
    const known = named.get(cookie.name)
    if (known === undefined) named.set(cookie.name, [{ cookie, text }])
    else known.push({ cookie, text })
  }
  return named
}
