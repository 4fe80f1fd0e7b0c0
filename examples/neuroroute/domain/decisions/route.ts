import type { Circumstances, Classification, Question, Ranking } from '../../types/decisions.ts'
import type { Model } from '../../types/models.ts'

/** The models that satisfy a question, best first. */
export function rank (question: Question, classification: Classification, circumstances: Circumstances, catalogue: readonly Model[]): Ranking {
  const models = catalogue.filter(model => question.model === null || question.model === model.id).map(({ id }) => id)
  return models.length === 0 ? { outcome: 'unsatisfiable' } : { outcome: 'ranked', models }
}
