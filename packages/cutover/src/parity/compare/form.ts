import type { Findings } from './findings.ts'
import { byName, compareNamed } from './parts.ts'
import type { Place } from './place.ts'

/** Compares two application/x-www-form-urlencoded bodies name by name; the order of names does not matter. */
export function compareForms (legacy: Buffer, candidate: Buffer, at: Place, findings: Findings): void {
  const read = (body: Buffer) => byName(new URLSearchParams(body.toString('utf8')))
  compareNamed(read(legacy), read(candidate), at, findings)
}
