import { catalogue } from '../domain/catalogue.ts'
import { cacheKey } from '../domain/decisions/cache-key.ts'
import { classify } from '../domain/decisions/classify.ts'
import { costNano } from '../domain/decisions/cost.ts'
import { rank } from '../domain/decisions/route.ts'
import type { Question } from '../types/decisions.ts'
import { written, type Case, type Decisions } from './vectors.ts'

/** All decisions about a case, as TypeScript makes them. */
export function decide ({ question: asked, circumstances, usage }: Case): Decisions {
  const question: Question = { ...asked, prompt: written(asked.prompt), system: asked.system === null ? null : written(asked.system) }
  const classification = classify(question.prompt, question.system)
  return {
    classification,
    ranking: rank(question, classification, circumstances, catalogue),
    key: cacheKey(question),
    costs: catalogue.map(model => costNano(model, usage))
  }
}
