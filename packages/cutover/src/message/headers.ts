import { Buffer, isUtf8 } from 'node:buffer'
import type { Field } from './exchange.ts'

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// eslint-disable-next-line no-control-regex
const BAD_VALUE = /[\0-\x08\x0a-\x1f\x7f]/

/** The first value of a header, its name compared without case. */
export function headerValue (fields: readonly Field[], name: string): string | undefined {
  const wanted = name.toLowerCase()
  return fields.find(([each]) => each.length === wanted.length && each.toLowerCase() === wanted)?.[1]
}

/** All values of a header in their order. */
export function headerValues (fields: readonly Field[], name: string): string[] {
  const wanted = name.toLowerCase()
  return fields.filter(([each]) => each.length === wanted.length && each.toLowerCase() === wanted).map(([, value]) => value)
}

/** Pairs Node's raw headers, names and values in turn. */
export function fieldsOf (raw: readonly string[]): Field[] {
  const fields: Field[] = []
  for (let i = 0; i + 1 < raw.length; i += 2) fields.push([raw[i]!, raw[i + 1]!])
  return fields
}

/** The media type of a message: lower case, without parameters; empty when there is none. */
export function mediaType (fields: readonly Field[]): string {
  return (headerValue(fields, 'content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase()
}

/** A parameter of a header value, such as `boundary`, unquoted. */
export function parameter (value: string, name: string): string | undefined {
  for (const [, key, quoted, plain] of value.matchAll(/;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g)) {
    if (key!.toLowerCase() === name) return quoted?.replace(/\\(.)/g, '$1') ?? plain
  }
  return undefined
}

/** Whether a name may be written as a header: a token (RFC 9110, 5.1). */
export function isFieldName (name: string): boolean {
  return TOKEN.test(name)
}

/** Whether a value may be written as a header: no CR, LF, NUL or other control but the tab (RFC 9110, 5.5). */
export function isFieldValue (value: string): boolean {
  return !BAD_VALUE.test(value)
}

/** The characters that a value's bytes mean: UTF-8 when they are valid as such, as user agents write them. */
export function fieldText (value: string): string {
  const bytes = Buffer.from(value, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : value
}
