import { rowNames, rowTable, type RowName } from '../src/index.ts'
import { fuzz, type FuzzDifference } from '../test/fuzz/run.ts'
import { fixtures } from '../test/rows/index.ts'
import { compareRow } from '../test/support/differential.ts'
import type { Figure } from './bench-compat.ts'

const seed = Number(process.env.COMPAT_SEED ?? 20260101)
const requests = Number(process.env.COMPAT_REQUESTS ?? 60_000)

/** Differences that are accepted, by what they look like, each with the reason. They count all the same. */
const reasons: ReadonlyArray<readonly [kind: RegExp, reason: string]> = []

/**
 * Every row against both versions of Express, on and off, then generated requests to Express 4, Express 5
 * and to Fastify as each of them. Takes a few minutes.
 */
export async function run (options: { log (line: string): void }): Promise<Figure> {
  const closed = { 4: 0, 5: 0 }
  let canFail = 0
  const open: string[] = []
  const unshown: string[] = []
  for (const [index, row] of rowNames.entries()) {
    const outcome = await proveRow(row)
    for (const major of outcome.closed) closed[major]++
    open.push(...outcome.open)
    unshown.push(...outcome.unshown)
    if (outcome.open.length === 0 && outcome.unshown.length === 0) canFail++
    if ((index + 1) % 20 === 0) options.log(`${index + 1} of ${rowNames.length} rows, ${open.length} open`)
  }
  const closedRows = rowNames.length - new Set(open.map(line => line.split(' ')[0])).size
  const found: FuzzDifference[] = []
  for (const configuration of ['full', 'plain'] as const) {
    options.log(`fuzzing, ${configuration} configuration`)
    found.push(...await fuzz({ seed, count: requests / 2, first: configuration === 'full' ? 0 : requests / 2, configuration, log: options.log }))
  }
  const differing = new Set(found.map(difference => difference.number)).size
  const exact = (name: string, value: number, want: string) => ({ name, value, low: value, high: value, want })
  return {
    figure: 'compat',
    bounds: [
      exact('rows', closedRows, '>= 45'),
      exact('closed_express4', closed[4], `== ${rowsOf(4)}`),
      exact('closed_express5', closed[5], `== ${rowsOf(5)}`),
      exact('tests_that_can_fail', canFail, `== ${closedRows}`),
      exact('fuzzed_requests', requests, '>= 50000'),
      exact('differences_left', differing + open.length, '== 0')
    ],
    open_rows: open,
    tests_that_cannot_fail: unshown,
    seed,
    differences: found.slice(0, 20).map(({ express, number, kind, request }) => ({ express, number, kind, reason: reasons.find(([known]) => known.test(kind))?.[1] ?? 'unknown', request }))
  }
}

function rowsOf (major: 4 | 5): number {
  return rowNames.filter(row => rowTable[row].majors.includes(major)).length
}

async function proveRow (row: RowName): Promise<{ closed: Array<4 | 5>, open: string[], unshown: string[] }> {
  const closed: Array<4 | 5> = []
  const open: string[] = []
  const unshown: string[] = []
  for (const major of rowTable[row].majors) {
    const result = await compareRow(row, fixtures[row], major)
    if (result.open === undefined) closed.push(major)
    else open.push(`${row} as Express ${major}: ${result.open.split('\n')[0]}`)
    if (result.shown === undefined) unshown.push(`${row} as Express ${major}`)
  }
  return { closed, open, unshown }
}
