import type { Note } from '../../message/note.ts'
import { countText } from '../figures.ts'

interface Counted {
  readonly kind: Note['kind']
  readonly what: string
  readonly first: string
  count: number
}

const words: Readonly<Record<Note['kind'], string>> = { corrupt: 'could not be read', torn: 'torn off', skipped: 'left out', unsupported: 'not taken over', changed: 'changed' }
const mostKinds = 50

/** Notes of readers and writers by what they say, with where each was first: however many there are, a few lines. */
export class NoteCounts {
  readonly #counted = new Map<string, Counted>()
  #others = 0

  readonly add = ({ kind, where, what }: Note): void => {
    const key = `${kind} ${what}`
    const known = this.#counted.get(key)
    if (known !== undefined) known.count++
    else if (this.#counted.size < mostKinds) this.#counted.set(key, { kind, what, first: where, count: 1 })
    else this.#others++
  }

  list (): readonly Counted[] {
    return [...this.#counted.values()]
  }

  lines (): string[] {
    const lines = this.list().map(({ kind, what, first, count }) => `  ${countText(count)} ${words[kind]}: ${what} (${count === 1 ? '' : 'first at '}${first})`)
    return this.#others === 0 ? lines : [...lines, `  ${countText(this.#others)} more of other kinds`]
  }
}
