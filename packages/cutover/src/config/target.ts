import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** The two backends between which traffic is split. */
export type BackendName = 'legacy' | 'candidate'

/** The part of a feature's traffic that goes to the candidate: an integer from 0 to 10 000. */
export type BasisPoints = number

/** Where requests of a backend go, once it has been started. */
export type Target = ListenerTarget | OriginTarget

/** A backend in this process. It reads the request's body and ends the response itself. */
export interface ListenerTarget {
  readonly kind: 'listener'
  /** False when it can only answer requests that came by the server: then it is never shadowed. */
  readonly shadowable?: false
  /** True when it never replaces the prototype of a response, as Express does. */
  readonly keepsPrototypes?: true
  /** May throw, or return a promise that rejects: both count as a failure before an answer. */
  request (request: IncomingMessage, response: ServerResponse): unknown
  /** Whether the backend takes this upgrade; without listeners of its own it does not, and the request is served as a plain one. */
  acceptsUpgrade (): boolean
  upgrade (request: IncomingMessage, socket: Duplex, head: Buffer): void
}

/** A backend behind a URL, http: or https:, whose path (if any) is prefixed to every request's. */
export interface OriginTarget {
  readonly kind: 'origin'
  readonly url: URL
}
