/** Bounds of one request, and what is added to it. */
export interface SendOptions {
  /** From the request's first byte to the answer's last, milliseconds. */
  readonly timeoutMs: number
  /** Bytes of a body that are kept; a longer one is hashed as it comes and never held whole. */
  readonly bodyLimit: number
  /** Bytes after which a body is cut off as endless; 16 GiB when left out. */
  readonly endless?: number
  /** How long a `text/event-stream` may be silent until what came counts as its body, milliseconds; 500 when left out. */
  readonly idleMs?: number
  /** The Host header where the request has none; the origin's own when left out. */
  readonly host?: string
  readonly signal?: AbortSignal | undefined
  /** The last byte of the request goes when this resolves: requests on several connections then become whole at one moment. */
  readonly held?: Promise<unknown> | undefined
}
