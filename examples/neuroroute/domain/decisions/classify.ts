import type { Category, Classification } from '../../types/decisions.ts'
import { categoryOf } from './category.ts'
import { languageOf } from './language.ts'
import { read, weigh, type Reading } from './reading.ts'
import { lexicon, rules } from './rules.ts'

const { category: ofCategory, mostLines, mostWords, size } = rules.complexity
const words = lexicon(rules.complexity.words)

/**
 * What a prompt is about. It looks at the beginning and the end of a long one, and at the system text
 * for its tokens only. No floats, no Unicode tables of the language: legacy/decisions/ says the same.
 */
export function classify (prompt: string, system: string | null): Classification {
  const reading = read(prompt)
  const category = categoryOf(reading)
  const tokens = tokensOf(prompt) + (system === null ? 0 : tokensOf(system))
  return { category, language: languageOf(reading), complexity: complexityOf(category, tokens, reading), tokens }
}

/** Tokenizers cut up bytes of UTF-8, in English about four to a token. A lone surrogate counts as three bytes. */
function tokensOf (text: string): number {
  return Math.ceil(Buffer.byteLength(text) / rules.bytesPerToken)
}

function complexityOf (category: Category, tokens: number, reading: Reading): number {
  const ofSize = size.findLast(([from]) => tokens >= from)?.[1] ?? 0
  const lines = Math.min(reading.text.split('\n').length - 1, mostLines)
  const ofWords = Math.min(weigh(words, reading), mostWords)
  return Math.max(0, Math.min(100, ofCategory[category] + ofSize + lines + ofWords))
}
