import type { Log } from '../../backends/backend.ts'
import { openHosted, type Hosted, type HostedOptions, type HostedSource } from '../../backends/hosted/hosted.ts'
import { openHostedCommand } from '../../backends/hosted/hosted-command.ts'
import { unhealthiness } from '../../backends/health.ts'
import type { BackendSettings, Settings } from '../../config/settings.ts'
import { fault } from '../../errors.ts'
import { usualVariable } from '../../state/open-state.ts'
import type { StateClone } from '../../state/state.ts'
import type { Side, SideName } from './side.ts'

/** A side with what ends it. */
export interface OpenSide extends Side {
  close (): Promise<void>
}

export interface SideOptions {
  readonly name: SideName
  /** The backend it is an instance of. */
  readonly backend: BackendSettings
  readonly settings: Settings
  readonly state: StateClone | undefined
  /** Added to this process's environment, beside the clone's URL. */
  readonly env: Readonly<Record<string, string>>
  readonly log: Log
  readonly signal?: AbortSignal | undefined
}

/**
 * Starts one instance of a backend in a process of its own.
 * @throws CUT_SIDE_FAILED, CUT_SIDE_IN_CODE, CUT_COMMAND_INVALID
 */
export async function openSideProcess (options: SideOptions): Promise<OpenSide> {
  const { name, state } = options
  let process = await start(options)
  let ended: string | undefined
  let closed = false
  let reviving: Promise<void> | undefined
  const watch = (started: Hosted): void => {
    ended = undefined
    started.exited.then(reason => { if (started === process) ended = reason })
  }
  watch(process)
  const revive = async (): Promise<void> => {
    if (closed) throw fault('CUT_SIDE_DOWN', name, process.origin.href, 'it was stopped')
    const reason = ended ?? 'stopped listening'
    // Others of its process group may still be connected to the clone.
    await process.stop()
    try {
      const started = await start({ ...options, signal: undefined })
      if (closed) await started.stop()
      process = started
      watch(started)
    } catch (error) {
      throw Object.assign(fault('CUT_SIDE_DOWN', name, process.origin.href, `it ${reason}, and did not start again: ${(error as Error).message}`), { cause: error })
    }
  }
  return {
    name,
    state,
    origin: () => process.origin,
    async revive () {
      if (reviving === undefined && ended === undefined && await process.isAlive()) return
      reviving ??= revive().finally(() => { reviving = undefined })
      await reviving
    },
    async close () {
      closed = true
      await reviving?.catch(() => {})
      await process.stop()
    }
  }
}

async function start ({ name, backend, settings, state, env, log, signal }: SideOptions): Promise<Hosted> {
  const { source, health, startTimeoutMs, stopTimeoutMs } = backend
  const clone: Record<string, string> = state === undefined ? {} : { [settings.parity.state.variable ?? usualVariable(state.url)]: state.url }
  const common: Omit<HostedOptions, 'env'> = { name, health, startTimeoutMs, stopTimeoutMs, log, signal }
  switch (source.kind) {
    case 'module': return await openHosted({ ...common, source, env: { ...env, ...clone } })
    case 'listener': return await openHosted({ ...common, source: inConfig(backend, settings), env: { ...env, ...clone } })
    case 'command': return await openHostedCommand({ ...common, command: source.command, cwd: source.cwd, url: source.url, env: { ...source.env, ...env, ...clone } })
    case 'origin': throw new TypeError('an origin runs already')
  }
}

/** An object of this process cannot be sent to another one, but the file that made it can be loaded there. */
function inConfig (backend: BackendSettings, { file }: Settings): HostedSource {
  if (file === undefined) throw fault('CUT_SIDE_IN_CODE', backend.name)
  return { kind: 'config', file, backend: backend.name }
}

/** A backend that somebody else runs, as a side. */
export async function openSideOrigin (name: SideName, url: URL, health: string | undefined): Promise<OpenSide> {
  const revive = async (): Promise<void> => {
    const reason = await unhealthiness({ url, path: health })
    if (reason !== undefined) throw fault('CUT_SIDE_DOWN', name, url.href, reason)
  }
  await revive()
  return { name, state: undefined, origin: () => url, revive, close: async () => {} }
}
