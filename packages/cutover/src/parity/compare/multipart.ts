import type { Field } from '../../message/exchange.ts'
import { headerValue, parameter } from '../../message/headers.ts'
import type { Content } from './content.ts'
import type { Findings } from './findings.ts'
import { compareHeaders } from './headers.ts'
import { compareLists } from './parts.ts'
import { place, type Place } from './place.ts'
import { compareTexts } from './text.ts'
import { plain } from './value.ts'

const partsAtMost = 10_000
const nestingAtMost = 3

/**
 * Compares two multipart bodies part by part (RFC 2046, 5.1), each with its headers; boundaries may differ.
 * @param compare compares the contents of two parts
 */
export function compareMultipart (legacy: Buffer, boundary: string, candidate: Buffer, otherBoundary: string, at: Place, findings: Findings, compare: (a: Content, b: Content, at: Place) => void, nesting: number): void {
  const a = nesting < nestingAtMost ? partsOf(legacy, boundary) : undefined
  const b = nesting < nestingAtMost ? partsOf(candidate, otherBoundary) : undefined
  if (a === undefined && b === undefined) return compareTexts(legacy, candidate, at, findings)
  if (a === undefined || b === undefined) {
    return findings.add('format', at, plain(legacy.toString('utf8', 0, 500)), plain(candidate.toString('utf8', 0, 500)), `${a === undefined ? 'legacy' : 'the candidate'} is not multipart`)
  }
  compareLists(a, b, at, findings, describe, (one, other, here) => {
    compareHeaders(one.headers, other.headers, place(here, 'headers'), findings, { bodies: true })
    compare(one, other, place(here, 'body'))
  })
}

function partsOf (body: Buffer, boundary: string): readonly Content[] | undefined {
  if (boundary === '') return undefined
  const delimiter = Buffer.from(`--${boundary}`, 'latin1')
  const parts: Content[] = []
  let from = body.indexOf(delimiter)
  if (from < 0) return undefined
  while (parts.length < partsAtMost) {
    const start = from + delimiter.length
    if (body[start] === 0x2d && body[start + 1] === 0x2d) return parts
    const headEnd = body.indexOf('\r\n\r\n', start)
    const next = body.indexOf(delimiter, start)
    if (next < 0) return undefined
    const hasHead = headEnd >= 0 && headEnd < next
    const content = hasHead ? headEnd + 4 : start + 2
    parts.push({ headers: hasHead ? fieldsIn(body.toString('latin1', start, headEnd)) : [], body: body.subarray(content, Math.max(next - 2, content)) })
    from = next
  }
  return undefined
}

function fieldsIn (head: string): Field[] {
  return head.split('\r\n').flatMap(line => {
    const colon = line.indexOf(':')
    return colon < 1 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const]
  })
}

function describe ({ headers, body }: Content): string {
  return parameter(headerValue(headers, 'content-disposition') ?? '', 'name') ?? body.toString('utf8', 0, 100)
}
