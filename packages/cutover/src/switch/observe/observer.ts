import type { IncomingMessage } from 'node:http'
import type { Settings } from '../../config/settings.ts'
import type { BackendName, Target } from '../../config/target.ts'
import { forwardingLines, type Trust } from '../forwarded.ts'
import type { ResponseOwner, SwitchResponse } from '../response.ts'
import { Capture } from './capture.ts'
import { Clients } from './clients.ts'
import type { LiveRecording } from './live-recording.ts'
import { MemoryBudget } from './memory-budget.ts'
import type { Shadow } from './shadow.ts'

/** Watches requests as they begin, and takes those that are recorded or shadowed. Whatever fails in it is counted, never thrown. */
export class Observer {
  readonly #recording: LiveRecording
  readonly #shadow: Shadow
  readonly #settings: Settings
  readonly #targets: Readonly<Record<BackendName, Target>>
  readonly #trust: Trust
  readonly #clients = new Clients()
  readonly #budget: MemoryBudget
  readonly #hidden: string | undefined

  constructor (settings: Settings, targets: Readonly<Record<BackendName, Target>>, trust: Trust, recording: LiveRecording, shadow: Shadow) {
    this.#settings = settings
    this.#targets = targets
    this.#trust = trust
    this.#recording = recording
    this.#shadow = shadow
    this.#budget = new MemoryBudget(settings.record.memoryBytes)
    this.#hidden = settings.force.secret === undefined ? undefined : settings.force.header
  }

  /** A request whose backend has been decided on, and which nobody has read of. @param hasBody whether the request has one */
  begin (request: IncomingMessage, response: SwitchResponse, owner: ResponseOwner, hasBody: boolean): void {
    const decision = response.decision!
    try {
      const session = this.#recording.active ? this.#recording.wants(decision.feature?.name, () => this.#clients.sessionOf(request)) : undefined
      const shadowed = this.#shadow.wants(request, decision)
      if (session === undefined && !shadowed) return
      const shadow = shadowed ? this.#about(request, response) : undefined
      const limit = session === undefined ? this.#shadow.bodyLimit : this.#settings.record.bodyLimitBytes
      const budget = session === undefined ? this.#shadow.budget : this.#budget
      // eslint-disable-next-line no-new
      new Capture(request, response, owner, hasBody, { session, shadow }, budget, limit, this.#done)
    } catch {
      response.owner = owner
      this.#recording.drop('error')
    }
  }

  readonly #done = (capture: Capture, finished: boolean): void => {
    const { purpose: { session, shadow }, decision, response, sent, answered } = capture
    try {
      const feature = decision.feature?.name
      if (!finished) {
        if (session !== undefined) this.#recording.drop('aborted')
        if (shadow !== undefined) this.#shadow.skip(feature!, 'aborted')
        return
      }
      const fellBack = response.decision !== decision
      const starved = sent.starved || answered.starved
      if (shadow !== undefined && (fellBack || starved)) this.#shadow.skip(feature!, fellBack ? 'fallback' : 'memory')
      const shadowed = shadow !== undefined && !fellBack && !starved
      if (session === undefined && !shadowed) return
      if (session === undefined) {
        // The exchange is made of it when its turn comes: clients that wait go first.
        capture.kept = this.#shadow.take(() => capture.exchange(this.#hidden), () => capture.release(), feature!, shadow!)
        return
      }
      const exchange = capture.exchange(this.#hidden)
      // From here on it is held by whoever takes it.
      capture.release()
      this.#recording.take(exchange)
      if (shadowed) this.#shadow.take(() => exchange, () => {}, feature!, shadow)
    } catch {
      if (session !== undefined) this.#recording.drop('error')
      if (shadow !== undefined) this.#shadow.skip(decision.feature!.name, 'error')
    }
  }

  /** What the shadowed request gets beside its own headers; taken now, while its connection is there. */
  #about (request: IncomingMessage, response: SwitchResponse): { readonly additions: string, readonly address: string } {
    const other = response.decision!.backend === 'legacy' ? 'candidate' : 'legacy'
    const { forwarded } = this.#settings.headers
    return {
      additions: (response.requestId === '' ? '' : `x-request-id: ${response.requestId}\r\n`) +
        (forwarded && this.#targets[other].kind === 'origin' ? forwardingLines(request, this.#trust) : ''),
      address: request.socket.remoteAddress ?? '127.0.0.1'
    }
  }
}
