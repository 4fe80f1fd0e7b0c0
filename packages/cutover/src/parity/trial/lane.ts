import { setTimeout as delay } from 'node:timers/promises'
import type { Exchange, ExchangeRequest } from '../../message/exchange.ts'
import { captureFrom } from '../scenario/capture.ts'
import { deriveFor } from '../scenario/derive.ts'
import { fillStep, firstValues, type Values } from '../scenario/fill.ts'
import type { Scenario, Step } from '../scenario/scenario.ts'
import type { Sender } from '../send/sender.ts'
import { inOrder } from './copies.ts'
import type { Sent } from './sent.ts'
import type { Side } from './side.ts'
import type { TrialContext } from './trial.ts'

/** What a step gave on one side: as many answers as it was sent. */
export interface LaneStep {
  readonly sent: readonly Sent[]
  /** Why it could not be sent. */
  readonly problem?: string
  /** Values that were computed for it, by name. */
  readonly derived?: Readonly<Record<string, unknown>>
  /** Whether the problem is one of computing a value. */
  readonly underived?: true
  /** What its answer lacks: `id from /id`. */
  readonly lacking: ReadonlyArray<{ readonly name: string, readonly from: string }>
}

/** Within this time all but the last bytes of requests at the same moment have reached a backend, milliseconds. */
const heldMs = 5

/** One side's way through a scenario, with the values that it captured itself. */
export class Lane {
  readonly side: Side
  readonly steps: LaneStep[] = []
  readonly #values: Map<string, unknown>
  readonly #context: TrialContext
  readonly #sender: Sender
  readonly #host: string | undefined
  /** It no longer accepts connections. */
  isDown = false

  constructor (side: Side, scenario: Scenario, context: TrialContext, sender: Sender) {
    this.side = side
    this.#values = firstValues(scenario)
    this.#context = context
    this.#sender = sender
    // Links in answers hold the host: on this machine all sides get the same one. A remote one may know no other than its own.
    this.#host = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(side.origin().hostname) ? 'localhost' : undefined
  }

  /** What it captured and derived so far, and the scenario's own values. */
  get values (): Values {
    return this.#values
  }

  async take (step: Step): Promise<LaneStep> {
    return (await this.takeTogether([step]))[0]!
  }

  /** Takes steps that are sent at the same moment. */
  async takeTogether (steps: readonly Step[]): Promise<readonly LaneStep[]> {
    const taken = await this.#take(steps)
    this.steps.push(...taken)
    return taken
  }

  async #take (steps: readonly Step[]): Promise<readonly LaneStep[]> {
    if (this.isDown) return steps.map(() => ({ sent: [], problem: `${this.side.name} is down`, lacking: [] }))
    const { sides: { derive }, timeoutMs } = this.#context
    const derived: Array<Awaited<ReturnType<typeof deriveFor>>> = []
    for (const step of steps) derived.push(await deriveFor(step, this.#values, derive, this.side.origin(), timeoutMs))
    const requests = steps.map((step, index) => {
      const { problem } = derived[index]!
      return problem === undefined ? fillStep(step, this.#values) : { problem }
    })
    const copies = steps.flatMap((step, index) => {
      const request = requests[index]!
      return 'problem' in request ? [] : Array.from({ length: step.times ?? 1 }, (_, copy) => ({ index, copy, request }))
    })
    if (copies.length > 1) await this.#sender.open(this.side.origin(), copies.length)
    // A backend may be done with one request before the next is written: only their last bytes are left to go at once.
    const held = copies.length > 1 ? delay(heldMs) : undefined
    // In turns: what a request leaves behind meets another one.
    const answers = await Promise.all(copies.toSorted((a, b) => a.copy - b.copy || a.index - b.index).map(async ({ index, request }) => ({ index, sent: await this.#send(request, held) })))
    return steps.map((step, index) => {
      const request = requests[index]!
      const own = step.derive === undefined ? {} : { derived: derived[index]!.derived }
      if ('problem' in request) return { sent: [], problem: request.problem, lacking: [], ...own, ...(derived[index]!.problem !== undefined && { underived: true as const }) }
      const sent = inOrder(answers.filter(answer => answer.index === index).map(answer => answer.sent))
      if (sent.every(each => 'failure' in each && each.failure.kind === 'refused')) this.isDown = true
      return { sent, lacking: this.#capture(step, sent), ...own }
    })
  }

  async #send (request: ExchangeRequest, held: Promise<unknown> | undefined): Promise<Sent> {
    const { timeoutMs, bodyLimit, signal } = this.#context
    const startedAt = new Date().toISOString()
    const result = await this.#sender.send(this.side.origin(), request, { timeoutMs, bodyLimit, signal, held, ...(this.#host !== undefined && { host: this.#host }) })
    if ('failure' in result) return { failure: result.failure }
    const exchange: Exchange = { request, response: result.response, startedAt, durationMs: result.durationMs, backend: this.side.name }
    return { exchange, ...(result.cut !== undefined && { cut: result.cut }) }
  }

  #capture (step: Step, sent: readonly Sent[]): LaneStep['lacking'] {
    const answers = sent.flatMap(each => 'exchange' in each ? [each.exchange.response] : [])
    return Object.entries(step.capture ?? {}).flatMap(([name, from]) => {
      const value = answers.map(answer => captureFrom(answer, from)).find(found => found !== undefined)
      if (value === undefined) return [{ name, from }]
      this.#values.set(name, value)
      return []
    })
  }
}
