import { createHash } from 'node:crypto'

const sentences = [
  'A router is a question of who answers best.',
  'Naïve rankings age; evidence does not.',
  'Ask the next model, and write down why.',
  'Zwei Sprachen, eine Antwort – 二つの言語、一つの答え。',
  'What is cheap today may be slow tomorrow 🧭.',
  'Both faces say the same, to the byte.'
]

/** What is asked for, in neither provider's format. */
export interface Asked {
  readonly model: string
  readonly system: string
  readonly prompt: string
  readonly maxTokens: number
  readonly stream: boolean
  /** Only OpenAI's streams may go without. */
  readonly usage: boolean
}

/** What is answered, in neither provider's format. */
export interface Said {
  readonly id: string
  readonly words: readonly string[]
  readonly promptTokens: number
  readonly whole: boolean
}

/** The answer to a question: the same words and tokens for the same question, whichever model is asked. */
export function answerTo ({ system, prompt, maxTokens }: Asked): Said {
  const digest = createHash('sha256').update(system).update('\0').update(prompt).digest()
  const beginning = [...prompt.slice(0, 80)].slice(0, 40).join('')
  const chosen = [0, 1, 2].map(index => sentences[digest[index]! % sentences.length]!)
  const words = `You wrote ${prompt.length} characters, beginning with “${beginning}”. ${chosen.join(' ')}`.split(' ')
    .map((word, index) => index === 0 ? word : ` ${word}`)
  return {
    id: digest.toString('hex', 0, 12),
    words: words.slice(0, maxTokens),
    promptTokens: tokensOf(system) + tokensOf(prompt),
    whole: words.length <= maxTokens
  }
}

/** About as many tokens as a text has words. */
function tokensOf (text: string): number {
  return text.match(/\S+/g)?.length ?? 0
}
