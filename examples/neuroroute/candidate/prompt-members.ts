import type { Classification } from '../types/decisions.ts'
import type { TokenUsage } from '../types/providers.ts'

// What whole answers and streamed ones tell alike.

export function classificationOut ({ category, language, complexity, tokens }: Classification) {
  return { category, language, complexity: complexity / 100, tokens }
}

export function usageOut (usage: TokenUsage) {
  return { prompt_tokens: usage.prompt_tokens, completion_tokens: usage.completion_tokens, total_tokens: usage.prompt_tokens + usage.completion_tokens }
}

/** US dollars of billionths of one. */
export function usd (nano: number): number {
  return nano / 1e9
}
