import { contentCodings, decodeContent } from '../../message/body.ts'
import type { ExchangeResponse } from '../../message/exchange.ts'
import { headerValue, headerValues } from '../../message/headers.ts'
import { unescapeKey } from '../compare/pointer.ts'
import { array, isTape, number, object, readTape, string, stride, type Tape } from '../compare/tape.ts'
import { numberAt, stringAt } from '../compare/value.ts'
import { NumberText } from './number-text.ts'

const bodyLimit = 64 * 1024 * 1024

/**
 * A value of an answer.
 * @param from a JSON pointer into the body (`/vehicles/0/id`, empty for the whole), `header:NAME` or `cookie:NAME`
 * @returns undefined when it is not there
 */
export function captureFrom (response: ExchangeResponse, from: string): unknown {
  if (from.startsWith('header:')) return headerValue(response.headers, from.slice(7))
  if (from.startsWith('cookie:')) return cookieOf(response, from.slice(7))
  const body = decodeContent(response.body, contentCodings(response.headers), bodyLimit)
  if (body === undefined) return undefined
  const tape = readTape(body)
  if (!isTape(tape)) return undefined
  const token = tokenAt(tape, from.split('/').slice(1).map(unescapeKey))
  return token === undefined ? undefined : valueOf(tape, token)
}

function cookieOf (response: ExchangeResponse, name: string): string | undefined {
  const line = headerValues(response.headers, 'set-cookie').findLast(value => value.slice(0, value.indexOf('=')).trim() === name)
  return line === undefined ? undefined : line.slice(line.indexOf('=') + 1).split(';', 1)[0]!.trim()
}

function tokenAt (tape: Tape, path: readonly string[]): number | undefined {
  let token = 0
  for (const segment of path) {
    const found = childOf(tape, token, segment)
    if (found === undefined) return undefined
    token = found
  }
  return token
}

function childOf (tape: Tape, token: number, segment: string): number | undefined {
  const { tokens } = tape
  const kind = tokens[token]!
  if (kind !== object && kind !== array) return undefined
  const end = tokens[token + 3]!
  let found: number | undefined
  let index = 0
  for (let at = token + stride; at < end;) {
    const value = kind === object ? at + stride : at
    // Of a key given twice the last counts, as for JSON.parse.
    if (kind === object ? stringAt(tape, at) === segment : String(index++) === segment) found = value
    at = after(tape, value)
  }
  return found
}

/** The token behind a value. */
function after ({ tokens }: Tape, token: number): number {
  return tokens[token] === object || tokens[token] === array ? tokens[token + 3]! : token + stride
}

function valueOf (tape: Tape, token: number): unknown {
  const kind = tape.tokens[token]!
  if (kind === string) return stringAt(tape, token)
  const text = numberAt(tape, token)
  if (kind !== number) return JSON.parse(tape.bytes.toString('utf8', tape.tokens[token + 1], tape.tokens[token + 2]))
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text)) ? new NumberText(text) : Number(text)
}
