import type { Log } from '../../backends/backend.ts'
import { openInstance } from '../../bench/instance.ts'
import type { BenchBackend, Instance } from '../../bench/plan.ts'
import type { BackendSettings, Settings } from '../../config/settings.ts'
import { fault } from '../../errors.ts'
import type { Derivations } from '../../parity/scenario/derive.ts'
import { openSurroundings } from '../../parity/trial/side-surroundings.ts'
import { openState, usualVariable } from '../../state/open-state.ts'
import type { StateClone } from '../../state/state.ts'

/** The backends of a bench, with what they need around them. */
export interface OpenBackends {
  readonly backends: readonly BenchBackend[]
  /** A second instance of legacy; undefined where it runs elsewhere. */
  readonly twin: BenchBackend | undefined
  readonly notes: readonly string[]
  /** What scenarios may derive values by. */
  readonly derive: Derivations | undefined
  close (): Promise<void>
}

/**
 * Starts what `parity.surroundings` names, and makes a clone of the database for each backend, put back before each start.
 * The backends run as in production: with NODE_ENV=production, unless this process was given another.
 * @param env of this process
 * @throws CUT_SURROUNDINGS_FAILED, CUT_SIDE_STATE, CUT_STATE_UNAVAILABLE
 */
export async function openBackends (settings: Settings, env: Readonly<Record<string, string | undefined>>, log: Log): Promise<OpenBackends> {
  const { legacy, candidate, parity, bench, file } = settings
  const closers: Array<() => Promise<void> | void> = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const surroundings = parity.surroundings === undefined ? {} : await openSurroundings(parity.surroundings)
    closers.push(() => surroundings.close?.())
    const url = surroundings.state?.url ?? parity.state.url
    if (url === undefined && parity.state.urlFrom !== undefined) throw fault('CUT_SIDE_STATE', parity.state.urlFrom)
    // What is measured is a backend and its database, with nothing between them.
    const state = url === undefined ? undefined : await openState(url, { collections: surroundings.state?.collections ?? parity.state.collections, stoppable: false })
    if (state !== undefined) closers.push(() => state.close())
    const given = { ...surroundings.env, NODE_ENV: env.NODE_ENV || 'production' }

    const benched = (name: string, label: string, { source, health, startTimeoutMs, stopTimeoutMs }: BackendSettings, routes?: readonly string[]): BenchBackend => {
      let clone: StateClone | undefined
      return {
        name,
        routes,
        async open (signal): Promise<Instance> {
          if (state !== undefined && source.kind !== 'origin') {
            if (clone === undefined) clone = await state.clone(name)
            else await clone.reset()
          }
          const cloned: Record<string, string> = clone === undefined ? {} : { [parity.state.variable ?? usualVariable(clone.url)]: clone.url }
          return await openInstance({ name: label, source, health, startTimeoutMs, stopTimeoutMs, file, env: { ...given, ...cloned }, log, signal })
        }
      }
    }
    const twin = legacy.source.kind !== 'origin' ? legacy : parity.twin === undefined ? undefined : { ...legacy, source: { kind: 'origin' as const, url: parity.twin } }
    return {
      backends: [
        benched('legacy', 'legacy', legacy),
        benched('candidate', 'candidate', candidate),
        ...bench.others.map(({ name, source, routes }) => benched(name, name, { ...legacy, source }, routes))
      ],
      twin: twin === undefined ? undefined : benched('twin', 'legacy', twin),
      notes: twin === undefined ? ['Legacy runs elsewhere and has no twin (parity.twin): there is no A/A floor, and nothing is known to be noise.'] : [],
      derive: surroundings.derive,
      close
    }
  } catch (error) {
    await close()
    throw error
  }
}
