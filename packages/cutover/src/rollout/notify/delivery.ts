import type { RolloutEvent } from '../../config/control.ts'

/** How an attempt to tell somebody ended. What is said of it holds no secret. */
export type Outcome =
  | { readonly told: true }
  | { readonly told: false, readonly detail: string, /** Whether another attempt may help. */ readonly again: boolean, /** Asked for by who was to be told, milliseconds. */ readonly afterMs?: number }

/** A notice on its way: one event to one addressee. All attempts have the same id. */
export interface Notice {
  readonly id: string
  readonly event: RolloutEvent
}

/** Whom to tell, and how. */
export interface Addressee {
  /** For logs: `webhook hooks.example.com`. */
  readonly name: string
  readonly on: readonly string[] | undefined
  /** Sees every event as it happens, those of which nobody is told too. */
  noticed? (event: RolloutEvent): void
  /** One attempt. It ends when the signal says so, and never rejects. */
  deliver (notice: Notice, signal: AbortSignal): Promise<Outcome>
}

export const told: Outcome = Object.freeze({ told: true })
