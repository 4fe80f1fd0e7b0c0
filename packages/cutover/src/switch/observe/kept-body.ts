import { Buffer } from 'node:buffer'
import { createHash, type Hash } from 'node:crypto'
import { NO_BODY } from '../../message/body.ts'
import type { BodyDigest } from '../../message/exchange.ts'
import type { MemoryBudget } from './memory-budget.ts'

/** A body as it streams by: kept up to a limit, its length and SHA-256 beyond. */
export class KeptBody {
  readonly #budget: MemoryBudget
  readonly #limit: number
  #chunks: Buffer[] = []
  #held = 0
  #hash: Hash | undefined
  length = 0
  /** Whether the budget had no room for it. */
  starved = false

  constructor (budget: MemoryBudget, limit: number) {
    this.#budget = budget
    this.#limit = limit
  }

  /** @param chunk copied: whoever wrote it may use its memory again */
  add (chunk: unknown, encoding?: unknown): void {
    const bytes = typeof chunk === 'string'
      ? Buffer.from(chunk, typeof encoding === 'string' ? encoding as BufferEncoding : 'utf8')
      : chunk instanceof Uint8Array ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : undefined
    if (bytes === undefined || bytes.length === 0) return
    this.length += bytes.length
    if (this.#hash === undefined && this.length <= this.#limit) {
      if (this.#budget.take(bytes.length)) {
        this.#held += bytes.length
        this.#chunks.push(typeof chunk === 'string' ? bytes : Buffer.from(bytes))
        return
      }
      this.starved = true
    }
    if (this.#hash === undefined) {
      this.#hash = createHash('sha256')
      for (const kept of this.#chunks) this.#hash.update(kept)
      this.release()
    }
    this.#hash.update(bytes)
  }

  /** What is known of it. Call it once, at its end. @param whole false when bytes are missing, so that its digest says nothing */
  payload (whole = true): { readonly body: Buffer, readonly truncated?: BodyDigest } {
    if (!whole) return { body: NO_BODY, truncated: { length: this.length } }
    if (this.#hash !== undefined) return { body: NO_BODY, truncated: { length: this.length, sha256: this.#hash.digest('hex') } }
    return { body: this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks) }
  }

  /** Gives back what it holds of the budget; the caller has made its payload, or wants none. */
  release (): void {
    this.#budget.give(this.#held)
    this.#held = 0
    this.#chunks = []
  }
}
