import type { ResponseHead } from '../../message/response-parser.ts'
import type { Connection, Exchange, Failure } from '../forward/connection.ts'
import type { Pool } from '../forward/pool.ts'
import { type Answer, AnswerSink, type Question } from './answer-sink.ts'
import type { MemoryBudget } from './memory-budget.ts'

/** Asks an origin, on connections that no client's request uses. @param ended told once */
export function askOrigin (pool: Pool, question: Question, budget: MemoryBudget, timeoutMs: number, ended: (answer: Answer) => void): void {
  new OriginQuestion(pool, question, budget, timeoutMs, ended).start(false)
}

class OriginQuestion implements Exchange {
  readonly #pool: Pool
  readonly #question: Question
  readonly #sink: AnswerSink
  readonly #timer: NodeJS.Timeout
  #connection: Connection | undefined

  constructor (pool: Pool, question: Question, budget: MemoryBudget, timeoutMs: number, ended: (answer: Answer) => void) {
    this.#pool = pool
    this.#question = question
    this.#timer = setTimeout(() => this.#sink.stop('timeout'), timeoutMs)
    this.#sink = new AnswerSink(budget, question, answer => {
      clearTimeout(this.#timer)
      // A connection whose answer is not over cannot be used again.
      if (answer.kind !== 'answer' || answer.response.truncated?.sha256 === undefined) this.#leaveUnlessDone()
      ended(answer)
    })
  }

  get headRequest (): boolean {
    return this.#question.method === 'HEAD'
  }

  start (fresh: boolean): void {
    const connection = this.#pool.acquire(this.#question.safe, fresh)
    if (connection === undefined) return this.#sink.stop('failed')
    this.#connection = connection
    connection.begin(this)
    connection.socket.write(this.#question.head, 'latin1')
    if (connection.connected) this.connected()
  }

  connected (): void {
    if (this.#question.body.length > 0) this.#connection!.socket.write(this.#question.body)
    this.#connection!.requestDone()
  }

  drained (): void {}
  headAlone (): void {}
  informational (): void {}

  head (head: ResponseHead): void {
    this.#sink.head(head)
  }

  body (chunk: Buffer, last: boolean): void {
    if (last) this.#connection = undefined
    this.#sink.body(chunk, last)
  }

  end (trailers: readonly string[]): void {
    this.#connection = undefined
    this.#sink.end(trailers)
  }

  failed (failure: Failure): void {
    if (this.#sink.over) return
    this.#connection = undefined
    if (failure.stale && this.#question.safe) this.start(true)
    else this.#sink.stop('failed')
  }

  #leaveUnlessDone (): void {
    const connection = this.#connection
    this.#connection = undefined
    // Its parser may be in the middle of the piece that made this known.
    if (connection !== undefined) setImmediate(() => connection.abandon())
  }
}
