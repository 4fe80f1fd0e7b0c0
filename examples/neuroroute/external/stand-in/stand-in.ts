import type { Provider } from '../../types/models.ts'
import type { Behaviour } from './behaviour.ts'

/** What the stand-in has seen since it started. */
export interface StandInRequests {
  /** Requests for an answer, and those of each model. */
  readonly asked: number
  readonly models: Readonly<Record<string, number>>
  /** How many are open now, and how many were at most. */
  readonly open: number
  readonly mostOpen: number
  /** How many were left by the client before their answer was whole. */
  readonly left: number
}

/** Behaviours by provider, by model id, or for `all`; a list is taken request by request, and its last one stays. */
export type Control = Readonly<Partial<Record<Provider | 'all' | (string & {}), Behaviour | readonly Behaviour[]>>>

export interface StandIn {
  /** What `OPENAI_BASE_URL` and `ANTHROPIC_BASE_URL` are set to. */
  readonly url: string
  requests (): StandInRequests
  /** How it behaves to prompts without a directive, in place of what it was told before; `{}`: well. */
  control (behaviours: Control): void
  /** Lets all answers go on that `hold` holds. */
  release (): void
  close (): Promise<void>
}

/** A server that speaks both providers' public wire formats on one port. */
export async function startStandIn ({ port = 0, host = '127.0.0.1' } = {}): Promise<StandIn> {
  throw new Error(`not built yet: ${host}:${port}`)
}
