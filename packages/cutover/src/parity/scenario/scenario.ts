/** A sequence of requests with values carried from answer to request. The YAML and TypeScript forms are the same data. */
export interface Scenario {
  /** Unique in its folder. */
  readonly name: string
  readonly about?: string
  /** The state of the world, where it is not the usual one. */
  readonly given?: {
    /** `down`: the database refuses connections while the steps run. */
    readonly database?: 'down'
  }
  /** Values for `${name}`: a text, a text to repeat, or a text of another scenario. */
  readonly let?: Readonly<Record<string, string | RepeatedText | BorrowedText>>
  readonly steps: readonly Step[]
}

export interface RepeatedText {
  readonly repeat: string
  readonly times: number
}

/** A text of another scenario of the same folder: secrets are written in one place only. */
export interface BorrowedText {
  /** The name of that scenario. */
  readonly from: string
  /** A JSON pointer into it: `/steps/0/json/password`. */
  readonly at: string
  /** What stands there, once loaded. Never written. */
  readonly text?: string
}

/**
 * One request. `${name}` stands for a value in the request line, header values, `json`, `form`, `text` and the parts of `multipart`; `$${name}` for the text `${name}`. A JSON string that is
 * nothing but `${name}` becomes the captured JSON value itself (a number stays a number).
 */
export interface Step {
  readonly about?: string
  /** A method and a target as they are sent, broken encodings too: `GET /api/vehicles/${id}?page=2`. */
  readonly request: string
  /** The name under which noise and coverage are kept; the request without its query when left out. */
  readonly endpoint?: string
  /** In the order sent; a list sends the header several times. `host` and the length of the body are added unless given here. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** The body as JSON; `content-type: application/json` unless `headers` has one. At most one of `json`, `form`, `text`, `base64`, `multipart`. */
  readonly json?: unknown
  /** The body as application/x-www-form-urlencoded. */
  readonly form?: Readonly<Record<string, string>>
  /** The body as it is. */
  readonly text?: string
  /** The body's bytes. */
  readonly base64?: string
  /** The body as multipart/form-data, with a boundary that is the same on all sides. */
  readonly multipart?: readonly Part[]
  /** Values that are computed before the request is made, by functions of the surroundings: from what this side gave before. */
  readonly derive?: Readonly<Record<string, string | Derived>>
  /** Values of the answer to keep: a JSON pointer (RFC 6901) into its body, `header:NAME` or `cookie:NAME`. */
  readonly capture?: Readonly<Record<string, string>>
  /** What both backends must answer, where that is wanted; equality is always wanted. */
  readonly expect?: Expectation
  /** Sent this many times at once on each side; the answers are compared as a set. 1 when left out. */
  readonly times?: number
  /** Sent at the same moment as the step before it, and as those which that one goes with. They cannot take what one of them captures. */
  readonly together?: true
}

/** A value that a function computes. */
export interface Derived {
  /** The name of the function. */
  readonly by: string
  /** What it is given, with values filled in as in `json`. */
  readonly with?: unknown
}

/** A part of a multipart body: a field, or a file where `filename` is there. One of `value` and `base64`. */
export interface Part {
  readonly name: string
  readonly value?: string
  /** The content's bytes. */
  readonly base64?: string
  readonly filename?: string
  /** Its Content-Type; none when left out. */
  readonly type?: string
}

export interface Expectation {
  readonly status?: number
  /** JSON pointers into the body, with the value that must be there. */
  readonly json?: Readonly<Record<string, unknown>>
}
