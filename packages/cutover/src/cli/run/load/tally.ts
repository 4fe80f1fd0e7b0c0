import { headerValue } from '../../../message/headers.ts'
import type { Expectation } from '../../../parity/scenario/scenario.ts'
import type { SendResult } from '../../../parity/send/result.ts'
import { unmet } from '../../../parity/trial/expectation.ts'
import { noTally, type LoadTally } from './protocol.ts'

const mostExamples = 5

/** Counts what the clients see. */
export class Tally {
  #counts: LoadTally = noTally

  /** @param expected what the scenario says of the answer */
  add (name: string, result: SendResult, expected: Expectation | undefined): void {
    const { requests, failed, unexpected, candidate, slowestMs, examples } = this.#counts
    const bad = badOf(result, expected)
    const example = bad === undefined ? undefined : `${name}: ${bad.what}`
    this.#counts = {
      ...this.#counts,
      requests: requests + 1,
      failed: failed + (bad?.failed === true ? 1 : 0),
      unexpected: unexpected + (bad?.failed === false ? 1 : 0),
      candidate: candidate + ('response' in result && headerValue(result.response.headers, 'x-routed-to') === 'candidate' ? 1 : 0),
      slowestMs: Math.max(slowestMs, Math.round(result.durationMs)),
      // What fails over and over leaves room for what else fails.
      examples: example === undefined || examples.length >= mostExamples || examples.includes(example) ? examples : [...examples, example]
    }
  }

  unsent (): void {
    this.#counts = { ...this.#counts, unsent: this.#counts.unsent + 1 }
  }

  get counts (): LoadTally {
    return this.#counts
  }
}

function badOf (result: SendResult, expected: Expectation | undefined): { readonly failed: boolean, readonly what: string } | undefined {
  if ('failure' in result) return { failed: true, what: `no answer (${result.failure.kind})` }
  const { response } = result
  if (response.status >= 500 && response.status !== expected?.status) return { failed: true, what: `answered ${response.status}` }
  const [first] = expected === undefined ? [] : unmet(expected, response)
  return first === undefined ? undefined : { failed: false, what: first }
}
