import type { ExchangeRequest, Field } from '../message/exchange.ts'
import { headerValue, mediaType } from '../message/headers.ts'
import type { Aliases, Direction } from './alias.ts'
import { collectionOf, holderOf, scopeOfKey } from './alias-scope.ts'
import { array, isTape, number, object, readTape, string, stride } from './compare/tape.ts'
import { numberAt, stringAt } from './compare/value.ts'

/**
 * A request with the other side's values: in path, query, headers, cookies, and bodies of JSON, forms and text.
 * What holds no bound value stays byte for byte; Content-Length follows the body.
 */
export function substitute (request: ExchangeRequest, aliases: Aliases, direction: Direction): ExchangeRequest {
  const body = bodyWith(request, aliases, direction)
  const headers = request.headers.map(([name, value]): Field => name.toLowerCase() === 'content-length' && body !== request.body
    ? [name, String(body.length)]
    : [name, aliases.inText(value, direction)])
  return { ...request, target: targetWith(request.target, aliases, direction), headers, body }
}

function targetWith (target: string, aliases: Aliases, direction: Direction): string {
  const at = target.indexOf('?')
  if (at < 0) return aliases.inPath(target, direction)
  const path = target.slice(0, at)
  return `${aliases.inPath(path, direction)}?${pairsWith(target.slice(at + 1), collectionOf(path), aliases, direction)}`
}

/** Names and values in the form of a query; only values that change are written anew. */
function pairsWith (text: string, collection: string | undefined, aliases: Aliases, direction: Direction): string {
  return text.split('&').map(pair => {
    const at = pair.indexOf('=')
    if (at < 0) return pair
    const value = decodedValue(pair.slice(at + 1))
    const scope = /^-?\d+$/.test(value) ? scopeOfKey(decodedValue(pair.slice(0, at)), collection) : undefined
    const put = (scope === undefined ? undefined : aliases.partner(scope, value, direction)) ?? aliases.inText(value, direction)
    return put === value ? pair : `${pair.slice(0, at + 1)}${encodeURIComponent(put)}`
  }).join('&')
}

function bodyWith (request: ExchangeRequest, aliases: Aliases, direction: Direction): Buffer {
  const { body } = request
  if (body.length === 0 || headerValue(request.headers, 'content-encoding') !== undefined) return body
  const type = mediaType(request.headers)
  const collection = collectionOf(request.target)
  if (type === 'application/json' || type.endsWith('+json')) return jsonWith(body, collection, aliases, direction)
  if (type === 'application/x-www-form-urlencoded') return ifChanged(body, text => pairsWith(text, collection, aliases, direction))
  if (type.startsWith('text/') || type.startsWith('multipart/')) return ifChanged(body, text => aliases.inText(text, direction))
  return body
}

function ifChanged (body: Buffer, change: (text: string) => string): Buffer {
  // Latin-1, so that bytes which are no text survive; what is bound is ASCII or does not occur.
  const text = body.toString('latin1')
  const changed = change(text)
  return changed === text ? body : Buffer.from(changed, 'latin1')
}

/** Replaces string and number tokens, and keeps every other byte. */
function jsonWith (body: Buffer, collection: string | undefined, aliases: Aliases, direction: Direction): Buffer {
  const tape = readTape(body)
  if (!isTape(tape)) return body
  const { tokens } = tape
  const parts: Buffer[] = []
  let from = 0
  const put = (token: number, text: string) => {
    parts.push(body.subarray(from, tokens[token + 1]), Buffer.from(text))
    from = tokens[token + 2]!
  }
  // What holds the tokens in hand: where each container ends, and its own name.
  const open: Array<{ readonly end: number, readonly isObject: boolean, readonly name: string | undefined }> = []
  let key: string | undefined
  let isKey = false
  for (let token = 0; token < tape.count * stride; token += stride) {
    while (open.length > 0 && token >= open.at(-1)!.end) {
      open.pop()
      isKey = open.at(-1)?.isObject ?? false
    }
    const holder = open.at(-1)
    const kind = tokens[token]!
    if (isKey) {
      key = stringAt(tape, token)
      isKey = false
      continue
    }
    if (kind === object || kind === array) {
      open.push({ end: tokens[token + 3]!, isObject: kind === object, name: holder === undefined ? collection : holder.isObject ? holderOf(key!, collection) : holder.name })
      isKey = kind === object
      continue
    }
    if (kind === string || kind === number) {
      const text = kind === string ? stringAt(tape, token) : numberAt(tape, token)
      const scope = holder?.isObject === true && /^-?\d+$/.test(text) ? scopeOfKey(key!, holder.name) : undefined
      const other = (scope === undefined ? undefined : aliases.partner(scope, text, direction)) ?? (kind === string ? aliases.inText(text, direction) : text)
      if (other !== text) put(token, kind === string ? JSON.stringify(other) : other)
    }
    isKey = holder?.isObject ?? false
  }
  if (parts.length === 0) return body
  parts.push(body.subarray(from))
  return Buffer.concat(parts)
}

function decodedValue (text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
