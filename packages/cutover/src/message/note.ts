/** What an importer or exporter did not take as it was. Nothing is left out without one. */
export interface Note {
  /**
   * `corrupt`: a piece that could not be read; `torn`: a last line that a crash cut short; `skipped`: an entry of a
   * kind that is not an exchange; `unsupported`: a part of an entry that has no counterpart; `changed`: written otherwise.
   */
  readonly kind: 'corrupt' | 'torn' | 'skipped' | 'unsupported' | 'changed'
  /** The line, entry or item: `line 12`, `entry 3`, `Users / Create`. */
  readonly where: string
  /** What it was, in words that are the same for each of a kind, so that notes can be counted by it. */
  readonly what: string
}

/** Takes notes as they come. */
export type OnNote = (note: Note) => void
