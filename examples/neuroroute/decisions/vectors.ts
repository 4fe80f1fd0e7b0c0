import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Category, Circumstances, Classification, Question, Ranking } from '../types/decisions.ts'
import type { TokenUsage } from '../types/providers.ts'

/** A text, or pieces of one, some of them often. */
export type Text = string | readonly (string | { readonly repeat: string, readonly times: number })[]

/** What is decided about. */
export interface Case {
  readonly question: Omit<Question, 'prompt' | 'system'> & { readonly prompt: Text, readonly system: Text | null }
  readonly circumstances: Circumstances
  /** What an answer took, for its cost. */
  readonly usage: TokenUsage
}

/** What is decided. */
export interface Decisions {
  readonly classification: Classification
  readonly ranking: Ranking
  readonly key: string
  /** What the usage costs with each model, in the order of the catalogue: billionths of a US dollar. */
  readonly costs: readonly number[]
}

/** What a person says that must come out, without asking the code. */
export interface Meant {
  readonly category?: Category
  readonly language?: string
  readonly tokens?: number
  readonly complexity?: number
  readonly ranking?: Ranking
  /** The model that is tried first. */
  readonly first?: string
  readonly costs?: readonly number[]
  /** The text whose SHA-256 the key is. */
  readonly canonical?: string
  /** The name of another vector with the same key. All others have different ones. */
  readonly sameKeyAs?: string
}

export interface Vector extends Case {
  readonly name: string
  readonly meant?: Meant
  /** What both languages decide. */
  readonly expected: Decisions
}

export const vectorsFile = join(import.meta.dirname, 'vectors.json')

/** decisions/vectors.json. */
export function readVectors (): readonly Vector[] {
  return JSON.parse(readFileSync(vectorsFile, 'utf8')) as Vector[]
}

/** The whole text. */
export function written (text: Text): string {
  if (typeof text === 'string') return text
  return text.map(piece => typeof piece === 'string' ? piece : piece.repeat.repeat(piece.times)).join('')
}
