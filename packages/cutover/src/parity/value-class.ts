import type { Value } from './compare/value.ts'

/** What kind of value changes from one run of the same program to the next. */
export type ValueClass = 'uuid' | 'timestamp' | 'token' | 'number' | 'template'

/** A class with the form in it that a client could depend on, such as the digits of a fraction of a second. */
export interface Classified {
  readonly class: ValueClass
  readonly form: string
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const iso = /^\d{4}-\d\d-\d\d(?:([T ])\d\d:\d\d(:\d\d)?(?:([.,])(\d+))?(Z|[+-]\d\d(:?)\d\d)?)?$/
const httpDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/
const jwt = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/
// Of MongoDB. All its digits may be decimal ones.
const objectId = /^[0-9a-f]{24}$/
const hex = /^(?:[0-9a-f]{16,}|[0-9A-F]{16,})$/
const signed = /^(?:s:|s%3A)[\w%+/=-]+\.[\w%+/=-]+$/i
const base64url = /^[\w-]{16,}$/
// A token with its signature: of its parts, a short one may be without a digit.
const dotted = /^[\w-]{16,}(?:\.[\w-]{16,})+$/
const base64 = /^[A-Za-z0-9+/]{16,}={0,2}$/

/** The class of a value; undefined when it is of none that may be noise. */
export function classify (value: Value): Classified | undefined {
  if (value.type === 'number') return ofNumber(value.text)
  if (value.type !== 'string' && value.type !== 'text') return undefined
  if (value.length > value.text.length * 4 + 2) return undefined
  return ofText(value.text)
}

/** The moment that a timestamp tells, milliseconds since 1970; undefined when it tells none. */
export function momentOf (text: string): number | undefined {
  if (/^\d{10}$/.test(text)) return Number(text) * 1000
  if (/^\d{13}$/.test(text)) return Number(text)
  const time = Date.parse(iso.test(text) ? text.replace(' ', 'T').replace(/,(?=\d)/, '.').replace(/([+-]\d\d)(\d\d)$/, '$1:$2') : text)
  return Number.isNaN(time) ? undefined : time
}

function ofNumber (text: string): Classified {
  const epoch = /^\d+$/.test(text) ? epochOf(text) : undefined
  return epoch ?? { class: 'number', form: 'number' }
}

/** Seconds or milliseconds of a moment between 2001 and 2100. */
function epochOf (digits: string): Classified | undefined {
  if (digits.length === 10 && digits >= '1000000000' && digits < '4102444800') return { class: 'timestamp', form: 'epoch seconds' }
  if (digits.length === 13 && digits >= '1000000000000' && digits < '4102444800000') return { class: 'timestamp', form: 'epoch milliseconds' }
  return undefined
}

function ofText (text: string): Classified | undefined {
  return ofWord(text) ?? ofTemplate(text)
}

function ofWord (text: string): Classified | undefined {
  const id = uuid.exec(text)
  if (id !== null) return { class: 'uuid', form: `version ${id[1]!.toLowerCase()}` }
  const moment = iso.exec(text)
  if (moment !== null) return { class: 'timestamp', form: isoForm(moment) }
  if (httpDate.test(text)) return { class: 'timestamp', form: 'HTTP date' }
  if (objectId.test(text)) return { class: 'token', form: 'hex, 24 digits' }
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return epochOf(text) ?? { class: 'number', form: 'number' }
  if (jwt.test(text)) return { class: 'token', form: 'JWT' }
  if (hex.test(text)) return { class: 'token', form: `hex, ${text.length} digits` }
  if (signed.test(text)) return { class: 'token', form: 'signed' }
  if (dotted.test(text) && isMixed(text)) return { class: 'token', form: `base64url, ${text.split('.').length} parts` }
  if (base64url.test(text) && isMixed(text)) return { class: 'token', form: 'base64url' }
  if (base64.test(text) && isMixed(text)) return { class: 'token', form: 'base64' }
  return undefined
}

function isoForm ([, separator, seconds, point, fraction, zone, colon]: RegExpExecArray): string {
  if (separator === undefined) return 'ISO date'
  const digits = fraction === undefined ? '' : `, ${fraction.length} digits after "${point}"`
  return `ISO "${separator}"${seconds === undefined ? ' minutes' : ''}${digits}, ${zone === undefined ? 'no zone' : zone === 'Z' ? 'Z' : `offset${colon}`}`
}

/** Random text has digits among its letters; a word or a slug seldom has. */
function isMixed (text: string): boolean {
  return /\d/.test(text) && /[A-Za-z]/.test(text)
}

const pieces = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT|[\w-]{16,}|\d+(?:\.\d+)?/gi

/** A text around values that change: "Vehicle {uuid} not found". */
function ofTemplate (text: string): Classified | undefined {
  let found = false
  const form = text.replace(pieces, word => {
    const classified = ofWord(word)
    if (classified === undefined) return word
    found = true
    return `{${classified.class}}`
  })
  return found ? { class: 'template', form } : undefined
}

/** The values in a text that a side may have made up, in their order. */
export function inventedIn (text: string): string[] {
  return [...text.matchAll(pieces)].map(([word]) => word).filter(isInvented)
}

/** Whether a text is surely made up: nobody would write it, and no other value would be the same by chance. */
export function isInvented (text: string): boolean {
  if (uuid.test(text) || jwt.test(text) || hex.test(text) || signed.test(text)) return true
  return text.length >= 20 && (base64url.test(text) || base64.test(text)) && /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text)
}
