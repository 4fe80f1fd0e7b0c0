import type { ComparisonConfig } from '../config/comparison.ts'
import type { ExchangeResponse } from '../message/exchange.ts'
import { Aliases } from '../parity/alias.ts'
import { compareResponses } from '../parity/compare/compare.ts'
import { makePlan, type Plan, type Provision } from '../parity/compare/plan.ts'
import type { Value } from '../parity/compare/value.ts'
import { planFor } from '../parity/rules.ts'
import { classify } from '../parity/value-class.ts'
import type { CompareLive, Verdict } from '../switch/observe/shadow.ts'

const mostPlans = 1_000
/** How far from now a moment may be that both backends made up while they answered. */
const nowMs = 60_000

/**
 * Compares answers of live traffic by the configured rules. There is no twin to learn noise from: identifiers and tokens
 * that each side made up are told by their form, and moments by being those of the request itself; what was stored must agree.
 * @param clock milliseconds since 1970
 */
export function liveComparison (rules: ComparisonConfig, clock: () => number = Date.now): CompareLive {
  const plans = new Map<string, Plan>()
  const byRoute = Object.values(rules).some(list => Array.isArray(list) && list.some(rule => 'routes' in rule))
  const planOf = (method: string, target: string): Plan => {
    const path = byRoute ? target.split('?', 1)[0]! : '/'
    const key = `${method} ${path}`
    const known = plans.get(key)
    if (known !== undefined) return known
    const plan = withMoments(planFor(rules, { method, path }), clock)
    if (plans.size >= mostPlans) plans.clear()
    plans.set(key, plan)
    return plan
  }
  return (legacy, candidate) => {
    // Most are: nothing is looked at closer, and nothing made up for it.
    if (isSame(legacy.response, candidate.response)) return same
    const { method, target } = legacy.request
    return compareResponses(legacy.response, candidate.response, {
      plan: planOf(method, target),
      pairing: new Aliases().forTarget(target, { legacy: legacy.response.body, candidate: candidate.response.body }),
      method
    })
  }
}

const same: Verdict = Object.freeze({ total: 0, counts: Object.freeze({}), differences: Object.freeze([]) })

function isSame (a: ExchangeResponse, b: ExchangeResponse): boolean {
  if (a.status !== b.status || a.headers.length !== b.headers.length || a.body.length !== b.body.length ||
    a.truncated !== undefined || b.truncated !== undefined || a.trailers !== undefined || b.trailers !== undefined) return false
  for (let i = 0; i < a.headers.length; i++) {
    const [one, other] = [a.headers[i]!, b.headers[i]!]
    if (one[0] !== other[0] || one[1] !== other[1]) return false
  }
  return a.body.equals(b.body)
}

function withMoments (plan: Plan, clock: () => number): Plan {
  const moments: Provision[] = ['/body/**', '/headers/**'].map(pattern => ({
    pattern,
    because: 'noise',
    reason: 'a moment while both answered',
    effect: { type: 'noise', name: 'timestamp', covers: (a, b) => isNow(a, b, clock()), bindable: true }
  }))
  return makePlan([...plan.provisions, ...moments], { json: plan.json, statuses: plan.statuses, limits: plan.limits, learned: false })
}

function isNow (legacy: Value, candidate: Value, now: number): boolean {
  const [a, b] = [classify(legacy), classify(candidate)]
  return a?.class === 'timestamp' && b?.class === 'timestamp' && a.form === b.form && isNear(legacy.text, now) && isNear(candidate.text, now)
}

function isNear (text: string, now: number): boolean {
  const moment = /^\d{10}$/.test(text) ? Number(text) * 1000 : /^\d{13}$/.test(text) ? Number(text) : Date.parse(text)
  return Math.abs(moment - now) < nowMs
}
