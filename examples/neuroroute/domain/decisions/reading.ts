import { range, rules, type Lexicon } from './rules.ts'

/** What the classifier looks at. */
export interface Reading {
  /** The window of the prompt in lower case. */
  readonly text: string
  /** Its words, each once. */
  readonly words: ReadonlySet<string>
  /** The first of them. */
  readonly first: string | undefined
  /** All of them in order, with a space before and after each. */
  readonly sentence: string
}

const { head, tail } = rules.window
const word = new RegExp(`[${rules.letters.map(text => range(text).map(point => String.fromCodePoint(point)).join('-')).join('')}]+`, 'g')
const lower = new Map([...rules.upper].map((letter, place) => [letter, [...rules.lower][place]!]))
const upper = new RegExp(`[${rules.upper}]`, 'g')

export function read (prompt: string): Reading {
  const text = window(prompt).replace(upper, letter => lower.get(letter)!)
  const words = text.match(word) ?? []
  return { text, words: new Set(words), first: words[0], sentence: ` ${words.join(' ')} ` }
}

/**
 * The beginning and the end of a long prompt: there it says what is wanted; what is between is mostly
 * what it is wanted of. Counted in code points.
 */
export function window (prompt: string): string {
  if (prompt.length <= head + tail) return prompt
  let headEnd = 0
  for (let points = 0; points < head; points++) headEnd += isPair(prompt, headEnd) ? 2 : 1
  let tailStart = prompt.length
  for (let points = 0; points < tail && tailStart > headEnd; points++) tailStart -= isPair(prompt, tailStart - 2) ? 2 : 1
  return tailStart <= headEnd ? prompt : `${prompt.slice(0, headEnd)} ${prompt.slice(tailStart)}`
}

/** The weights of what is there, each once. */
export function weigh ({ words, phrases }: Lexicon, reading: Reading): number {
  let weight = 0
  for (const word of reading.words) weight += words.get(word) ?? 0
  for (const [phrase, points] of phrases) if (reading.sentence.includes(phrase)) weight += points
  return weight
}

function isPair (text: string, place: number): boolean {
  return place >= 0 && (text.charCodeAt(place) & 0xfc00) === 0xd800 && (text.charCodeAt(place + 1) & 0xfc00) === 0xdc00
}
