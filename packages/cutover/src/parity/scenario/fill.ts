import { Buffer } from 'node:buffer'
import { NO_BODY } from '../../message/body.ts'
import type { ExchangeRequest, Field } from '../../message/exchange.ts'
import { headerValue, isFieldValue } from '../../message/headers.ts'
import { percentEncoded } from '../../message/target.ts'
import { multipartBody, multipartType } from './multipart.ts'
import { putNames, wholeName } from './names.ts'
import { jsonWithNumbers, NumberText } from './number-text.ts'
import type { Scenario, Step } from './scenario.ts'

export { literal } from './names.ts'

/** Values by name, as JSON has them. */
export type Values = ReadonlyMap<string, unknown>

class Missing extends Error {}

/** The values that a scenario begins with: its `let`. */
export function firstValues (scenario: Scenario): Map<string, unknown> {
  return new Map(Object.entries(scenario.let ?? {}).flatMap(([name, value]): Array<[string, string]> => {
    const text = typeof value === 'string' ? value : 'repeat' in value ? value.repeat.repeat(value.times) : value.text
    return text === undefined ? [] : [[name, text]]
  }))
}

/**
 * The request of a step with a side's own values in it. Of `${name}` in a text, `$${name}` is the text itself.
 * @returns what stands in the way when a value is not there or cannot stand where it should
 */
export function fillStep (step: Step, values: Values): ExchangeRequest | { readonly problem: string } {
  try {
    return filled(step, values)
  } catch (error) {
    if (error instanceof Missing) return { problem: error.message }
    throw error
  }
}

function filled (step: Step, values: Values): ExchangeRequest {
  const { valueOf, put } = takenFrom(values)
  const at = step.request.indexOf(' ')
  const method = step.request.slice(0, at)
  // What a backend made up may hold what a target cannot; what the scenario says goes out as it is.
  const target = bytesOf(putNames(step.request.slice(at + 1), name => textOf(valueOf(name)).replace(/[^\x21-\x7e]+/g, percentEncoded)))
  const headers = Object.entries(step.headers ?? {}).flatMap(([name, value]): Field[] =>
    (typeof value === 'string' ? [value] : value).map(each => [name, headerText(name, put(each))]))
  const { body, type } = bodyOf(step, put, valueOf)
  if (type !== undefined && headerValue(headers, 'content-type') === undefined) headers.push(['content-type', type])
  return { method, target, headers, body }
}

function takenFrom (values: Values): { readonly valueOf: (name: string) => unknown, readonly put: (text: string) => string } {
  const valueOf = (name: string): unknown => {
    if (!values.has(name)) throw new Missing(`nothing was captured as ${name}`)
    return values.get(name)
  }
  return { valueOf, put: text => putNames(text, name => textOf(valueOf(name))) }
}

/**
 * JSON with values in it, as in the body of a step.
 * @throws an error that names a value which is not there
 */
export function filledJson (value: unknown, values: Values): unknown {
  const { valueOf, put } = takenFrom(values)
  return putJson(value, put, valueOf)
}

function bodyOf (step: Step, put: (text: string) => string, valueOf: (name: string) => unknown): { readonly body: Buffer, readonly type?: string } {
  if (step.json !== undefined) return { body: Buffer.from(jsonWithNumbers(putJson(step.json, put, valueOf))), type: 'application/json' }
  if (step.form !== undefined) {
    const pairs = Object.entries(step.form).map(([name, value]): [string, string] => [put(name), put(value)])
    return { body: Buffer.from(new URLSearchParams(pairs).toString()), type: 'application/x-www-form-urlencoded' }
  }
  if (step.multipart !== undefined) return { body: multipartBody(step.multipart, put), type: multipartType }
  if (step.text !== undefined) return { body: Buffer.from(put(step.text)) }
  return { body: step.base64 === undefined ? NO_BODY : Buffer.from(step.base64, 'base64') }
}

function putJson (value: unknown, put: (text: string) => string, valueOf: (name: string) => unknown): unknown {
  if (typeof value === 'string') {
    const name = wholeName(value)
    return name === undefined ? put(value) : valueOf(name)
  }
  if (Array.isArray(value)) return value.map(each => putJson(each, put, valueOf))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, putJson(inner, put, valueOf)]))
}

function textOf (value: unknown): string {
  return typeof value === 'object' && value !== null && !(value instanceof NumberText) ? jsonWithNumbers(value) : String(value)
}

function headerText (name: string, value: string): string {
  const text = bytesOf(value)
  if (!isFieldValue(text)) throw new Missing(`the header ${name} would hold a control character`)
  return text
}

/** One character for each byte of its UTF-8, as headers and targets are kept. */
function bytesOf (text: string): string {
  return /[^\0-\x7f]/.test(text) ? Buffer.from(text).toString('latin1') : text
}
