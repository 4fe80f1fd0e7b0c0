import type { Findings } from './findings.ts'
import type { Place } from './place.ts'
import { plain, type Value } from './value.ts'

const newline = 0x0a
const shownBytes = 1000

/**
 * Compares two texts. What differs is shown from the first line that differs to the last, as one
 * difference: line numbers are for people, other lines may have moved.
 */
export function compareTexts (legacy: Buffer, candidate: Buffer, at: Place, findings: Findings, note?: string): void {
  if (legacy.equals(candidate)) return
  if (withoutReturns(legacy).equals(withoutReturns(candidate))) {
    findings.add('format', at, plain(lineEnd(legacy)), plain(lineEnd(candidate)), 'other line ends')
    return
  }
  const most = Math.min(legacy.length, candidate.length)
  let same = 0
  for (let step = 65_536; step >= 1; step >>= 4) {
    while (same + step <= most && legacy.compare(candidate, same, same + step, same, same + step) === 0) same += step
  }
  let tail = 0
  while (tail < most - same && legacy[legacy.length - 1 - tail] === candidate[candidate.length - 1 - tail]) tail++
  const from = same === 0 ? 0 : legacy.lastIndexOf(newline, same - 1) + 1
  const line = countLines(legacy, from) + 1
  const where = `line ${line}, byte ${same - from + 1} of it`
  findings.add('value', at, hunk(legacy, from, legacy.length - tail), hunk(candidate, from, candidate.length - tail), note === undefined ? where : `${where}; ${note}`)
}

/** Whole lines, bounded. */
function hunk (bytes: Buffer, from: number, to: number): Value {
  const end = bytes.indexOf(newline, to)
  const stop = Math.min(end < 0 ? bytes.length : end, from + shownBytes)
  return plain(bytes.toString('utf8', from, Math.max(from, stop)), 'text', bytes.length)
}

function countLines (bytes: Buffer, end: number): number {
  let lines = 0
  for (let at = bytes.indexOf(newline); at >= 0 && at < end; at = bytes.indexOf(newline, at + 1)) lines++
  return lines
}

function withoutReturns (bytes: Buffer): Buffer {
  if (!bytes.includes(0x0d)) return bytes
  const kept = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0x0d || bytes[i + 1] !== newline) kept[length++] = bytes[i]!
  }
  return kept.subarray(0, length)
}

function lineEnd (bytes: Buffer): string {
  return bytes.includes('\r\n') ? 'CRLF' : 'LF'
}
