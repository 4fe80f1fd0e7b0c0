import { Buffer } from 'node:buffer'
import { createHash, type Hash } from 'node:crypto'
import type { BodyDigest } from '../../message/exchange.ts'
import { NO_BODY } from '../../message/body.ts'

/** Takes a body piece by piece: keeps it up to a limit, beyond that only its length and hash. */
export class BodyKeeper {
  readonly #limit: number
  #pieces: Buffer[] = []
  #hash: Hash | undefined
  length = 0

  /** @param limit bytes */
  constructor (limit: number) {
    this.#limit = limit
  }

  add (piece: Buffer): void {
    this.length += piece.length
    if (this.#hash === undefined && this.length > this.#limit) {
      this.#hash = createHash('sha256')
      for (const kept of this.#pieces) this.#hash.update(kept)
      this.#pieces = []
    }
    if (this.#hash === undefined) this.#pieces.push(piece)
    else this.#hash.update(piece)
  }

  /** What was taken; ends it. */
  finish (): { readonly body: Buffer, readonly truncated?: BodyDigest } {
    if (this.#hash !== undefined) return { body: NO_BODY, truncated: { length: this.length, sha256: this.#hash.digest('hex') } }
    return { body: this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces) }
  }
}
