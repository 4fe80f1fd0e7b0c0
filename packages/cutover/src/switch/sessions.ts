import type { BackendName } from '../config/target.ts'

const SID = /[?&]sid=([^&#]{1,256})(?:[&#]|$)/
// An open packet: bare (version 4), with its length (3), with its length as bytes (2), and any of these within JSONP.
const OPENING = /^(?:___eio\[\d+\]\(")?(?:\d+:|[^{]{2,10}\xff)?0\{\s*\\?"sid\\?"\s*:\s*\\?"([^"\\]{1,128})\\?"/

/** Whether a request target is of the Engine.IO protocol at all. */
export function isEngineIo (target: string): boolean {
  return target.includes('EIO=')
}

/** The session of a request target. */
function sidOf (target: string): string | undefined {
  const written = SID.exec(target)?.[1]
  if (written === undefined || !written.includes('%')) return written
  try {
    return decodeURIComponent(written)
  } catch {
    return undefined
  }
}

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

  /** Whether it opens a session by polling, so that its answer tells the session's id. */
  opens (target: string): boolean {
    return isEngineIo(target) && target.includes('transport=polling') && !SID.test(target)
  }

  /** The backend that opened the session of a request target. */
  backendOf (target: string): BackendName | undefined {
    const sid = sidOf(target)
    if (sid === undefined) return undefined
    const backend = this.#backends.get(sid)
    if (backend !== undefined) {
      this.#backends.delete(sid)
      this.#backends.set(sid, backend)
    }
    return backend
  }

  /**
   * Reads the session's id from the answer that opens it.
   * @param opening how the body begins, as far as it has come
   * @returns whether the id was there
   */
  learn (opening: string, backend: BackendName): boolean {
    const sid = OPENING.exec(opening)?.[1]
    if (sid === undefined) return false
    this.#backends.set(sid, backend)
    if (this.#backends.size > this.#most) this.#backends.delete(this.#backends.keys().next().value!)
    return true
  }
}
