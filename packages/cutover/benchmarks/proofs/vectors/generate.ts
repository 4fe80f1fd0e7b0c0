import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { written, type Case, type Text } from '../../../../../examples/neuroroute/decisions/vectors.ts'
import type { Capability, Model } from '../../../../../examples/neuroroute/types/models.ts'
import { randomNumbers } from '../streams/random.ts'
import { workspace } from './sides.ts'

type Random = () => number
type Piece = Exclude<Text, string>[number]

const rules = JSON.parse(readFileSync(join(workspace, 'decisions/rules.json'), 'utf8')) as Rules
const catalogue = JSON.parse(readFileSync(join(workspace, 'catalog/models.json'), 'utf8')) as readonly Model[]
const capabilities: readonly Capability[] = ['chat', 'code', 'math', 'creative', 'multilingual', 'long_context']

/** Of decisions/rules.json, what prompts are made of. */
interface Rules {
  readonly upper: string
  readonly letters: readonly string[]
  readonly scripts: Readonly<Record<string, { readonly ranges: readonly string[] }>>
  readonly languages: { readonly list: readonly { readonly words?: string, readonly signs?: string, readonly scripts?: readonly string[] }[] }
  readonly categories: { readonly list: readonly { readonly words: Entries, readonly marks: Entries, readonly first?: readonly string[] }[] }
  readonly complexity: { readonly words: Entries }
}
type Entries = Readonly<Record<string, readonly string[]>>

const languages = rules.languages.list.map(({ words = '', signs = '', scripts = [] }) => {
  const letters = scripts.flatMap(name => rules.scripts[name]!.ranges.slice(0, 2)).flatMap(range => Array.from({ length: 50 }, (_, place) => String.fromCodePoint(parseInt(range, 16) + place)))
  return [...words.split(' '), ...signs, ...letters].filter(word => word !== '')
})
const categories = rules.categories.list.map(({ words, marks, first = [] }) => [...Object.values(words).flat(), ...Object.values(marks).flat(), ...first])
const hard = Object.values(rules.complexity.words).flat()
/** First and last code points of all ranges, and their neighbours. */
const borders = [...rules.letters, ...Object.values(rules.scripts).flatMap(({ ranges }) => ranges)]
  .flatMap(range => range.split('-').flatMap(point => [-1, 0, 1].map(beside => parseInt(point, 16) + beside)))
const odd = ['\ud800', '\udbff', '\udc00', '\udfff', '😀', '👩‍👩‍👧', 'e\u0301', '\u0000', '\u007f', '\u0085', '\u00a0', '\u2028', '\ufeff', '\ufffd', '\uffff', 'İ', 'ı', 'ſ', 'K', 'ẞ', 'ß', 'ǅ', 'ﬁ', '𝐖', '٣', 'Ⅷ', 'ͅ', 'Ω']
const snippets = ['2 + 2', '12 × 3', 'x^2', '3x - 4', 'f(x)', 'sin(x)', '15% of 3', 'a_b', 'f()', 'a.b(c)', 'let x = y;\n', 'select a, b from t', 'def f(x):', 'https://example.com/?q=1', '?', '？', '؟', '1984', '2024-07-18', 'π', 'πα', 'θ', '[1, 2]', '"x"', '\\']
const separators = [' ', ' ', ' ', ' ', ', ', '. ', '? ', '\n', '\r\n', '\r', '', '-', '_', '\'', '\u00a0', '\t']
const most = Number.MAX_SAFE_INTEGER

/** Cases that are the same for the same seed, made to be near whatever decides. */
export function generate (count: number, seed: number): Case[] {
  const random = randomNumbers(seed)
  return Array.from({ length: count }, () => generated(random))
}

function generated (random: Random): Case {
  const prompt = text(random)
  const system = random() < 0.7 ? null : random() < 0.2 ? '' : text(random)
  const maxTokens = random() < 0.5 ? 512 : random() < 0.5 ? pick(random, [1, 2, 8191, 8192, 8193, 16384, 16385, 32768, 32769, 64000, 64001]) : 1 + whole(random, 9000)
  return {
    question: {
      prompt,
      system,
      model: random() < 0.8 ? null : random() < 0.9 ? pick(random, catalogue).id : pick(random, ['gpt-3', '', 'GPT-4o', '__proto__']),
      maxTokens,
      temperature: pick(random, [0, 1, 2, 0.1, 0.7, 1e-7, 5e-324, 0.1 + 0.2, random() * 2, random()]),
      capabilities: random() < 0.6 ? [] : Array.from({ length: 1 + whole(random, 3) }, () => pick(random, capabilities)),
      maxCost: random() < 0.5 ? null : limit(random, prompt, system, maxTokens)
    },
    circumstances: {
      strategy: pick(random, ['balanced', 'balanced', 'cost', 'quality', 'latency']),
      disabled: catalogue.filter(() => random() < 0.1).map(({ id }) => id),
      status: Object.fromEntries(catalogue.filter(() => random() < 0.3).map(({ id }) => [id, pick(random, ['available', 'degraded', 'unavailable'])]))
    },
    usage: { prompt_tokens: tokens(random), completion_tokens: tokens(random) }
  }
}

/** Just the cost of a model, a little beside it, or anything. */
function limit (random: Random, prompt: Text, system: Text | null, maxTokens: number): number {
  if (random() < 0.1) return random() * 10 ** (1 - whole(random, 12)) + 5e-324
  const model = pick(random, catalogue)
  const read = [prompt, system ?? ''].reduce((sum, each) => sum + Math.ceil(Buffer.byteLength(written(each)) / 4), 0)
  return (read * model.input_nano_usd + maxTokens * model.output_nano_usd + pick(random, [0, 0, 0, -1, 1])) / 1e9
}

function tokens (random: Random): number {
  return pick(random, [0, 1, whole(random, 1000), whole(random, 100_000), Math.floor(most / pick(random, catalogue).output_nano_usd) + whole(random, 3) - 1, most - whole(random, 2)])
}

function text (random: Random): Text {
  const language = pick(random, languages)
  const kinds = [language, language, languages[0]!, pick(random, categories), pick(random, categories), hard, snippets, odd]
  const pieces: Piece[] = Array.from({ length: 1 + whole(random, pick(random, [3, 10, 40])) }, () => piece(random, kinds))
  const length = random()
  if (length > 0.1) return pieces.join('')
  // About as long as what is read whole, or as a prompt may be.
  const room = (length < 0.07 ? 1990 + whole(random, 20) : 32_000) - [...pieces.join('')].length
  const filling = pick(random, ['z', 'z ', '😀', '\ud800', 'я', '写', '\n', ' a', 'Ω'])
  const times = Math.max(0, Math.floor(room / [...filling].length))
  pieces.splice(whole(random, pieces.length + 1), 0, { repeat: filling, times })
  return pieces
}

function piece (random: Random, kinds: readonly (readonly string[])[]): string {
  const kind = random()
  const word = kind < 0.85
    ? pick(random, pick(random, kinds))
    : String.fromCodePoint(kind < 0.93 ? pick(random, borders) : kind < 0.97 ? whole(random, 0x10000) : whole(random, 0x110000))
  const written = random() < 0.15 ? word.toUpperCase() : random() < 0.05 ? pick(random, [...rules.upper]) + word : word
  return written + pick(random, separators)
}

function pick<Value> (random: Random, values: readonly Value[]): Value {
  return values[Math.floor(random() * values.length)]!
}

function whole (random: Random, below: number): number {
  return Math.floor(random() * below)
}
