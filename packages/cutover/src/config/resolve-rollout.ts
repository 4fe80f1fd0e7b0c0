import type { Environment } from './environment.ts'
import type { Verdict } from './control.ts'
import type { BoundSettings, GateSettings, NotificationSettings, PlanSettings, RolloutSettings } from './rollout-settings.ts'
import type { ResolvedConfig } from './schema.ts'
import { risks } from './risk.ts'
import type { BenchSettings, Feature } from './settings.ts'
import { sourceOf } from './source.ts'
import { parseDuration, parseShare, parseSize } from './units.ts'

const quantiles = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const

export function rolloutOf ({ rollout }: ResolvedConfig, features: readonly Feature[], env: Environment): RolloutSettings {
  const byRisk = features.toSorted((a, b) => risks.indexOf(a.risk) - risks.indexOf(b.risk)).map(({ name }) => name)
  const first = rollout.order ?? []
  return {
    stages: rollout.stages.map(text => parseShare(text)!),
    holdMs: parseDuration(rollout.hold)!,
    minimumRequests: rollout.minimumRequests,
    tickMs: parseDuration(rollout.tick)!,
    alpha: rollout.alpha,
    confidence: rollout.confidence,
    cooldownMs: parseDuration(rollout.cooldown)!,
    order: [...first, ...byRisk.filter(name => !first.includes(name))],
    version: rollout.version?.startsWith('env:') === true ? env[rollout.version.slice(4)] || undefined : rollout.version,
    gates: gatesOf(rollout.gates),
    notify: rollout.notify.map(notificationOf)
  }
}

type Gates = ResolvedConfig['rollout']['gates']

function gatesOf (gates: Gates): GateSettings[] {
  const { errorRate, fallbacks, memory, cpu, eventLoopDelay, parity, sampleRatio, custom = [], prometheus = [] } = gates
  const bound = (gate: { readonly below?: string, readonly relativeToLegacy?: number }, read: (text: string) => number): BoundSettings =>
    ({ below: gate.below === undefined ? undefined : read(gate.below), relativeToLegacy: gate.relativeToLegacy })
  const perCent = (text: string): number => Number(text.slice(0, -1)) / 100
  return [
    ...(errorRate === undefined ? [] : [{ kind: 'errorRate' as const, name: 'errorRate', bound: bound(errorRate, perCent) }]),
    ...(fallbacks === undefined ? [] : [{ kind: 'fallbacks' as const, name: 'fallbacks', bound: bound(fallbacks, perCent) }]),
    ...Object.entries(quantiles).flatMap(([name, quantile]) => {
      const gate = gates[name as keyof typeof quantiles]
      return gate === undefined ? [] : [{ kind: 'latency' as const, name, quantile, bound: bound(gate, text => parseDuration(text)!) }]
    }),
    ...(memory === undefined ? [] : [{ kind: 'memory' as const, name: 'memory', bound: bound(memory, text => parseSize(text)!) }]),
    ...(cpu === undefined ? [] : [{ kind: 'cpu' as const, name: 'cpu', bound: bound(cpu, perCent) }]),
    ...(eventLoopDelay === undefined ? [] : [{ kind: 'eventLoopDelay' as const, name: 'eventLoopDelay', bound: bound(eventLoopDelay, text => parseDuration(text)!) }]),
    ...(parity === undefined ? [] : [{ kind: 'parity' as const, name: 'parity', ...parity }]),
    ...(sampleRatio === true ? [{ kind: 'sampleRatio' as const, name: 'sampleRatio' }] : []),
    ...custom.map(({ name, check }) => ({ kind: 'custom' as const, name, check: check as (feature: string) => Verdict | Promise<Verdict> })),
    ...prometheus.map(({ name, url, query, below, above }) => ({ kind: 'prometheus' as const, name, url: new URL(url), query, below, above }))
  ]
}

function notificationOf ({ on, webhook, secret, slack, github, command }: ResolvedConfig['rollout']['notify'][number]): NotificationSettings {
  if (webhook !== undefined) return { on, kind: 'webhook', url: webhook, secret }
  if (slack !== undefined) return { on, kind: 'slack', url: slack }
  if (github !== undefined) return { on, kind: 'github', repository: github.repository, deployment: github.deployment, token: github.token, api: github.api }
  return { on, kind: 'command', command: command! }
}

export function benchOf ({ bench }: ResolvedConfig, folder: string): BenchSettings {
  return {
    routes: bench.routes.map(({ name, method, path, headers, body, feature }) => ({
      name, method, path, body, feature, headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]))
    })),
    signIn: bench.signIn,
    connections: bench.connections,
    timeMs: parseDuration(bench.time)!,
    starts: bench.starts,
    others: Object.entries(bench.others).map(([name, other]) => ({ name, source: sourceOf(other, folder), routes: other.routes })),
    facts: bench.facts
  }
}

export function planOf ({ plan }: ResolvedConfig): PlanSettings {
  const hours = Number(plan.retireAfter.slice(0, -1)) * (plan.retireAfter.endsWith('d') ? 24 : 1)
  return { retireAfterMs: hours * 3_600_000, risks: plan.risks.map(({ routes, risk, reason }) => ({ routes: new RegExp(routes), risk, reason })) }
}
