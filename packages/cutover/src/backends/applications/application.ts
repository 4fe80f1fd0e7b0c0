import type { ListenerTarget } from '../../config/target.ts'

/** An application in this process, ready to serve. */
export interface Listener extends ListenerTarget {
  /** `Fastify`, `Express`, `handler`, …: for people. */
  readonly framework: string
  /** Runs the application's own close hooks. Call it when no request is open any more. */
  close (): Promise<void>
}

/** One kind of application that can be served. */
export interface ApplicationKind<T> {
  /** Whether it is of this kind, told by what it offers, since it may come from another copy of its package. */
  matches (application: unknown): application is T
  /**
   * Makes it ready.
   * @param owner whose application it is, for messages: `the legacy backend`
   */
  open (application: T, owner: string): Promise<Listener>
}

/** Whether a value is an object or function that has methods of these names. */
export function hasMethods<Name extends string> (value: unknown, ...names: readonly Name[]): value is Record<Name, (...values: never[]) => unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  return names.every(name => typeof (value as Record<string, unknown>)[name] === 'function')
}

/** What a plain (req, res) listener has instead of upgrades and close hooks. */
export const plain = {
  acceptsUpgrade: () => false,
  upgrade (_request: unknown, socket: { destroy (): unknown }) { socket.destroy() },
  close: async () => {}
} as const
