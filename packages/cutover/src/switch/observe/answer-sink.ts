import type { ExchangeResponse } from '../../message/exchange.ts'
import { fieldsOf } from '../../message/headers.ts'
import { isHopByHop } from '../../message/hop-by-hop.ts'
import type { ResponseHead, ResponseSink } from '../../message/response-parser.ts'
import { KeptBody } from './kept-body.ts'
import type { MemoryBudget } from './memory-budget.ts'

/** How asking the other backend ended. */
export type Answer =
  | { readonly kind: 'answer', readonly response: ExchangeResponse }
  | { readonly kind: 'timeout' | 'failed' | 'memory' | 'stream' }

/** What is asked of the other backend. */
export interface Question {
  readonly method: string
  /** The whole head, and the body. */
  readonly head: string
  readonly body: Buffer
  /** The client's address, for a backend in this process. */
  readonly address: string
  /** Bytes of the answer's body that are kept. */
  readonly limit: number
  /** Bytes that are read at most: an answer that is longer is not the same in any case. */
  readonly most: number
  readonly safe: boolean
}

/** Gathers an answer within its bounds; told once how that ended. */
export class AnswerSink implements ResponseSink {
  readonly #body: KeptBody
  readonly #most: number
  readonly #ended: (answer: Answer) => void
  #head: ResponseHead | undefined
  #over = false

  constructor (budget: MemoryBudget, { limit, most }: Question, ended: (answer: Answer) => void) {
    this.#body = new KeptBody(budget, limit)
    this.#most = most
    this.#ended = ended
  }

  get over (): boolean {
    return this.#over
  }

  informational (): void {}

  head (head: ResponseHead): void {
    this.#head = head
    if (head.headers.some((value, i) => i % 2 === 1 && /^text\/event-stream/i.test(value))) this.stop('stream')
  }

  body (chunk: Buffer, last: boolean): void {
    if (this.#over) return
    this.#body.add(chunk)
    if (this.#body.starved) this.stop('memory')
    else if (this.#body.length > this.#most) this.#answer(false)
    else if (last) this.#answer(true)
  }

  end (trailers: readonly string[]): void {
    this.#answer(true, trailers)
  }

  stop (kind: 'timeout' | 'failed' | 'memory' | 'stream'): void {
    if (this.#over) return
    this.#over = true
    this.#body.release()
    this.#ended({ kind })
  }

  #answer (whole: boolean, trailers: readonly string[] = []): void {
    if (this.#over) return
    this.#over = true
    const head = this.#head!
    const payload = this.#body.payload(whole)
    this.#body.release()
    this.#ended({
      kind: 'answer',
      response: {
        status: head.status,
        headers: fieldsOf(head.headers).filter(([name]) => !isHopByHop(name)),
        ...payload,
        ...(trailers.length === 0 ? {} : { trailers: fieldsOf(trailers) })
      }
    })
  }
}
