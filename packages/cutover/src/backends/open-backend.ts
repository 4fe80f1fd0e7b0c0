import type { BackendSettings } from '../config/settings.ts'
import { Lifecycle, type Backend, type Log } from './backend.ts'
import { openCommand } from './command.ts'
import { listenerFrom } from './listener.ts'
import { importExport } from './module.ts'
import { openOrigin } from './origin.ts'

export type { Backend, BackendState } from './backend.ts'

export interface OpenOptions {
  readonly log: Log
  /** Gives up waiting for a command to start. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens a backend: imports or takes its application and makes it ready, starts its command and waits until it is
 * healthy, or asks its origin once how it is. An origin that is down is opened all the same, as unhealthy.
 * @throws what `listenerFrom`, `importExport` and `openCommand` throw
 */
export async function openBackend (settings: BackendSettings, { log, signal }: OpenOptions): Promise<Backend> {
  const { name, source, health, startTimeoutMs, stopTimeoutMs } = settings
  if (source.kind === 'origin') return await openOrigin({ name, url: source.url, health })
  if (source.kind === 'command') return await openCommand({ ...source, name, health, startTimeoutMs, stopTimeoutMs, log, signal })
  const owner = `the ${name} backend`
  const application = source.kind === 'module' ? await importExport(source.path, source.export, owner) : source.listener
  const listener = await listenerFrom(application, owner)
  const lifecycle = new Lifecycle('healthy', listener.framework)
  let stopped: Promise<void> | undefined
  return {
    name,
    kind: 'listener',
    target: listener,
    state: () => lifecycle.current,
    pid: () => process.pid,
    onState: onChange => lifecycle.on(onChange),
    stop: async () => await (stopped ??= listener.close().then(() => lifecycle.set('stopped')))
  }
}
