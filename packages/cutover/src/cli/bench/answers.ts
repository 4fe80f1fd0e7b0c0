import type { LoadRequest } from '../../bench/generator/protocol.ts'
import type { Answers } from '../../bench/plan.ts'
import type { ComparisonConfig } from '../../config/comparison.ts'
import { compareResponses } from '../../parity/compare/compare.ts'
import { saidOf } from '../../parity/difference-text.ts'
import { learnNoise } from '../../parity/noise.ts'
import { planFor } from '../../parity/rules.ts'
import { isTagNoise, withComparableTags } from '../../parity/trial/entity-tag.ts'

/**
 * What differs between legacy's answers and another backend's, by the rules of the config; undefined for nothing.
 * @param twin the answers of a second instance of legacy: what differs there is noise
 */
export function differenceOf (rules: ComparisonConfig, requests: readonly LoadRequest[], legacy: Answers, other: Answers, twin: Answers | undefined): string | undefined {
  for (const [at, { method, path }] of requests.entries()) {
    const [one, two, again] = [legacy[at], other[at], twin?.[at]]
    if (one === undefined || two === undefined) return `${method} ${path} was not answered`
    const endpoint = { method, path: path.split('?', 1)[0]!, name: `${method} ${path}` }
    const noise = again === undefined ? undefined : learnNoise({}, endpoint.name, one, withComparableTags(one, again, isTagNoise(one, again)).other, planFor(rules, endpoint), method)
    const tagged = withComparableTags(one, two, again === undefined ? method === 'HEAD' : isTagNoise(one, again))
    const { differences, total } = compareResponses(one, tagged.other, { method, plan: planFor(rules, endpoint, noise) })
    if (total > 0) return `${method} ${path}: ${one.status === two.status ? '' : `${two.status} where legacy answers ${one.status}; `}${saidOf(differences[0]!)}${total > 1 ? `, and ${total - 1} more` : ''}`
  }
  return undefined
}
