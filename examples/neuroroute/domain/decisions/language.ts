import type { Reading } from './reading.ts'
import { range, rules } from './rules.ts'

const { least, list, signWeight, wordWeights } = rules.languages
const longest = wordWeights.length - 1

/** Languages, by their place in the list, that know a word or a letter. */
type Index = ReadonlyMap<string, readonly number[]>

const words: Index = index(({ words = '' }) => words.split(' '))
const signs: Index = index(({ signs = '' }) => [...signs])
const scripts = Object.entries(rules.scripts).map(([name, { weight, ranges }]) => ({
  weight,
  ranges: ranges.map(range),
  languages: list.flatMap(({ scripts = [] }, place) => scripts.includes(name) ? [place] : [])
}))
const firstOfScripts = Math.min(...scripts.flatMap(({ ranges }) => ranges.map(([first]) => first)))

/**
 * The language that most speaks for: its letters each time, its usual words and the signs that only
 * it writes once each. `und` when hardly anything does.
 */
export function languageOf (reading: Reading): string {
  const points = new Array<number>(list.length).fill(0)
  for (const word of reading.words) {
    for (const place of words.get(word) ?? []) points[place]! += wordWeights[Math.min(word.length - 1, longest)]!
  }
  const counts = new Map<number, number>()
  for (const letter of reading.text) {
    const point = letter.codePointAt(0)!
    if (point > 0x7f) counts.set(point, (counts.get(point) ?? 0) + 1)
  }
  for (const [point, count] of counts) {
    for (const place of signs.get(String.fromCodePoint(point)) ?? []) points[place]! += signWeight
    if (point < firstOfScripts) continue
    for (const { weight, ranges, languages } of scripts) {
      if (ranges.some(([first, last]) => first <= point && point <= last)) for (const place of languages) points[place]! += weight * count
    }
  }
  const most = Math.max(...points)
  return most < least ? 'und' : list[points.indexOf(most)]!.code
}

function index (entries: (language: typeof list[number]) => readonly string[]): Index {
  const found = new Map<string, number[]>()
  for (const [place, language] of list.entries()) {
    for (const entry of new Set(entries(language))) found.set(entry, [...found.get(entry) ?? [], place])
  }
  return found
}
