/** Looking through a body a few times is cheaper than an index of it. */
const searchesBeforeIndex = 4

/**
 * Answers whether a body holds a value, for many values of one body: by the runs of letters and digits in it, so that a
 * list of a thousand ids is not searched through a thousand times. Where it may hold it, the body itself is searched.
 */
export class WordIndex {
  readonly #body: Buffer
  #searches = 0
  #runs: Set<number> | undefined

  constructor (body: Buffer) {
    this.#body = body
  }

  /** @param text a value that stands between other characters than letters and digits */
  has (text: string): boolean {
    if (this.#runs === undefined && ++this.#searches <= searchesBeforeIndex) return this.#body.includes(text)
    this.#runs ??= runsOf(this.#body)
    for (const [run] of text.matchAll(/[A-Za-z0-9]+/g)) if (!this.#runs.has(hashOf(run))) return false
    return this.#body.includes(text)
  }
}

function runsOf (body: Buffer): Set<number> {
  const runs = new Set<number>()
  let hash = start
  let open = false
  for (let at = 0; at < body.length; at++) {
    const code = body[at]!
    if (isWord(code)) {
      hash = next(hash, code)
      open = true
    } else if (open) {
      runs.add(hash)
      hash = start
      open = false
    }
  }
  return open ? runs.add(hash) : runs
}

function hashOf (run: string): number {
  let hash = start
  for (let at = 0; at < run.length; at++) hash = next(hash, run.charCodeAt(at))
  return hash
}

/** FNV-1a, 32 bits: two runs with one hash only cost a search. */
const start = 0x811c9dc5

function next (hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193)
}

function isWord (code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}
