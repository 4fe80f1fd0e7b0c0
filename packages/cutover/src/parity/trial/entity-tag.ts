import { headerValue } from '../../message/headers.ts'
import type { ExchangeResponse, Field } from '../../message/exchange.ts'
import type { Tally } from '../compare/findings.ts'

/**
 * What an entity tag looks like, whatever it is the tag of: weak or strong, and the form of what is quoted. A hash of a
 * body with invented values differs on each side.
 */
export function tagShape (tag: string): string {
  const match = /^(W\/)?"([^"]*)"$/.exec(tag)
  if (match === null) return tag
  const [, weak = '', inner] = match as unknown as [string, string | undefined, string]
  const sized = /^[0-9a-f]+-([\w+/=-]{16,})$/i.exec(inner)
  if (sized !== null) return `${weak}"{length}-{${sized[1]!.length}}"`
  return /^[\w+/=.-]+$/.test(inner) ? `${weak}"{${inner.length >= 16 ? inner.length : ''}}"` : tag
}

/**
 * Two answers with entity tags that can be compared. Tags of one shape over different bodies are no difference of their own;
 * over equal bodies they are, unless `isNoise` says that legacy's own twin has another one too. Answers without a body (HEAD, 304)
 * have only the latter.
 */
export function withComparableTags (legacy: ExchangeResponse, other: ExchangeResponse, isNoise: boolean): { readonly other: ExchangeResponse, readonly leftOut?: Tally } {
  const ours = headerValue(legacy.headers, 'etag')
  const theirs = headerValue(other.headers, 'etag')
  if (ours === undefined || theirs === undefined || ours === theirs || tagShape(ours) !== tagShape(theirs)) return { other }
  if (!isNoise && isSameBody(legacy, other)) return { other }
  const headers = other.headers.map(([name, value]): Field => name.toLowerCase() === 'etag' ? [name, ours] : [name, value])
  return { other: { ...other, headers }, leftOut: { because: 'default', reason: 'the tag of another body', pattern: '/headers/etag', kind: 'header', count: 1, example: '/headers/etag' } }
}

/** Whether legacy and its twin tag the same request differently, in the same shape. */
export function isTagNoise (legacy: ExchangeResponse, twin: ExchangeResponse): boolean {
  const ours = headerValue(legacy.headers, 'etag')
  const theirs = headerValue(twin.headers, 'etag')
  return ours !== undefined && theirs !== undefined && ours !== theirs && tagShape(ours) === tagShape(theirs)
}

function isSameBody (a: ExchangeResponse, b: ExchangeResponse): boolean {
  return a.truncated === undefined && b.truncated === undefined ? a.body.equals(b.body) : a.truncated?.sha256 === b.truncated?.sha256
}
