import { createHash } from 'node:crypto'

const sentences = [
  'A migration is a change that nobody notices.',
  'Move one feature, look at the evidence, then move the next.',
  'What cannot be taken back should not be done in a hurry.',
  'Both servers answer alike, which is the whole point.',
  'A difference that is written down with its reason is no surprise.',
  'Tokens of one side are good on the other.'
]

/** The words of the answer to a prompt, each with the space before it: the same prompt, the same words. */
export function answerWords (prompt: string): readonly string[] {
  const digest = createHash('sha256').update(prompt).digest()
  const chosen = Array.from({ length: 3 }, (_, index) => sentences[digest[index]! % sentences.length]!)
  const words = `You wrote ${prompt.length} characters, beginning with “${prompt.slice(0, 40)}”. ${chosen.join(' ')}`.split(' ')
  return words.map((word, index) => index === 0 ? word : ` ${word}`)
}

/** An id that is the same for the same prompt. */
export function answerId (prompt: string): string {
  return `chatcmpl-${createHash('sha256').update(prompt).digest('hex').slice(0, 24)}`
}

/** About as many tokens as a text has words. */
export function tokensOf (text: string): number {
  return text.split(/\s+/).filter(Boolean).length
}
