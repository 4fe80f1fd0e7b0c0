import type { Field } from '../../message/exchange.ts'

/** A body with what says how to read it. */
export interface Content {
  readonly headers: readonly Field[]
  /** Without content coding. */
  readonly body: Buffer
}
