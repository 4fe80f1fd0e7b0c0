import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Category } from '../../types/decisions.ts'
import type { Capability } from '../../types/models.ts'

/** Entries by the weight that each of them has. */
type ByWeight = Readonly<Record<string, readonly string[]>>

interface CategoryRules {
  readonly name: Category
  /** Counts only where no other category has enough. */
  readonly fallback?: true
  /** Words, or several with a space between. */
  readonly words: ByWeight
  /** Pieces of text, wherever they stand. */
  readonly marks: ByWeight
  /** Regular expressions that mean the same in both languages. */
  readonly patterns: ByWeight
  /** Words that count as much as `least` where they stand first. */
  readonly first?: readonly string[]
}

interface LanguageRules {
  readonly code: string
  readonly scripts?: readonly string[]
  /** Letters that others do without. */
  readonly signs?: string
  /** Its commonest words, with spaces between. */
  readonly words?: string
}

/** decisions/rules.json, which both faces read. All weights are whole numbers. */
interface Rules {
  readonly window: { readonly head: number, readonly tail: number }
  readonly bytesPerToken: number
  readonly upper: string
  readonly lower: string
  /** Ranges of code points, `0041-005A`: versions of Unicode differ, and languages in theirs. */
  readonly letters: readonly string[]
  readonly scripts: Readonly<Record<string, { readonly weight: number, readonly ranges: readonly string[] }>>
  readonly languages: {
    readonly least: number
    /** By the length of a word: of one letter, two, and so on; the last is for all longer ones. */
    readonly wordWeights: readonly number[]
    readonly signWeight: number
    /** The first of those with equally many points is chosen. */
    readonly list: readonly LanguageRules[]
  }
  readonly categories: { readonly least: number, readonly list: readonly CategoryRules[], readonly otherwise: Category }
  readonly complexity: {
    readonly category: Readonly<Record<Category, number>>
    /** From so many tokens on, so much. */
    readonly size: readonly (readonly [number, number])[]
    readonly mostLines: number
    readonly mostWords: number
    readonly words: ByWeight
  }
  readonly route: {
    readonly needs: Readonly<Partial<Record<Category, Capability>>>
    readonly manyTokens: number
    readonly plainLanguages: readonly string[]
    /** A weight at complexity 0, and what each hundredth adds to it. */
    readonly balanced: Readonly<Record<'quality' | 'cost' | 'latency', readonly [number, number]>>
  }
}

/** The data of classifier and router. */
export const rules = JSON.parse(readFileSync(join(import.meta.dirname, '../../decisions/rules.json'), 'utf8')) as Rules

/** Words and phrases with their weights. */
export interface Lexicon {
  readonly words: ReadonlyMap<string, number>
  readonly phrases: readonly (readonly [string, number])[]
}

/** Each entry with its weight. */
export function weighted (entries: ByWeight): (readonly [string, number])[] {
  return Object.entries(entries).flatMap(([weight, list]) => list.map(entry => [entry, Number(weight)] as const))
}

export function lexicon (entries: ByWeight): Lexicon {
  const all = weighted(entries)
  return {
    words: new Map(all.filter(([entry]) => !entry.includes(' '))),
    phrases: all.filter(([entry]) => entry.includes(' ')).map(([entry, weight]) => [` ${entry} `, weight])
  }
}

/** First and last code point of a range. */
export function range (text: string): readonly [number, number] {
  const [first = '', last = ''] = text.split('-')
  return [parseInt(first, 16), parseInt(last, 16)]
}
