import type { Log } from '../../backends/backend.ts'
import type { BackendSettings, Settings } from '../../config/settings.ts'
import { fault } from '../../errors.ts'
import { openState, type OpenStateOptions } from '../../state/open-state.ts'
import type { StateSource } from '../../state/state.ts'
import { openSideOrigin, openSideProcess, type OpenSide } from './side-process.ts'
import { openSurroundings } from './side-surroundings.ts'
import type { SideName, Sides } from './side.ts'

export interface OpenSidesOptions {
  readonly log: Log
  /** Gives up starting; without effect once all is up. */
  readonly signal?: AbortSignal | undefined
  /** Whether to start a twin too; true when left out. */
  readonly twin?: boolean | undefined
  /** Added to the environment of one side alone. */
  readonly env?: Partial<Readonly<Record<SideName, Readonly<Record<string, string>>>>> | undefined
  /** Opens the source database; by the adapter for its URL when left out. */
  readonly openState?: ((url: string, options: OpenStateOptions) => Promise<StateSource>) | undefined
}

/** Sides with what a reader of the report must know about them. */
export interface OpenSides extends Sides {
  readonly notes: readonly string[]
}

/**
 * Starts the backends of trials: first what `parity.surroundings` names, then legacy, its twin and the candidate, each
 * in a process of its own and on its own clone of the database. A backend that is an origin is used where it runs.
 * On a failure all that was started is stopped again.
 * @throws CUT_SURROUNDINGS_FAILED, CUT_SIDE_STATE, CUT_SIDE_FAILED, CUT_SIDE_IN_CODE, CUT_SIDE_DOWN, CUT_STATE_UNAVAILABLE
 */
export async function openSides (settings: Settings, options: OpenSidesOptions): Promise<OpenSides> {
  const { log, signal, twin: wantsTwin = true } = options
  const closers: Array<() => Promise<void> | void> = []
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= closeAll(closers, log))
  try {
    signal?.throwIfAborted()
    const { legacy, candidate, parity } = settings
    const surroundings = parity.surroundings === undefined ? {} : await openSurroundings(parity.surroundings)
    closers.push(() => surroundings.close?.())
    signal?.throwIfAborted()
    const twin = twinOf(settings, wantsTwin)
    const url = surroundings.state?.url ?? parity.state.url
    if (url === undefined && parity.state.urlFrom !== undefined) throw fault('CUT_SIDE_STATE', parity.state.urlFrom)
    const started = [legacy, candidate].some(({ source }) => source.kind !== 'origin')
    const state = url === undefined || !started ? undefined : await (options.openState ?? openState)(url, { collections: surroundings.state?.collections ?? parity.state.collections })
    if (state !== undefined) closers.push(() => state.close())

    const open = async (name: SideName, backend: BackendSettings): Promise<OpenSide> => {
      const { source, health } = backend
      const side = source.kind === 'origin'
        ? await openSideOrigin(name, source.url, health)
        : await openSideProcess({
          name,
          backend,
          settings,
          state: await state?.clone(name),
          env: { ...surroundings.env, ...options.env?.[name] },
          log,
          signal
        })
      stops.push(() => side.close())
      return side
    }
    const stops: Array<() => Promise<void>> = []
    closers.push(async () => { await Promise.all(stops.map(stop => stop())) })
    const opened = await everyOne([open('legacy', legacy), twin === undefined ? undefined : open('twin', twin), open('candidate', candidate)])
    signal?.throwIfAborted()
    return { legacy: opened[0]!, twin: opened[1], candidate: opened[2]!, derive: surroundings.derive, notes: notesOf(settings, url, twin, wantsTwin), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Waits for all, so that none is still starting when the failure of another is told. */
async function everyOne (opening: ReadonlyArray<Promise<OpenSide> | undefined>): Promise<Array<OpenSide | undefined>> {
  const results = await Promise.allSettled(opening)
  const failed = results.find(result => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return results.map(result => result.status === 'fulfilled' ? result.value : undefined)
}

function twinOf ({ legacy, parity }: Settings, wanted: boolean): BackendSettings | undefined {
  if (!wanted) return undefined
  if (legacy.source.kind !== 'origin') return legacy
  return parity.twin === undefined ? undefined : { ...legacy, source: { kind: 'origin', url: parity.twin } }
}

function notesOf ({ legacy, candidate, parity }: Settings, url: string | undefined, twin: BackendSettings | undefined, wantsTwin: boolean): string[] {
  const notes: string[] = []
  const origins = [legacy, candidate].filter(({ source }) => source.kind === 'origin').map(({ name }) => name)
  if (url === undefined) {
    const given = (parity.state.variable === undefined ? ['DATABASE_URL', 'MONGODB_URI'] : [parity.state.variable]).filter(name => (process.env[name] ?? '') !== '')
    const shared = given.length === 0 ? '' : `, and all of them use the one in ${given.join(' and ')}`
    notes.push(`No database is configured (parity.state): only answers are compared${shared}.`)
  } else if (origins.length > 0) {
    notes.push(`${origins.join(' and ')} ${origins.length === 1 ? 'is an origin that runs' : 'are origins that run'} already: databases are not compared, and not reset there.`)
  }
  if (twin === undefined) {
    notes.push(wantsTwin
      ? 'There is no twin of legacy: nothing is known to be noise. Name a second instance in parity.twin.'
      : 'No twin was started: nothing is known to be noise.')
  }
  return notes
}

async function closeAll (closers: ReadonlyArray<() => Promise<void> | void>, log: Log): Promise<void> {
  for (const close of [...closers].reverse()) {
    try {
      await close()
    } catch (error) {
      log({ level: 'warn', message: `Something of the trial could not be stopped: ${error instanceof Error ? error.message : String(error)}` })
    }
  }
}
