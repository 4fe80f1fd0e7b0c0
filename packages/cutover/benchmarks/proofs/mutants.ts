import { join } from 'node:path'
import { CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { copyWorkspace, outdated, type Copy } from './mutants/copy.ts'
import { hunt, type Hunt } from './mutants/hunt.ts'
import { mutants } from './mutants/list.ts'
import type { Mutant } from './mutants/mutant.ts'
import { byTurns } from './mutants/order.ts'
import { openStage, type Stage } from './mutants/stage.ts'
import { brief, figureOf, shown, type Planted, type Unplanted } from './mutants/table.ts'

const workspace = join(import.meta.dirname, '../../../../examples/vehicles')
const limitMs = 60_000
/** How long the candidate without a fault is fuzzed in each run but the first, which is fuzzed as those with a fault are. */
const cleanFuzzMs = 30_000
const seed = 20261121

/** Faults planted in the vehicles candidate one at a time, and what `verify` and `fuzz` say of each; then the candidate without a fault, which they must not blame. */
export async function run (options: Options): Promise<Figure> {
  const { log, quick, seconds } = options
  const started = performance.now()
  const isTimeUp = (part: number) => seconds !== undefined && performance.now() - started > 1000 * part * seconds
  const cleanRuns = quick ? 1 : 20
  const list = byTurns(mutants).slice(0, quick ? 5 : undefined)
  const lost = await outdated(workspace, mutants)
  if (lost.length > 0) throw new CannotRun(`The list of faults is out of date:\n${lost.map(line => `  ${line}`).join('\n')}`)
  const stage = await openStage(workspace).catch((error: unknown) => {
    throw new CannotRun(`The vehicles example does not start: ${error instanceof Error ? error.message : String(error)}`)
  })
  try {
    const copy = await copyWorkspace(workspace)
    try {
      const clean: Hunt[] = []
      for (let run = 0; run < cleanRuns; run++) {
        if (run > 0 && isTimeUp(0.3)) break
        const result = await stage.withCandidate(copy.folder, sides => hunt(stage, sides, { verifyMs: 5 * limitMs, fuzzMs: quick ? 5_000 : run === 0 ? limitMs : cleanFuzzMs, seed: seed + run, untilFirst: false }))
        clean.push(result)
        log(`clean run ${run + 1}: ${result.findings.length} differences, ${result.unconfirmed.length} unconfirmed, ${Math.round((result.verifyMs + (result.fuzzMs ?? 0)) / 1000)} s`)
        for (const finding of result.findings) log(`  false: ${JSON.stringify(brief(finding))}`)
        for (const line of result.failed) log(`  failed: ${line}`)
      }
      const control = new Set(clean.flatMap(({ findings, unconfirmed }) => [...findings, ...unconfirmed]).map(({ cause }) => cause))
      const planted: Planted[] = []
      const unplanted: Unplanted[] = []
      for (const [index, mutant] of list.entries()) {
        if (isTimeUp(1)) break
        const one = await tryOne(stage, copy, mutant, control)
        if ('reason' in one) unplanted.push(one)
        else planted.push(one)
        log(`${index + 1}/${list.length} ${shown(one)}`)
      }
      return figureOf({ planted, unplanted, clean, cleanRuns, listed: mutants.length, control: control.size, seed })
    } finally {
      await copy.remove()
    }
  } finally {
    await stage.close()
  }
}

async function tryOne (stage: Stage, copy: Copy, mutant: Mutant, control: ReadonlySet<string>, starts = 2): Promise<Planted | Unplanted> {
  try {
    await copy.plant(mutant)
    const result = await stage.withCandidate(copy.folder, sides => hunt(stage, sides, { verifyMs: limitMs, fuzzMs: limitMs, seed, untilFirst: true, control }))
    return { mutant, ...result }
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'CUT_SIDE_FAILED') throw error
    // A machine that stands still for half a minute is no fault's doing.
    if (starts > 1) return await tryOne(stage, copy, mutant, control, starts - 1)
    return { name: mutant.name, reason: (error as Error).message.split('\n')[0]! }
  } finally {
    await copy.restore()
  }
}
