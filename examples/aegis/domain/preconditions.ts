/** The header fields of a request, by lower-case name. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** What is there: its strong entity tag, and when it last changed. */
export interface Validators {
  readonly etag: string
  readonly lastModified: Date
}

/**
 * Whether a request's conditions let it through (RFC 9110, 13.2.2).
 * @param current undefined when there is nothing yet
 * @param safe whether the method is GET or HEAD
 */
export function evaluate (headers: RequestHeaders, current: Validators | undefined, safe: boolean): 'proceed' | 'not-modified' | 'failed' {
  const ifMatch = text(headers['if-match'])
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, current, strongly)) return 'failed'
  } else {
    const since = readDate(text(headers['if-unmodified-since']))
    if (since !== undefined && current !== undefined && seconds(current.lastModified) > since) return 'failed'
  }
  const ifNoneMatch = text(headers['if-none-match'])
  if (ifNoneMatch !== undefined) {
    if (!matches(ifNoneMatch, current, weakly)) return 'proceed'
    return safe ? 'not-modified' : 'failed'
  }
  const since = safe ? readDate(text(headers['if-modified-since'])) : undefined
  return since !== undefined && current !== undefined && seconds(current.lastModified) <= since ? 'not-modified' : 'proceed'
}

/**
 * Whether a Range header counts (RFC 9110, 13.1.5). A date never matches: two contents may be of the same second, so that
 * it is no strong validator, and the whole is the answer that is always right.
 */
export function rangeCounts (headers: RequestHeaders, current: Validators): boolean {
  const ifRange = text(headers['if-range'])
  return ifRange === undefined || ifRange === current.etag
}

function matches (list: string, current: Validators | undefined, agree: (theirs: string, ours: string) => boolean): boolean {
  if (current === undefined) return false
  if (list.trim() === '*') return true
  return (list.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g) ?? []).some(tag => agree(tag, current.etag))
}

function strongly (theirs: string, ours: string): boolean {
  return theirs === ours
}

function weakly (theirs: string, ours: string): boolean {
  return theirs.replace(/^W\//, '') === ours
}

const imfFixdate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/
const rfc850 = /^[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/
const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/

/** Seconds since 1970, of any of HTTP's three forms of dates (RFC 9110, 5.6.7); undefined for what is none. */
function readDate (text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const milliseconds = imfFixdate.test(text) || rfc850.test(text) ? Date.parse(text) : asctime.test(text) ? Date.parse(`${text} GMT`) : Number.NaN
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000
}

function seconds (date: Date): number {
  return Math.floor(date.getTime() / 1000)
}

function text (value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value
}
