import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Vector } from '../../decisions/vectors.ts'

/** In what a vector's expectation is not what a person means: a line for each. */
export function misjudged ({ name, meant, expected }: Vector): string[] {
  if (meant === undefined) return []
  const { classification, ranking, costs, key } = expected
  const found: Record<string, unknown> = {
    category: classification.category,
    language: classification.language,
    tokens: classification.tokens,
    complexity: classification.complexity,
    ranking,
    first: ranking.outcome === 'ranked' ? ranking.models[0] : ranking.outcome,
    costs
  }
  const lines = Object.entries(meant)
    .filter(([about, value]) => about in found && !isDeepStrictEqual(found[about], value))
    .map(([about, value]) => `${name}: ${about} ${JSON.stringify(found[about])}, meant ${JSON.stringify(value)}`)
  if (meant.canonical !== undefined && createHash('sha256').update(meant.canonical).digest('hex') !== key) lines.push(`${name}: the key is not that of ${meant.canonical}`)
  return lines
}
