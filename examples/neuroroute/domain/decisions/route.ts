import type { Circumstances, Classification, Question, Ranking, Strategy } from '../../types/decisions.ts'
import type { Capability, Model } from '../../types/models.ts'
import { costNano } from './cost.ts'
import { rules } from './rules.ts'

const { balanced, manyTokens, needs, plainLanguages } = rules.route

/** What a model is to one question. */
interface Candidate {
  readonly model: Model
  /** Estimated: the prompt's tokens and the longest answer, billionths of a US dollar. */
  readonly cost: number
}

/**
 * The models that may answer a question, best first; equals in the order of the catalogue.
 *
 * A model that the client insists on needs what the client asked for, not what the classifier takes
 * the prompt to need. A degraded model keeps its rank: only an answer can show that it is well again.
 */
export function rank (question: Question, classification: Classification, circumstances: Circumstances, catalogue: readonly Model[]): Ranking {
  const wanted = question.model === null
    ? [...question.capabilities, ...neededFor(classification)]
    : question.capabilities
  const candidates = catalogue.map(model => candidateOf(model, question, classification))
  const satisfying = candidates.filter(candidate => satisfies(candidate, question, classification, wanted) && !circumstances.disabled.includes(candidate.model.id))
  if (satisfying.length === 0) return { outcome: 'unsatisfiable' }
  const well = satisfying.filter(({ model }) => circumstances.status[model.id] !== 'unavailable')
  if (well.length === 0) return { outcome: 'unavailable' }
  const merit = merits(circumstances.strategy, classification.complexity, candidates)
  const ranked = well.map(candidate => ({ id: candidate.model.id, merit: merit(candidate) })).sort((a, b) => b.merit - a.merit)
  return { outcome: 'ranked', models: ranked.map(({ id }) => id) }
}

function candidateOf (model: Model, question: Question, { tokens }: Classification): Candidate {
  return { model, cost: costNano(model, { prompt_tokens: tokens, completion_tokens: question.maxTokens }) }
}

function neededFor ({ category, language, tokens }: Classification): Capability[] {
  const needed: Capability[] = []
  if (needs[category] !== undefined) needed.push(needs[category])
  if (!plainLanguages.includes(language)) needed.push('multilingual')
  if (tokens > manyTokens) needed.push('long_context')
  return needed
}

function satisfies ({ model, cost }: Candidate, { model: explicit, maxTokens, maxCost }: Question, { tokens }: Classification, wanted: readonly Capability[]): boolean {
  return (explicit === null || explicit === model.id) &&
    wanted.every(capability => model.capabilities.includes(capability)) &&
    tokens + maxTokens <= model.context_window &&
    maxTokens <= model.max_output &&
    // Divided, not multiplied: then a cost and a limit that are the same decimal are the same double.
    (maxCost === null || cost / 1e9 <= maxCost)
}

function merits (strategy: Strategy, complexity: number, candidates: readonly Candidate[]): (candidate: Candidate) => number {
  switch (strategy) {
    case 'cost': return ({ cost }) => -cost
    case 'latency': return ({ model }) => -model.latency_ms
    case 'quality': return ({ model }) => model.quality
    case 'balanced': {
      const quality = scale(candidates.map(({ model }) => model.quality))
      const cost = scale(candidates.map(({ cost }) => cost))
      const latency = scale(candidates.map(({ model }) => model.latency_ms))
      const [ofQuality, ofCost, ofLatency] = [balanced.quality, balanced.cost, balanced.latency].map(([base, perHundredth]) => base + perHundredth * complexity) as [number, number, number]
      return candidate => ofQuality * quality(candidate.model.quality) + ofCost * (100 - cost(candidate.cost)) + ofLatency * (100 - latency(candidate.model.latency_ms))
    }
  }
}

/** Where a value stands between the least, 0, and the most, 100; a whole number, rounded down. */
function scale (values: readonly number[]): (value: number) => number {
  const least = Math.min(...values)
  const span = Math.max(...values) - least
  return value => span === 0 ? 0 : Math.floor(100 * (value - least) / span)
}
