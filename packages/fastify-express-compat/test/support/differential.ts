import type { RowName } from '../../src/index.ts'
import type { ExpressMajor } from '../../src/row.ts'
import { startExpress, startFastify } from './apps.ts'
import { firstDifference, transcript } from './compare.ts'
import type { Fixture, Running } from './fixture.ts'
import { converse } from './raw.ts'

/** How a row does against one version of Express. */
export interface RowResult {
  /** What still differs with the row on; undefined when nothing does. */
  readonly open: string | undefined
  /** What differs with the row off; undefined when the test cannot fail. */
  readonly shown: string | undefined
}

/** Runs the fixture on Express and on Fastify with the row on and off. */
export async function compareRow (row: RowName, fixture: Fixture, major: ExpressMajor): Promise<RowResult> {
  const theirs = await observe(fixture, () => startExpress(fixture, major))
  const on = await observe(fixture, () => startFastify(fixture, major))
  const off = await observe(fixture, () => startFastify(fixture, major, row))
  return { open: difference(on, theirs), shown: difference(off, theirs) }
}

/** What differs with the row turned off by the routes alone; undefined when nothing does. */
export async function compareRouteOff (row: RowName, fixture: Fixture, major: ExpressMajor): Promise<string | undefined> {
  const theirs = await observe(fixture, () => startExpress(fixture, major))
  return difference(await observe(fixture, () => startFastify(fixture, major, row, 'route')), theirs)
}

function difference (ours: readonly string[], theirs: readonly string[]): string | undefined {
  for (const [index, text] of theirs.entries()) {
    const found = firstDifference(ours[index] ?? '(nothing)', text)
    if (found !== undefined) return `request ${index + 1}, ${found}\n--- Express\n${text}\n--- Fastify\n${ours[index]}`
  }
  return undefined
}

async function observe (fixture: Fixture, start: () => Promise<Running>): Promise<string[]> {
  let running: Running
  try {
    running = await start()
  } catch (error) {
    return [`does not start: ${String(error)}`]
  }
  try {
    const seen: string[] = []
    if (fixture.probe !== undefined) seen.push(await fixture.probe(running))
    for (const requests of fixture.requests) seen.push(transcript(await converse(running.port, typeof requests === 'string' ? [requests] : requests)))
    return seen
  } finally {
    await running.close()
  }
}
