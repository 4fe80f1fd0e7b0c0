import type { Findings } from '../../compare/findings.ts'
import { place, type Place } from '../../compare/place.ts'
import { plain } from '../../compare/value.ts'
import type { TablePair } from './graph.ts'

/** Digits of a fraction of a second: seconds, milliseconds, microseconds. */
type Resolution = 0 | 3 | 6

interface Written {
  readonly at: readonly [number, number]
  readonly texts: readonly [string, string]
  readonly resolutions: readonly [Resolution, Resolution]
}

const names: Readonly<Record<Resolution, string>> = { 0: 'seconds', 3: 'milliseconds', 6: 'microseconds' }

/**
 * Compares how finely both sides write moments into each column of times: one that stores whole seconds where the other
 * stores microseconds loses the order of what happens within one. A moment looks coarser than it is by chance as well,
 * once in a thousand for three digits: as many count for nothing.
 * @param pairs rows that stand for each other
 */
export function compareResolutions ({ columns, other, sides: [ours, theirs] }: TablePair, pairs: ReadonlyArray<readonly [number, number]>, table: Place, findings: Findings): void {
  for (const [at, column] of columns.entries()) {
    if (column.kind !== 'time') continue
    const written = pairs.flatMap(([i, j]): Written[] => {
      const a = ours.rows[i]![column.index]
      const b = theirs.rows[j]![other[at]!]
      return a == null || b == null || a === b ? [] : [{ at: [i, j], texts: [a, b], resolutions: [resolutionOf(a), resolutionOf(b)] }]
    })
    for (const coarser of [0, 1] as const) {
      const finer = coarser === 0 ? 1 : 0
      const rows = written.filter(({ resolutions }) => resolutions[coarser] < resolutions[finer])
      const digits = rows.reduce((sum, { resolutions }) => sum + resolutions[finer] - resolutions[coarser], 0)
      const [first] = rows
      if (first === undefined || digits / 3 < 2 + Math.floor(written.length / 200)) continue
      const said = (side: 0 | 1) => names[first.resolutions[side]]
      findings.add('format', place(place(table, ...first.at), column.name), plain(first.texts[0]), plain(first.texts[1]), `${said(0)} on legacy, ${said(1)} on the candidate`)
    }
  }
}

function resolutionOf (text: string): Resolution {
  const digits = /\.(\d*[1-9])/.exec(text)?.[1]!.length ?? 0
  return digits === 0 ? 0 : digits <= 3 ? 3 : 6
}
