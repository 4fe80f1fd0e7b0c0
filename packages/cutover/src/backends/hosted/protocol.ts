import type { BackendName } from '../../config/target.ts'

/** Where the application of a hosted backend comes from. */
export type HostedSource =
  /** An export of a module; its path absolute. */
  | { readonly kind: 'module', readonly path: string, readonly export: string }
  /** An application that a config file holds itself; its path absolute. */
  | { readonly kind: 'config', readonly file: string, readonly backend: BackendName }

/** What the hosting process is told at its start. */
export interface HostingTask {
  readonly source: HostedSource
  /** For messages: `the legacy backend`. */
  readonly owner: string
  /** How long open requests may take when it is told to end, milliseconds. */
  readonly graceMs: number
}

/** Asks the hosting process whether it lives. */
export interface HostingPing {
  readonly cutover: 'ping'
}

/** What the hosting process says: `ready` or `failed` once, then an `alive` for each ping. */
export type HostingReport =
  | { readonly cutover: 'ready', readonly port: number, /** `Express` */ readonly framework?: string }
  | { readonly cutover: 'failed', readonly reason: string }
  | { readonly cutover: 'alive' }

/** Whether a message is one of ours: an application may send its own to whoever started it. */
export function isReport (message: unknown): message is HostingReport {
  const kind = (message as { cutover?: unknown } | null)?.cutover
  return kind === 'ready' || kind === 'failed' || kind === 'alive'
}

/** Whether a message is a ping of ours. */
export function isPing (message: unknown): message is HostingPing {
  return (message as { cutover?: unknown } | null)?.cutover === 'ping'
}
