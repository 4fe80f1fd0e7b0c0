import type { RedactionRules } from '../../message/redaction/rules.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { TrialContext } from '../trial/trial.ts'
import type { Api } from './openapi/api.ts'

/** What a run of the fuzzer is given. Its abort signal and its sides are those of `context`. */
export interface FuzzOptions {
  readonly context: TrialContext
  /** From {@link readApi}, {@link fetchApi}, {@link inferApi}; several are joined by `joinApis`. */
  readonly api: Api
  /** Hand-written ones: values of theirs are used, their steps are mutated. */
  readonly scenarios?: readonly Scenario[]
  /** Its steps that capture what `headers` needs run before everything else; looked for among `scenarios` where it captures none of that. */
  readonly signIn?: Scenario
  /** Sent with each request of an operation that asks for credentials: `{ authorization: 'Bearer ${token}' }`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Operations that are not to be asked: `DELETE /x`, in the way of the description (`/x/{id}`) or of endpoints (`/x/${id}`). */
  readonly skip?: readonly string[]
  /** The same seed makes the same requests as long as the answers are the same. */
  readonly seed: number
  /** Milliseconds for generating; what was found by then is still shrunk within `shrinkMs` more. 60 000 when left out. */
  readonly durationMs?: number
  /** Milliseconds that shrinking one find may take. 10 000 when left out. */
  readonly shrinkMs?: number
  /** Requests to each side after which it ends before its time. */
  readonly requests?: number
  /** The folder in which finds are kept as scenarios; not kept when left out. */
  readonly saveTo?: string
  /** What to take out of saved scenarios beside the defaults. */
  readonly redact?: RedactionRules
  /** Ends at the first confirmed finding. */
  readonly untilFirst?: boolean
  readonly onProgress?: (progress: FuzzProgress) => void
  /** Milliseconds, for tests. */
  readonly now?: () => number
}

export interface FuzzProgress {
  /** Requests sent to each side. */
  readonly requests: number
  readonly trials: number
  readonly findings: number
  readonly elapsedMs: number
  readonly stage: 'learning' | 'sweep' | 'sequences' | 'random' | 'shrinking'
}
