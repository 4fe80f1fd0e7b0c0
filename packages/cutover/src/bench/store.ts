import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fault } from '../errors.ts'
import { makeFolder } from '../message/recording/make-folder.ts'
import type { BenchResult } from './result.ts'

/** Results that are kept; the oldest go first. */
const keptAtMost = 50

/** What may be the name of a baseline. */
export const baselineName = /^[A-Za-z0-9][\w.-]{0,63}$/

/** The folder of the results below the state folder. */
export function benchFolder (stateDir: string): string {
  return join(stateDir, 'bench')
}

/**
 * Keeps a result as `bench/<id>.json`.
 * @returns the file
 */
export async function keepResult (stateDir: string, result: BenchResult): Promise<string> {
  const folder = benchFolder(stateDir)
  await makeFolder(folder)
  const file = join(folder, `${result.id}.json`)
  await write(file, result)
  const old = (await resultIds(stateDir)).slice(0, -keptAtMost)
  await Promise.all(old.map(id => rm(join(folder, `${id}.json`), { force: true })))
  return file
}

/** Keeps a result as a named baseline too, in the place of an earlier one of that name. */
export async function keepBaseline (stateDir: string, name: string, result: BenchResult): Promise<void> {
  const folder = join(benchFolder(stateDir), 'baselines')
  await makeFolder(folder)
  await write(join(folder, `${name}.json`), result)
}

/** The last result that was kept; undefined before the first. @throws CUT_BENCH_UNREADABLE */
export async function lastResult (stateDir: string): Promise<BenchResult | undefined> {
  const id = (await resultIds(stateDir)).at(-1)
  return id === undefined ? undefined : await read(join(benchFolder(stateDir), `${id}.json`))
}

/** A result by the name of its baseline, or its id. @throws CUT_BENCH_UNKNOWN, CUT_BENCH_UNREADABLE */
export async function namedResult (stateDir: string, name: string): Promise<BenchResult> {
  const baselines = await namesIn(join(benchFolder(stateDir), 'baselines'))
  const ids = await resultIds(stateDir)
  if (baselines.includes(name)) return await read(join(benchFolder(stateDir), 'baselines', `${name}.json`))
  if (ids.includes(name)) return await read(join(benchFolder(stateDir), `${name}.json`))
  throw fault('CUT_BENCH_UNKNOWN', `"${name}"`, [...baselines, ...ids.slice(-5)].join(', ') || 'none yet')
}

/** The ids of all results, the oldest first. */
async function resultIds (stateDir: string): Promise<readonly string[]> {
  return await namesIn(benchFolder(stateDir))
}

async function namesIn (folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder).catch(() => [])
  return entries.filter(entry => entry.endsWith('.json')).map(entry => entry.slice(0, -'.json'.length)).sort()
}

async function read (file: string): Promise<BenchResult> {
  try {
    const result = JSON.parse(await readFile(file, 'utf8')) as BenchResult
    if (result.version !== 1) throw new Error(`it is of version ${String(result.version)}`)
    return result
  } catch (error) {
    throw fault('CUT_BENCH_UNREADABLE', file, (error as Error).message)
  }
}

async function write (file: string, result: BenchResult): Promise<void> {
  // Whole or not at all: a reader never meets half a file.
  await writeFile(`${file}.part`, `${JSON.stringify(result)}\n`)
  await rename(`${file}.part`, file)
}
