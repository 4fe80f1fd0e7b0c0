/** What kind of promise a fault breaks. */
export const categories = [
  'status', 'body', 'type', 'order', 'header', 'cookie', 'error text', 'validation bound', 'auth', 'stored column', 'missing write',
  'double write', 'rounding', 'time zone', 'null against absent', 'pagination', 'encoding', 'cache header', 'race'
] as const

export type Category = typeof categories[number]

/** One place of a source file that becomes another. */
export interface Edit {
  /** Relative to the workspace. */
  readonly file: string
  /** Exact text, which the file holds once. */
  readonly from: string
  readonly to: string
}

/** A fault as a programmer makes it, in the candidate only. */
export interface Mutant extends Edit {
  /** What is wrong, in a few words; unique. */
  readonly name: string
  readonly category: Category
  /** Where the same fault has more places. */
  readonly and?: readonly Edit[]
}

export function editsOf (mutant: Mutant): readonly Edit[] {
  return [{ file: mutant.file, from: mutant.from, to: mutant.to }, ...mutant.and ?? []]
}
