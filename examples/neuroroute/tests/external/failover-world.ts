import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { createFailover, type FailoverOptions } from '../../external/failover.ts'
import { createModelHealth } from '../../external/health.ts'
import type { Model } from '../../types/models.ts'
import type { Attempt, Completion, Failover, ModelHealth, TokenUsage } from '../../types/providers.ts'

const catalogue = JSON.parse(readFileSync(join(import.meta.dirname, '../../catalog/models.json'), 'utf8')) as Model[]
const model = (id: string): Model => catalogue.find(model => model.id === id)!

/** One model of each provider. */
export const [mini, haiku] = [model('gpt-4o-mini'), model('claude-3-5-haiku')]

export const ask = (prompt: string): Completion => ({ prompt, system: null, maxTokens: 512, temperature: 0 })

/** The signal of a client that stays. */
export const stays = (): AbortSignal => new AbortController().signal

export function leaving (): { left: AbortSignal, leave: () => void, reason: Error } {
  const [controller, reason] = [new AbortController(), new Error('the client left')]
  return { left: controller.signal, leave: () => controller.abort(reason), reason }
}

type Wishes = Partial<Omit<FailoverOptions, 'providers' | 'health'>> & { readonly concurrency?: number, readonly key?: string }

/** A failover that asks the stand-in, patiently unless told otherwise. Ends with the test. */
export function createWorld (t: TestContext, { url }: { readonly url: string }, { concurrency = 8, key = 'for-the-stand-in', ...wishes }: Wishes = {}): { failover: Failover, health: ModelHealth } {
  const health = createModelHealth({ failures: 3, pauseMs: 60_000 })
  const access = { url, key, concurrency }
  const failover = createFailover({ providers: { openai: access, anthropic: access }, health, timeoutMs: 30_000, queueMs: 30_000, retryAfterMs: 500, ...wishes })
  t.after(async () => await failover.close())
  return { failover, health }
}

export function brief (attempts: readonly Attempt[]): string[] {
  return attempts.map(({ outcome, status }) => `${outcome} ${status}`)
}

export interface Told {
  readonly start: string | undefined
  readonly text: string
  readonly deltas: number
  readonly end: { readonly kind: 'end' | 'failed', readonly usage?: TokenUsage, readonly attempts: readonly string[] } | undefined
}

/** All that a stream told; nothing of one that did not begin. */
export async function collect (streamed: Awaited<ReturnType<Failover['stream']>>): Promise<Told> {
  let [start, text, deltas, end]: [string | undefined, string, number, Told['end']] = [undefined, '', 0, undefined]
  for await (const event of streamed.ok ? streamed.events : []) {
    if (event.kind === 'start') start = event.model.id
    else if (event.kind === 'delta') {
      text += event.text
      deltas++
    } else end = { ...event, attempts: brief(event.attempts) }
  }
  return { start, text, deltas, end }
}

/** Waits until something is so that no event tells of. */
export async function eventually (holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !holds();) {
    if (Date.now() > deadline) throw new Error(`it did not come to this: ${String(holds)}`)
    await wait(5)
  }
}
