import { createHash } from 'node:crypto'
import type { Question } from '../../types/decisions.ts'

/**
 * SHA-256, in hexadecimal, of a question's canonical text: questions with the same key may have the
 * same answer. All that decides about an answer is in it; capabilities are a set, so their order is not.
 *
 * The text is JSON without spaces. Numbers with a fraction are in it by the bits of their IEEE 754
 * double, because languages write them in different ways.
 */
export function cacheKey (question: Question): string {
  return createHash('sha256').update(canonical(question)).digest('hex')
}

/** What the key is the digest of. A lone surrogate is in it as its JSON escape, as JSON.stringify writes it. */
export function canonical (question: Question): string {
  return JSON.stringify([
    question.model,
    question.system,
    question.prompt,
    question.maxTokens,
    bits(question.temperature),
    [...new Set(question.capabilities)].sort(),
    question.maxCost === null ? null : bits(question.maxCost)
  ])
}

// Adding 0 turns -0 into 0.
function bits (value: number): string {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value + 0)
  return bytes.toString('hex')
}
