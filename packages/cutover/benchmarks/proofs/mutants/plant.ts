import type { Edit } from './mutant.ts'

/**
 * Makes edits in a file's text.
 * @throws Error when what is to be replaced is not there, or there more than once
 */
export function plant (text: string, edits: readonly Edit[]): string {
  for (const { file, from, to } of edits) {
    const places = text.split(from).length - 1
    if (places !== 1) throw new Error(`${file} holds ${places} times, not once: ${from}`)
    text = text.replace(from, () => to)
  }
  return text
}
