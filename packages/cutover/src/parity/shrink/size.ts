import { derivationsOf } from '../scenario/derive.ts'
import type { Scenario, Step } from '../scenario/scenario.ts'
import { requestLine } from './request-line.ts'

/** What one step counts before anything of its request does. */
const STEP = 10

/** What a header, a query parameter, a form field, a capture, a value of `let`, `given`, `times`, or a JSON value counts. */
const PART = 5

/**
 * How much there is to read in a scenario: 10 for a step; 5 for each header, query parameter, form field, part of a multipart body, capture,
 * derived value, named value and JSON value (containers too) and for `times` and `given`; 1 for each character of their values, of text
 * bodies and of paths, where `${name}` is one. Names of headers, parameters, members and captures, `about`, `endpoint`
 * and what a scenario expects count nothing.
 */
export function sizeOf ({ steps, given, let: values }: Scenario): number {
  let size = given === undefined ? 0 : PART
  for (const value of Object.values(values ?? {})) size += PART + (typeof value === 'string' ? characters(value) : 'repeat' in value ? value.repeat.length * value.times : (value.text ?? '').length)
  for (const step of steps) size += sizeOfStep(step)
  return size
}

function sizeOfStep (step: Step): number {
  const { path, query } = requestLine(step.request)
  let size = STEP + characters(path)
  for (const pair of query) size += PART + characters(pair.slice(pair.indexOf('=') + 1))
  for (const value of Object.values(step.headers ?? {}).flat()) size += PART + characters(value)
  for (const value of Object.values(step.form ?? {})) size += PART + characters(value)
  for (const { value = '', base64 = '', filename = '', type = '' } of step.multipart ?? []) size += PART + characters(value) + base64.length + filename.length + type.length
  if (step.json !== undefined) size += sizeOfJson(step.json)
  size += characters(step.text ?? '') + (step.base64?.length ?? 0)
  size += PART * Object.keys(step.capture ?? {}).length
  for (const { given } of derivationsOf(step)) size += PART + (given === undefined ? 0 : sizeOfJson(given))
  if (step.times !== undefined && step.times !== 1) size += PART + step.times
  return size
}

/** 5 for each value, and the characters of the plain ones. */
export function sizeOfJson (value: unknown): number {
  if (typeof value === 'string') return PART + characters(value)
  if (typeof value !== 'object' || value === null) return PART + (typeof value === 'number' ? String(value).length : 1)
  let size = PART
  for (const member of Object.values(value)) size += sizeOfJson(member)
  return size
}

function characters (text: string): number {
  return text.replace(/\$\{[\w-]+\}/g, '$').length
}
