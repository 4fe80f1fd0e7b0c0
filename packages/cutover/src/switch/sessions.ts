import type { BackendName } from '../config/target.ts'

const SID = /[?&]sid=([\w-]{1,64})(?:&|$)/
const OPENING = /^(?:\d+:)?0\{"sid":"([\w-]{1,64})"/

/**
 * Remembers which backend opened an Engine.IO session, since that backend alone knows it: all its polling requests
 * and its WebSocket must go there too. Bounded; the session that was longest unused is forgotten first.
 */
export class Sessions {
  readonly #backends = new Map<string, BackendName>()
  readonly #most: number

  constructor (most = 100_000) {
    this.#most = most
  }

  get size (): number {
    return this.#backends.size
  }

  /** Whether a request target is of the Engine.IO protocol at all. */
  concerns (target: string): boolean {
    return target.includes('EIO=')
  }

  /** Whether it opens a session by polling, so that its answer tells the session's id. */
  opens (target: string): boolean {
    return target.includes('transport=polling') && !SID.test(target)
  }

  /** The backend that opened the session of a request target. */
  backendOf (target: string): BackendName | undefined {
    const sid = SID.exec(target)?.[1]
    if (sid === undefined) return undefined
    const backend = this.#backends.get(sid)
    if (backend !== undefined) {
      this.#backends.delete(sid)
      this.#backends.set(sid, backend)
    }
    return backend
  }

  /** Reads the session's id from the first piece of the answer that opens it. */
  learn (chunk: unknown, backend: BackendName): void {
    const text = typeof chunk === 'string' ? chunk.slice(0, 128) : chunk instanceof Uint8Array ? Buffer.from(chunk.subarray(0, 128)).toString('latin1') : ''
    const sid = OPENING.exec(text)?.[1]
    if (sid === undefined) return
    this.#backends.set(sid, backend)
    if (this.#backends.size > this.#most) this.#backends.delete(this.#backends.keys().next().value!)
  }
}
