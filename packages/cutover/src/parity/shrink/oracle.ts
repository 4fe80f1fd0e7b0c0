import { createHash } from 'node:crypto'
import type { Scenario } from '../scenario/scenario.ts'

/** Raised inside of shrinking when a bound is reached. */
export class OutOfBounds extends Error {}

export interface OracleBounds {
  readonly maxTries: number
  readonly deadlineMs: number
  readonly signal: AbortSignal | undefined
  readonly now: () => number
}

/** Asks whether a scenario still shows it: each content once, within bounds. */
export class Oracle {
  tries = 0
  readonly #shows: (scenario: Scenario) => Promise<boolean>
  readonly #bounds: OracleBounds
  readonly #begun: number
  readonly #answers = new Map<string, boolean>()

  constructor (shows: (scenario: Scenario) => Promise<boolean>, bounds: OracleBounds) {
    this.#shows = shows
    this.#bounds = bounds
    this.#begun = bounds.now()
  }

  /**
   * Whether it shows, as was answered before where it was asked before.
   * @throws OutOfBounds
   */
  async ask (scenario: Scenario): Promise<boolean> {
    const key = contentOf(scenario)
    const known = this.#answers.get(key)
    if (known !== undefined) return known
    const { maxTries, deadlineMs, now } = this.#bounds
    if (this.tries >= maxTries || now() - this.#begun > deadlineMs) throw new OutOfBounds('bound reached')
    const answer = await this.again(scenario)
    this.#answers.set(key, answer)
    return answer
  }

  /**
   * Asks once more, beyond the bounds of tries and time: the few last tries of a shrinking, which make its result certain.
   * @throws OutOfBounds when the signal says so
   */
  async again (scenario: Scenario): Promise<boolean> {
    if (this.#bounds.signal?.aborted === true) throw new OutOfBounds('aborted')
    this.tries++
    return await this.#shows(scenario)
  }

  /** Takes an answer back: it was shown to be chance. */
  deny (scenario: Scenario): void {
    this.#answers.set(contentOf(scenario), false)
  }
}

/** What is asked about: everything of it but how it is called. */
function contentOf ({ name, about, ...content }: Scenario): string {
  const text = JSON.stringify(content)
  return text.length > 256 ? createHash('sha256').update(text).digest('base64') : text
}
