import type { Model } from '../../types/models.ts'
import type { TokenUsage } from '../../types/providers.ts'

/**
 * What an answer costs, in billionths of a US dollar. At most 2^53 - 1, the largest whole number
 * that both languages and the database keep exactly: more is a provider that counts wrong.
 */
export function costNano (model: Model, usage: TokenUsage): number {
  return Math.min(usage.prompt_tokens * model.input_nano_usd + usage.completion_tokens * model.output_nano_usd, Number.MAX_SAFE_INTEGER)
}
