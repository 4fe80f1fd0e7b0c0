import type { Findings } from './findings.ts'
import { compareTapes } from './json.ts'
import type { Place } from './place.ts'
import { isTape, isWellFormed, readTape, type NotJson } from './tape.ts'
import { compareTexts } from './text.ts'
import { plain, type Value } from './value.ts'

/**
 * Compares two bodies that should be JSON. One that is not is a difference of its own; when neither is,
 * they are compared as texts.
 */
export function compareJson (legacy: Buffer, candidate: Buffer, at: Place, findings: Findings): void {
  const a = readTape(legacy)
  const b = readTape(candidate)
  const utf8 = [isWellFormed(legacy), isWellFormed(candidate)] as const
  if (utf8[0] !== utf8[1]) {
    findings.add('format', at, excerpt(legacy), excerpt(candidate), `${utf8[0] ? 'the candidate' : 'legacy'} sends bytes that are not UTF-8`)
  }
  const marked = [hasMark(legacy), hasMark(candidate)] as const
  if (marked[0] !== marked[1]) {
    findings.add('format', at, excerpt(legacy), excerpt(candidate), `${marked[0] ? 'legacy' : 'the candidate'} begins with a byte order mark`)
  }
  if (isTape(a) && isTape(b)) compareTapes(a, b, at, findings)
  else if (isTape(a) !== isTape(b)) findings.add('format', at, excerpt(legacy, a), excerpt(candidate, b), notes(a, b))
  else compareTexts(legacy, candidate, at, findings, notes(a, b))
}

/** Whether bytes are JSON, for bodies without a type. */
export function looksLikeJson (bytes: Buffer): boolean {
  const first = bytes.find(byte => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)
  return (first === 0x7b || first === 0x5b) && isTape(readTape(bytes))
}

function notes (a: ReturnType<typeof readTape>, b: ReturnType<typeof readTape>): string {
  const one = (name: string, read: ReturnType<typeof readTape>) => isTape(read) ? [] : [`${name} is not JSON: ${read.reason} at byte ${read.offset}`]
  return [...one('legacy', a), ...one('the candidate', b)].join('; ')
}

/** The text around the byte where it stops to be JSON. */
function excerpt (bytes: Buffer, read?: ReturnType<typeof readTape>): Value {
  const from = read === undefined || isTape(read) ? 0 : Math.max(0, (read as NotJson).offset - 60)
  return plain(bytes.toString('utf8', from, from + 180), 'text', bytes.length)
}

function hasMark (bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
}
