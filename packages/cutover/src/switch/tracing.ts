import type { IncomingMessage } from 'node:http'
import type { BackendName } from '../config/target.ts'
import type { FallbackCause } from '../metrics/cell.ts'
import type { SwitchResponse } from './response.ts'

/** What follows each request from its decision to its end. None of it throws. */
export interface Tracing {
  /** Headers that `forwarding` writes anew, lower case. */
  readonly headers: readonly string[]
  /** A request has been decided on, and nobody has read of it. */
  began (request: IncomingMessage, response: SwitchResponse): void
  /** Calls a backend of this process as part of the request; what that throws is thrown on. */
  within<T> (response: SwitchResponse, call: () => T): T
  /** The request goes to an origin. @returns header lines to add, each ended by CRLF */
  forwarding (request: IncomingMessage, response: SwitchResponse, backend: BackendName, origin: URL): string
  /** The origin's answer has begun. */
  answered (response: SwitchResponse, status: number): void
  /** The origin could not be reached, was too slow, or broke off. */
  failed (response: SwitchResponse, cause: FallbackCause): void
  /** Legacy answers instead; the decision is about to become that. */
  fellBack (response: SwitchResponse, cause: FallbackCause, status: number): void
  /** @param finished false when the client left first */
  settled (response: SwitchResponse, finished: boolean): void
}
