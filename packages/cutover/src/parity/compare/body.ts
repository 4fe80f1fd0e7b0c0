import { createHash } from 'node:crypto'
import { headerValue, mediaType, parameter } from '../../message/headers.ts'
import type { Content } from './content.ts'
import { compareEvents } from './events.ts'
import type { Findings } from './findings.ts'
import { compareForms } from './form.ts'
import { compareJson, looksLikeJson } from './json-body.ts'
import { compareMultipart } from './multipart.ts'
import { compareLines } from './json-lines.ts'
import type { Place } from './place.ts'
import { compareTexts } from './text.ts'
import { isWellFormed } from './tape.ts'
import { plain, type Value } from './value.ts'

type Form = 'json' | 'lines' | 'events' | 'form' | 'multipart' | 'text' | 'binary'

/** Compares two bodies by the media type that legacy gives; by the candidate's where legacy gives none. */
export function compareBodies (legacy: Content, candidate: Content, at: Place, findings: Findings, nesting = 0): void {
  const a = legacy.body
  const b = candidate.body
  if (a.equals(b)) return
  if (a.length === 0 || b.length === 0) {
    findings.add(b.length === 0 ? 'missing' : 'extra', at, a.length === 0 ? undefined : start(a), b.length === 0 ? undefined : start(b), 'the whole body')
    return
  }
  const { body: limit } = findings.plan.limits
  const form = a.length > limit || b.length > limit ? 'binary' : formOf(legacy, candidate)
  switch (form) {
    case 'json': return compareJson(a, b, at, findings)
    case 'lines': return compareLines(a, b, at, findings)
    case 'events': return compareEvents(a, b, at, findings)
    case 'form': return compareForms(a, b, at, findings)
    case 'multipart': return compareMultipart(a, boundaryOf(legacy), b, boundaryOf(candidate), at, findings,
      (one, other, place) => compareBodies(one, other, place, findings, nesting + 1), nesting)
    case 'text': return compareTexts(a, b, at, findings)
    case 'binary': return compareHashes(digestOf(a), digestOf(b), at, findings)
  }
}

/** What is compared of a body that is not looked into. */
export interface Digest {
  readonly length: number
  readonly sha256: string
}

export function digestOf (body: Buffer): Digest {
  return { length: body.length, sha256: createHash('sha256').update(body).digest('hex') }
}

/** Compares two bodies by length and hash alone. */
export function compareHashes (a: Readonly<Digest>, b: Digest, at: Place, findings: Findings): void {
  if (a.length !== b.length) findings.add('length', at, plain(String(a.length), 'bytes', a.length), plain(String(b.length), 'bytes', b.length), 'bytes')
  else if (a.sha256 !== b.sha256) findings.add('value', at, plain(`sha256:${a.sha256}`, 'bytes', a.length), plain(`sha256:${b.sha256}`, 'bytes', b.length))
}

function formOf (legacy: Content, candidate: Content): Form {
  const type = mediaType(legacy.headers) || mediaType(candidate.headers)
  if (type === '') return looksLikeJson(legacy.body) ? 'json' : isText(legacy, candidate) ? 'text' : 'binary'
  if (type === 'application/json' || type.endsWith('+json') || type === 'text/json') return 'json'
  if (type === 'application/x-ndjson' || type === 'application/jsonl' || type === 'application/json-seq') return 'lines'
  if (type === 'text/event-stream') return 'events'
  if (type === 'application/x-www-form-urlencoded') return 'form'
  if (type.startsWith('multipart/')) return 'multipart'
  if (type.startsWith('text/') || type.endsWith('+xml') || type === 'application/xml' || type === 'application/javascript') {
    // A wrong type of the candidate's is reported with its header; JSON on both sides is better read as such.
    return looksLikeJson(legacy.body) && looksLikeJson(candidate.body) ? 'json' : 'text'
  }
  return 'binary'
}

function isText (legacy: Content, candidate: Content): boolean {
  return isWellFormed(legacy.body) && isWellFormed(candidate.body) && !legacy.body.includes(0)
}

function boundaryOf ({ headers }: Content): string {
  return parameter(headerValue(headers, 'content-type') ?? '', 'boundary') ?? ''
}

function start (body: Buffer): Value {
  return isWellFormed(body) ? plain(body.toString('utf8', 0, 1000), 'text', body.length) : plain(`sha256:${digestOf(body).sha256}`, 'bytes', body.length)
}
