import type { BackendLifecycle } from '../config/admin-api.ts'
import type { BackendName, Target } from '../config/target.ts'

/** Where backends say what an operator should know: what a command prints, and what becomes of it. */
export type Log = (event: { readonly level: 'info' | 'warn', readonly message: string }) => void

/** How a backend is, and why. */
export interface BackendState {
  readonly state: BackendLifecycle
  readonly detail?: string
}

/** A backend that has been opened. */
export interface Backend {
  readonly name: BackendName
  readonly kind: 'listener' | 'command' | 'origin'
  readonly target: Target
  state (): BackendState
  /** The process that it runs in, which leads a group of its own if it is a command; undefined when somebody else runs it, and while it is not running. */
  pid (): number | undefined
  /** Calls a listener at each change of state; the answer takes it off again. */
  onState (listener: (state: BackendState) => void): () => void
  /** Closes the application, or stops the command; resolves when that is done. More calls do no more. */
  stop (): Promise<void>
}

/** Holds a state and tells its changes. */
export class Lifecycle {
  readonly #listeners = new Set<(state: BackendState) => void>()
  #state: BackendState

  constructor (state: BackendLifecycle, detail?: string) {
    this.#state = stateOf(state, detail)
  }

  get current (): BackendState {
    return this.#state
  }

  set (state: BackendLifecycle, detail?: string): void {
    if (this.#state.state === state && this.#state.detail === detail) return
    this.#state = stateOf(state, detail)
    for (const listener of [...this.#listeners]) listener(this.#state)
  }

  on (listener: (state: BackendState) => void): () => void {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }
}

function stateOf (state: BackendLifecycle, detail: string | undefined): BackendState {
  return Object.freeze(detail === undefined ? { state } : { state, detail })
}
