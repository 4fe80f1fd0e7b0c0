import type { GateSettings } from '../../config/rollout-settings.ts'
import type { Reading } from '../../rollout/reading.ts'
import type { Answer } from './answer.ts'
import { askPrometheus } from './prometheus.ts'

type AskedGate = Extract<GateSettings, { kind: 'custom' | 'prometheus' }>

const verdicts: readonly unknown[] = ['pass', 'fail', 'no data']

/** Asks gates of the user's own and Prometheus for each watched feature, in the background, one after its last answer. */
export class Asked {
  readonly #gates: readonly AskedGate[]
  readonly #everyMs: number
  readonly #timeoutMs: number
  readonly #answers = new Map<string, Map<string, Answer>>()
  readonly #watches = new Map<string, AbortController>()

  constructor (gates: readonly GateSettings[], { everyMs = 2_000, timeoutMs = 5_000 }: { readonly everyMs?: number, readonly timeoutMs?: number } = {}) {
    this.#gates = gates.filter(gate => gate.kind === 'custom' || gate.kind === 'prometheus')
    this.#everyMs = everyMs
    this.#timeoutMs = timeoutMs
  }

  start (feature: string): void {
    if (this.#gates.length === 0 || this.#watches.has(feature)) return
    const watch = new AbortController()
    this.#watches.set(feature, watch)
    const answers = new Map<string, Answer>()
    this.#answers.set(feature, answers)
    for (const gate of this.#gates) {
      const ask = async (): Promise<void> => {
        const answer = await this.#ask(gate, feature)
        if (watch.signal.aborted) return
        answers.set(gate.name, answer)
        setTimeout(() => { ask().catch(() => {}) }, this.#everyMs).unref()
      }
      ask().catch(() => {})
    }
  }

  stop (feature: string): void {
    this.#watches.get(feature)?.abort()
    this.#watches.delete(feature)
    this.#answers.delete(feature)
  }

  /** By the gates' names; those that have not said anything yet are missing. */
  answers (feature: string): Reading['asked'] {
    return Object.fromEntries(this.#answers.get(feature) ?? [])
  }

  async #ask (gate: AskedGate, feature: string): Promise<Answer> {
    const timeout = new AbortController()
    const timer = setTimeout(() => timeout.abort(), this.#timeoutMs).unref()
    try {
      return gate.kind === 'prometheus' ? await askPrometheus(gate, feature, timeout.signal) : await askCheck(gate.check, feature, timeout.signal, this.#timeoutMs)
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Calls a gate of the user's own. What it throws, and what is no verdict, is no data. */
async function askCheck (check: (feature: string) => unknown, feature: string, signal: AbortSignal, timeoutMs: number): Promise<Answer> {
  const late = new Promise<Answer>(resolve => signal.addEventListener('abort', () => resolve({ verdict: 'no data', reason: `it gave no answer within ${timeoutMs} ms` })))
  const answer = async (): Promise<Answer> => {
    const said = await check(feature)
    if (!verdicts.includes(said)) return { verdict: 'no data', reason: `it returned ${shown(said)}, which is neither "pass", "fail" nor "no data"` }
    return { verdict: said as Answer['verdict'], reason: `it said ${String(said)}` }
  }
  return await Promise.race([late, answer().catch((error: unknown): Answer => ({ verdict: 'no data', reason: `it threw: ${(error instanceof Error ? error.message : String(error)).slice(0, 200)}` }))])
}

function shown (value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : value === null ? 'null' : typeof value
}
