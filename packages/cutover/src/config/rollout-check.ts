import type { ResolvedConfig } from './schema.ts'
import { parseShare } from './units.ts'

/** What a schema cannot say of `rollout`, `bench` and `plan`, one line each. */
export function rolloutProblems (config: ResolvedConfig): string[] {
  const { rollout, bench, plan, features } = config
  const problems: string[] = []
  const stages = rollout.stages.map(text => parseShare(text)!)
  stages.forEach((stage, place) => {
    if (stage <= (stages[place - 1] ?? 0)) problems.push(`rollout.stages[${place}]: ${rollout.stages[place]} does not rise: each stage is more than the one before, and more than 0%`)
  })
  const known = Object.keys(features)
  const unknown = (place: string, name: string): void => { problems.push(`${place}: there is no feature "${name}"; there are ${known.join(', ') || 'none'}`) }
  rollout.order?.forEach((name, place) => { if (!known.includes(name)) unknown(`rollout.order[${place}]`, name) })
  for (const [name, gate] of Object.entries(rollout.gates)) {
    if (typeof gate === 'object' && !Array.isArray(gate) && name !== 'parity' && Object.keys(gate).length === 0) problems.push(`rollout.gates.${name}: says no bound: give it below, relativeToLegacy or both`)
  }
  const { parity, custom = [], prometheus = [] } = rollout.gates
  if (parity?.verify === false && parity.live === 0) problems.push('rollout.gates.parity: looks at nothing: set verify to true, or live to a number of comparisons')
  const names = [...custom, ...prometheus].map(({ name }) => name)
  names.forEach((name, place) => { if (names.indexOf(name) < place || name in rollout.gates) problems.push(`rollout.gates: there are two gates "${name}": rename one`) })
  prometheus.forEach(({ below, above }, place) => { if (below === undefined && above === undefined) problems.push(`rollout.gates.prometheus[${place}]: says no bound: give it below, above or both`) })
  rollout.notify.forEach(({ on, secret, ...ways }, place) => {
    if (secret !== undefined && ways.webhook === undefined) problems.push(`rollout.notify[${place}].secret: only goes with webhook`)
    if (Object.keys(ways).length !== 1) problems.push(`rollout.notify[${place}]: needs one of webhook, slack, github and command, and has ${Object.keys(ways).join(' and ') || 'none'}`)
  })
  bench.routes.forEach(({ name, feature }, place) => {
    if (feature !== undefined && !known.includes(feature)) unknown(`bench.routes[${place}].feature`, feature)
    if (bench.routes.findIndex(route => route.name === name) < place) problems.push(`bench.routes[${place}].name: "${name}" is taken: name each route otherwise`)
  })
  for (const [name, other] of Object.entries(bench.others)) {
    if (['legacy', 'candidate', 'twin'].includes(name)) problems.push(`bench.others.${name}: is the name of a backend of the switch: name it otherwise`)
    if (other.module === undefined && other.command === undefined && other.origin === undefined) problems.push(`bench.others.${name}: says nowhere to send requests: give it a module, a command with its origin, or an origin`)
    if (other.command !== undefined && other.origin === undefined) problems.push(`bench.others.${name}.origin: is missing: a command needs the URL at which it answers`)
  }
  plan.risks.forEach(({ routes }, place) => {
    try {
      new RegExp(routes) // eslint-disable-line no-new
    } catch (error) {
      problems.push(`plan.risks[${place}].routes: is not a regular expression: ${(error as Error).message}`)
    }
  })
  return problems
}
