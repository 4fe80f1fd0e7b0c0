import { setTimeout as wait } from 'node:timers/promises'
import type { ExchangeRequest, Field } from '../../../message/exchange.ts'
import { readRecorded } from '../../../parity/replay/recorded.ts'
import { tagProblem, withSecrets } from '../../../parity/replay/tags.ts'
import { captureFrom } from '../../../parity/scenario/capture.ts'
import { checkDerivations, deriveFor } from '../../../parity/scenario/derive.ts'
import { fillStep, firstValues } from '../../../parity/scenario/fill.ts'
import type { Expectation, Scenario, Step } from '../../../parity/scenario/scenario.ts'
import type { SendResult } from '../../../parity/send/result.ts'
import { createSender } from '../../../parity/send/sender.ts'
import { exportedDerivations } from '../../../parity/trial/side-surroundings.ts'
import { fault } from '../../../errors.ts'
import { chooseScenario } from './choose.ts'
import type { LoadTask, LoadWork } from './protocol.ts'
import { Tally } from './tally.ts'

const bodyLimit = 1_000_000
const safe = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Of a recording that is used as load. */
const mostRequests = 100_000

/** Clients that work until they are told to stop. */
export interface Clients {
  readonly tally: Tally
  focus: string | null
  /** Resolves when no request is under way any more. */
  readonly stopped: Promise<void>
}

/** @throws CUT_USAGE when there is nothing to send, CUT_DERIVE_UNKNOWN */
export async function startClients ({ origin, work, clients, pauseMs, timeoutMs, derive }: LoadTask, signal: AbortSignal, random: () => number = Math.random): Promise<Clients> {
  const tally = new Tally()
  const recorded = work.kind === 'recording' ? await requestsOf(work) : []
  const derivations = derive === undefined ? undefined : await exportedDerivations(derive)
  if (work.kind === 'scenarios') checkDerivations(work.scenarios.map(({ scenario }) => scenario), derivations)
  let next = 0
  const made = { tally, focus: null as string | null, stopped: Promise.resolve() }
  const rest = async (): Promise<void> => { await wait(pauseMs * 2 * random(), undefined, { signal }).catch(() => {}) }

  const client = async (number: number): Promise<void> => {
    const sender = createSender({ keepAlive: true })
    const send = (request: ExchangeRequest): Promise<SendResult> => sender.send(new URL(origin), request, { timeoutMs, bodyLimit, signal })
    const ask = async (name: string, request: ExchangeRequest, expected: Expectation | undefined): Promise<SendResult | undefined> => {
      await rest()
      // What is under way when the clients are stopped is nobody's failure.
      const result = await send(request).catch(() => undefined)
      if (result === undefined || signal.aborted) return undefined
      tally.add(name, result, expected)
      return result
    }
    try {
      while (!signal.aborted) {
        if (work.kind === 'recording') {
          const request = recorded[next++ % recorded.length]!
          await ask(`${request.method} ${request.target}`, request, undefined)
        } else {
          const chosen = chooseScenario(work.scenarios, made.focus, random)
          if (chosen === undefined || !await turn(chosen.scenario, number, ask, tally, signal, (step, values) => deriveFor(step, values, derivations, new URL(origin), timeoutMs))) await rest()
        }
      }
    } finally {
      sender.close()
    }
  }
  made.stopped = (async () => {
    // One after another, so that they do not sign in all at once.
    await Promise.all(Array.from({ length: clients }, async (_, place) => {
      await wait(place * pauseMs, undefined, { signal }).catch(() => {})
      await client(place)
    }))
  })()
  return made
}

type Ask = (name: string, request: ExchangeRequest, expected: Expectation | undefined) => Promise<SendResult | undefined>

/**
 * Runs a scenario once.
 * @param client its number from 0, which takes the place of the scenario's own `client`: so clients keep out of each other's way in one database
 * @returns whether it was sent to its end
 */
async function turn (scenario: Scenario, client: number, ask: Ask, tally: Tally, signal: AbortSignal, derive: (step: Step, values: Map<string, unknown>) => ReturnType<typeof deriveFor>): Promise<boolean> {
  const values = firstValues(scenario)
  if (values.has('client')) values.set('client', client)
  for (const step of scenario.steps) {
    const { problem } = await derive(step, values)
    const request = problem === undefined ? fillStep(step, values) : { problem }
    if ('problem' in request) {
      tally.unsent()
      return false
    }
    const answers = await Promise.all(Array.from({ length: step.times ?? 1 }, () => ask(step.request, request, step.times === undefined ? step.expect : undefined)))
    if (signal.aborted) return false
    for (const [name, from] of Object.entries(step.capture ?? {})) {
      const value = answers.map(answer => answer !== undefined && 'response' in answer ? captureFrom(answer.response, from) : undefined).find(found => found !== undefined)
      if (value !== undefined) values.set(name, value)
    }
  }
  return true
}

/** The requests of a recording that can be sent again and again: safe ones, with the secrets that were left out put back. */
async function requestsOf ({ path, headers, secrets }: Extract<LoadWork, { kind: 'recording' }>): Promise<readonly ExchangeRequest[]> {
  const requests: ExchangeRequest[] = []
  for await (const { request } of readRecorded(path, () => {})) {
    const given = request.headers.map(([name, value]): Field => [name, headers[name.toLowerCase()] ?? value])
    const whole = withSecrets({ ...request, headers: given }, secrets)
    if (safe.has(whole.method) && tagProblem(whole) === undefined) requests.push(whole)
    if (requests.length >= mostRequests) break
  }
  if (requests.length === 0) throw fault('CUT_USAGE', `${path} has no request that can be sent again and again: GET, HEAD or OPTIONS, without secrets that were left out of it. Give those with --header and --secret, as for \`cutover replay\`.`)
  return requests
}
