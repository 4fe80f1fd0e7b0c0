import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { createFailover } from '../../external/failover.ts'
import { createModelHealth } from '../../external/health.ts'
import { behaviours } from '../../external/stand-in/behaviour.ts'
import { startStandIn, type StandIn } from '../../external/stand-in/stand-in.ts'
import type { Model } from '../../types/models.ts'
import type { Attempt } from '../../types/providers.ts'
import { needPython } from '../need-python.ts'
import { differentialCases, type Case } from './differential-cases.ts'

const { python, skip } = needPython()
const home = join(import.meta.dirname, '../..')
const catalogue = JSON.parse(readFileSync(join(home, 'catalog/models.json'), 'utf8')) as Model[]
const models = Object.fromEntries(catalogue.map(model => [model.id, model]))
const options = { concurrency: 4, failures: 2, pauseMs: 1000, queueMs: 1000, retryAfterMs: 500 }
const key = 'for-the-stand-in'
const atOnce = 32

interface Answered {
  readonly attempts?: readonly (readonly unknown[])[]
  readonly events?: readonly unknown[]
  readonly output?: string
}

describe('failover in both languages', { skip }, () => {
  let standIn: StandIn
  before(async () => { standIn = await startStandIn() })
  after(async () => { await standIn?.close() })

  test('ends alike whatever providers do', async () => {
    const cases = differentialCases()
    const [here, there] = await Promise.all([answerAll(standIn.url, cases), answerInPython(standIn.url, cases)])
    assert.equal(there.length, cases.length)
    for (const [index, { completion, stream }] of cases.entries()) {
      assert.deepEqual(there[index], here[index], `${stream ? 'streamed' : 'plain'}: ${completion.prompt}`)
    }
    // The list would prove little if it did not reach everything.
    const outcomes = new Set(JSON.stringify(here).match(/"(ok|timeout|unavailable|rate_limited|malformed|cut|refused)"/g))
    assert.equal(outcomes.size, 7)
    for (const behaviour of behaviours) assert.equal(cases.some(({ completion }) => completion.prompt.includes(`=${behaviour}`)), behaviour !== 'hold', behaviour)
  })
})

async function answerAll (url: string, cases: readonly Case[]): Promise<Answered[]> {
  const answers: Answered[] = []
  const left = cases.entries()
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (const [index, asked] of left) answers[index] = await answer(url, asked)
  }))
  return answers
}

async function answer (url: string, asked: Case): Promise<Answered & { readonly health: object }> {
  const access = { url, key, concurrency: options.concurrency }
  const health = createModelHealth(options)
  const failover = createFailover({ ...options, providers: { openai: access, anthropic: access }, health, timeoutMs: asked.timeoutMs, now: () => 0 })
  try {
    const answered = await (asked.stream ? stream : complete)(failover, asked)
    return { ...answered, health: Object.fromEntries(asked.models.map(id => [id, [health.status(id, 0), health.errorRate(id)]])) }
  } finally {
    await failover.close()
  }
}

type Asks = (failover: ReturnType<typeof createFailover>, asked: Case) => Promise<Answered>
const stays = (): AbortSignal => new AbortController().signal

const complete: Asks = async (failover, asked) => {
  const said = await failover.complete(asked.models.map(id => models[id]!), asked.completion, stays())
  if (!said.ok) return { ...said.failure, attempts: brief(said.failure.attempts) }
  const { model, output, prompt_tokens: prompt, completion_tokens: completion, attempts } = said.answer
  return { model: model.id, output, usage: [prompt, completion], attempts: brief(attempts) } as Answered
}

const stream: Asks = async (failover, asked) => {
  const said = await failover.stream(asked.models.map(id => models[id]!), asked.completion, stays())
  if (!said.ok) return { ...said.failure, attempts: brief(said.failure.attempts) }
  const events: unknown[] = []
  for await (const event of said.events) {
    if (event.kind === 'start') events.push({ start: event.model.id })
    else if (event.kind === 'delta') events.push(event.text)
    else if (event.kind === 'failed') events.push({ failed: true, attempts: brief(event.attempts) })
    else events.push({ usage: [event.usage.prompt_tokens, event.usage.completion_tokens], attempts: brief(event.attempts) })
  }
  return { events }
}

function brief (attempts: readonly Attempt[]): unknown[][] {
  return attempts.map(({ model, provider, outcome, status }) => [model, provider, outcome, status])
}

async function answerInPython (url: string, cases: readonly Case[]): Promise<Answered[]> {
  const child = spawn(python!.path, ['-m', 'legacy.tests.answer_cases'], { cwd: home, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } })
  child.stdin.end(JSON.stringify({ url, key, options, atOnce, cases }))
  const wrong = text(child.stderr)
  const answered = await text(child.stdout)
  assert.equal(await wrong, '')
  return JSON.parse(answered) as Answered[]
}
