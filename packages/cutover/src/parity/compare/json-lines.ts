import type { Findings } from './findings.ts'
import { compareJson } from './json-body.ts'
import { compareLists } from './parts.ts'
import type { Place } from './place.ts'

/** Compares JSON texts, one a line, by index. */
export function compareLines (legacy: Buffer, candidate: Buffer, at: Place, findings: Findings): void {
  compareLists(linesOf(legacy), linesOf(candidate), at, findings, line => line.toString('utf8', 0, 1000), (a, b, place) => {
    if (!a.equals(b)) compareJson(a, b, place, findings)
  })
}

function linesOf (body: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < body.length;) {
    const end = body.indexOf(0x0a, from)
    // A record separator begins each text of application/json-seq (RFC 7464).
    const line = body.subarray(body[from] === 0x1e ? from + 1 : from, end < 0 ? body.length : end)
    if (line.length > 0) lines.push(line)
    from = end < 0 ? body.length : end + 1
  }
  return lines
}
