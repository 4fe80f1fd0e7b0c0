import type { Route } from '../../config/settings.ts'
import type { Note } from '../../message/note.ts'
import type { Sender } from '../send/sender.ts'
import type { TrialContext } from '../trial/trial.ts'
import type { SignIn } from './sign-in.ts'

/** How a recording is replayed. */
export interface ReplayOptions {
  /** The backends, the rules and the bounds; noise that is learned is added to it. */
  readonly context: TrialContext
  /** Requests in flight at once, each on all sides; also sessions at once where no `speed` is given. Default 8. */
  readonly concurrency?: number
  /** Requests a second at most; as many as are answered when left out. */
  readonly rate?: number
  /** The recorded pace, this many times as fast: 2 halves every pause. Without it nothing waits for the clock. */
  readonly speed?: number
  /** Keeps the order of all requests, not only of those of a session. */
  readonly inOrder?: boolean
  /** Sends methods other than GET, HEAD and OPTIONS. Default: only where each side has a clone of the database. */
  readonly unsafe?: boolean
  /** Headers that take the place of redacted ones, `authorization: Bearer …`; by side where each has its own. */
  readonly headers?: Headers | ((side: 'legacy' | 'twin' | 'candidate') => Headers)
  /** Credentials of each side's own, got after the databases are reset; `headers` win over what they give. */
  readonly signIn?: SignIn
  /** Values that take the place of redacted ones of a name, in JSON bodies, forms, queries and cookies. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Names of endpoints: a path that meets one of these routes is counted under it. */
  readonly routes?: readonly Route[]
  /** Where the progress is kept, so that a run that was cut short can be taken up again. */
  readonly progress?: {
    readonly file: string
    /** Whether to go on after the sessions that are in it. */
    readonly resume: boolean
  }
  /** Sends the requests; one of its own that keeps connections when left out. */
  readonly sender?: Sender
  onProgress? (progress: ReplayProgress): void
  /** Told of what could not be read of the recording. */
  onNote? (note: Note): void
}

type Headers = Readonly<Record<string, string>>

/** How far a replay is. */
export interface ReplayProgress {
  readonly sessions: { readonly finished: number, readonly all: number }
  readonly requests: { readonly sent: number, readonly all: number }
  /** Causes found so far. */
  readonly findings: number
  readonly skipped: number
}
