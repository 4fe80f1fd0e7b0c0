import type { Category } from '../../types/decisions.ts'
import { weigh, type Reading } from './reading.ts'
import { lexicon, rules, weighted } from './rules.ts'

const { least, list, otherwise } = rules.categories

const categories = list.map(({ name, fallback = false, words, marks, patterns, first = [] }) => ({
  name,
  fallback,
  words: lexicon(words),
  marks: weighted(marks),
  patterns: weighted(patterns).map(([source, weight]) => [new RegExp(source), weight] as const),
  first: new Set(first)
}))

/** The category that most speaks for, if it is enough; the first of equals. */
export function categoryOf (reading: Reading): Category {
  let best: { name: Category, weight: number, fallback: boolean } | undefined
  for (const category of categories) {
    if (category.fallback && best !== undefined) continue
    const weight = weightOf(category, reading)
    if (weight >= least && (best === undefined || weight > best.weight)) best = { name: category.name, weight, fallback: category.fallback }
  }
  return best?.name ?? otherwise
}

function weightOf (category: typeof categories[number], reading: Reading): number {
  let weight = weigh(category.words, reading)
  for (const [mark, points] of category.marks) if (reading.text.includes(mark)) weight += points
  for (const [pattern, points] of category.patterns) if (pattern.test(reading.text)) weight += points
  return reading.first !== undefined && category.first.has(reading.first) ? weight + least : weight
}
