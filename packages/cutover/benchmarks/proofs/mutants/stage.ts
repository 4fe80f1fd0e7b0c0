import { join } from 'node:path'
import { loadConfig } from '../../../src/config/load.ts'
import type { Settings } from '../../../src/config/settings.ts'
import { loadScenarios } from '../../../src/parity/scenario/load.ts'
import type { Scenario } from '../../../src/parity/scenario/scenario.ts'
import { openSideProcess, type OpenSide } from '../../../src/parity/trial/side-process.ts'
import { openSurroundings } from '../../../src/parity/trial/side-surroundings.ts'
import type { Sides } from '../../../src/parity/trial/side.ts'
import { openState } from '../../../src/state/open-state.ts'

/** Legacy and its twin, as they are, and a place for one candidate after the other. */
export interface Stage {
  readonly settings: Settings
  readonly scenarios: readonly Scenario[]
  /**
   * Runs something with a candidate whose program is in a folder, started anew, on the candidate's clone.
   * @throws CUT_SIDE_FAILED when it does not start
   */
  withCandidate<Result> (folder: string, use: (sides: Sides) => Promise<Result>): Promise<Result>
  close (): Promise<void>
}

/** Starts what `cutover verify` starts in a workspace, but for the candidate. */
export async function openStage (workspace: string): Promise<Stage> {
  const settings = await loadConfig({ cwd: workspace })
  const { parity } = settings
  const scenarios = (await loadScenarios(parity.scenarios)).map(({ scenario }) => scenario)
  if (parity.surroundings === undefined) throw new Error(`${workspace} names no surroundings`)
  const closers: Array<() => Promise<void> | void> = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const surroundings = await openSurroundings(parity.surroundings)
    closers.push(() => surroundings.close?.())
    const state = await openState(surroundings.state!.url, { collections: surroundings.state!.collections })
    closers.push(() => state.close())
    const env = surroundings.env ?? {}
    const log = () => {}
    const clone = await state.clone('candidate')
    const start = async (name: 'legacy' | 'twin'): Promise<OpenSide> => {
      const side = await openSideProcess({ name, backend: settings.legacy, settings, state: await state.clone(name), env, log })
      closers.push(() => side.close())
      return side
    }
    const legacy = await start('legacy')
    const twin = await start('twin')
    return {
      settings,
      scenarios,
      async withCandidate (folder, use) {
        const source = { kind: 'module', path: join(folder, 'backends.js'), export: 'candidate' } as const
        await clone.reset()
        const candidate = await openSideProcess({ name: 'candidate', backend: { ...settings.candidate, source }, settings, state: clone, env, log })
        try {
          return await use({ legacy, twin, candidate, close: async () => {} })
        } finally {
          await candidate.close()
        }
      },
      close
    }
  } catch (error) {
    await close()
    throw error
  }
}
