/** Pseudo-random numbers that a seed reproduces: sfc32 (Chris Doty-Humphrey's Small Fast Counting generator), 128 bits of state. */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  /** @param seed a whole number */
  constructor (seed: number) {
    this.#a = seed >>> 0
    this.#b = Math.floor(seed / 0x1_0000_0000) >>> 0
    this.#c = 0x9e3779b9
    for (let round = 0; round < 15; round++) this.#next()
  }

  /** From 0 to below 1. */
  fraction (): number {
    return this.#next() / 0x1_0000_0000
  }

  /** A whole number from `min` to `max`, both included. */
  integer (min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1))
  }

  chance (probability: number): boolean {
    return this.fraction() < probability
  }

  /** One of a list that is not empty. */
  pick <T> (from: readonly T[]): T {
    return from[this.integer(0, from.length - 1)]!
  }

  /** A copy in another order (Fisher and Yates). */
  shuffled <T> (all: readonly T[]): T[] {
    const list = [...all]
    for (let last = list.length - 1; last > 0; last--) {
      const other = this.integer(0, last)
      const kept = list[last]!
      list[last] = list[other]!
      list[other] = kept
    }
    return list
  }

  #next (): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum | 0
    return sum >>> 0
  }
}
