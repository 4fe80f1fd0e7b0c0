import type { LoadRequest } from '../../bench/generator/protocol.ts'
import type { Instance } from '../../bench/plan.ts'
import type { ParitySettings, Settings } from '../../config/settings.ts'
import { fault } from '../../errors.ts'
import type { Exchange } from '../../message/exchange.ts'
import { checkDerivations, type Derivations } from '../../parity/scenario/derive.ts'
import type { Values } from '../../parity/scenario/fill.ts'
import { loadScenarios } from '../../parity/scenario/load.ts'
import type { Scenario } from '../../parity/scenario/scenario.ts'
import { createSender } from '../../parity/send/sender.ts'
import { Lane } from '../../parity/trial/lane.ts'
import type { Side } from '../../parity/trial/side.ts'

/** What a scenario gave on one backend. */
export interface Ran {
  /** What it captured. */
  readonly values: Values
  readonly exchanges: readonly Exchange[]
}

/**
 * A scenario by its name.
 * @param from what named it, for the message
 * @throws CUT_USAGE
 */
export async function scenarioNamed (name: string, from: string, settings: Settings): Promise<Scenario> {
  const loaded = await loadScenarios(settings.parity.scenarios).catch((error: { code?: string }) => {
    if (error.code === 'CUT_SCENARIOS_MISSING') return []
    throw error
  })
  const found = loaded.find(({ scenario }) => scenario.name === name)
  if (found === undefined) throw fault('CUT_USAGE', `${from} names the scenario "${name}", which is not in ${settings.parity.scenarios}.`)
  return found.scenario
}

/**
 * Runs a scenario once on a backend.
 * @throws CUT_SIGN_IN_FAILED, CUT_DERIVE_UNKNOWN
 */
export async function runOn (backend: string, { origin }: Instance, scenario: Scenario, { compare, timeoutMs, bodyLimitBytes }: ParitySettings, signal: AbortSignal | undefined, derive?: Derivations): Promise<Ran> {
  checkDerivations([scenario], derive)
  const side: Side = { name: 'legacy', origin: () => origin, state: undefined, revive: async () => {} }
  const sender = createSender({ keepAlive: true })
  const lane = new Lane(side, scenario, { sides: { legacy: side, twin: undefined, candidate: side, derive, close: async () => {} }, rules: compare, noise: {}, timeoutMs, bodyLimit: bodyLimitBytes, signal }, sender)
  const exchanges: Exchange[] = []
  try {
    for (const step of scenario.steps) {
      const { sent, problem, lacking } = await lane.take(step)
      const failure = sent.find(each => 'failure' in each)
      const reason = problem ?? (lacking[0] === undefined ? failure?.failure.kind : `the answer to ${step.request} has no ${lacking[0].from}`)
      if (reason !== undefined) throw fault('CUT_SIGN_IN_FAILED', scenario.name, backend, reason)
      const answered = sent.flatMap(each => 'exchange' in each ? [each.exchange] : [])
      exchanges.push(...answered)
    }
    return { values: lane.values, exchanges }
  } finally {
    sender.close()
  }
}

const safe = new Set(['GET', 'HEAD'])

/** Of what a scenario sent, the requests that can be sent over and over: safe ones that were answered well. */
export function repeatable (exchanges: readonly Exchange[]): readonly LoadRequest[] {
  return exchanges.filter(({ request, response }) => safe.has(request.method) && response.status < 400).map(({ request: { method, target, headers } }) => ({ method, path: target, headers: Object.fromEntries(headers) }))
}
