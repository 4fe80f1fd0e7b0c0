import type { Random } from '../random.ts'

const most = 512
const repeats = 3

/** Characters that members of a class are looked for among: ASCII first, then some of other scripts and planes. */
const alphabet = [...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)), ...'\t\n\r\0éßЖ中あ🚗\u00a0\u200b\u0301']

/**
 * A text that a pattern of JSON Schema (a regular expression of ECMA-262, not anchored) matches.
 * @param bounds length in code points
 * @returns undefined when none is found: the pattern asks for more than classes, groups, choices and repetitions
 */
export function textMatching (pattern: string, random: Random, bounds: { readonly min: number, readonly max: number } = { min: 0, max: most }): string | undefined {
  const whole = compiled(pattern)
  if (whole === undefined) return undefined
  for (let attempt = 0; attempt < 24; attempt++) {
    const stretch = attempt < 8 ? Math.min(bounds.min, most) : 0
    let text: string
    try {
      text = new Sampler(pattern, random, stretch).sample()
    } catch {
      return undefined
    }
    const length = [...text].length
    if (length >= bounds.min && length <= bounds.max && whole.test(text)) return text
  }
  return undefined
}

/** A pattern as JSON Schema means it; without the flag `u` where it is no pattern with it. */
export function compiled (pattern: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags)
    } catch { /* perhaps without the flag */ }
  }
  return undefined
}

/** Walks the source of a pattern and writes a text as it goes. */
class Sampler {
  readonly #source: string
  readonly #random: Random
  /** Repetitions without an end go on until the text has so many characters. */
  readonly #stretch: number
  #at = 0

  constructor (source: string, random: Random, stretch: number) {
    this.#source = source
    this.#random = random
    this.#stretch = stretch
  }

  sample (): string {
    const text = this.#choice()
    if (this.#at < this.#source.length) throw new SyntaxError('unbalanced')
    return text
  }

  #choice (): string {
    const options = [this.#sequence()]
    while (this.#source[this.#at] === '|') {
      this.#at++
      options.push(this.#sequence())
    }
    return this.#random.pick(options)
  }

  #sequence (): string {
    let text = ''
    while (this.#at < this.#source.length && this.#source[this.#at] !== '|' && this.#source[this.#at] !== ')') {
      const from = this.#at
      const first = this.#atom()
      const to = this.#at
      const [least, greatest] = this.#quantifier()
      const after = this.#at
      const open = greatest === Infinity
      const wanted = open && this.#stretch > text.length ? Math.max(least, this.#stretch - text.length) : this.#random.integer(least, open ? least + repeats : Math.min(greatest, least + 64))
      const count = Math.min(wanted, most)
      if (count > 0) text += first
      // Each repetition is drawn anew.
      for (let index = 1; index < count && text.length < most; index++) {
        this.#at = from
        text += this.#atom()
        if (this.#at !== to) throw new SyntaxError('unbalanced')
      }
      this.#at = after
    }
    return text
  }

  #atom (): string {
    const character = this.#source[this.#at]!
    if (character === '^' || character === '$') {
      this.#at++
      return ''
    }
    if (character === '(') return this.#group()
    if (character === '[') return this.#member(this.#classSource())
    if (character === '.') {
      this.#at++
      return this.#member('.')
    }
    if (character === '\\') return this.#escape()
    this.#at++
    return character
  }

  #group (): string {
    const rest = this.#source.slice(this.#at)
    const begin = /^\((\?:|\?<[A-Za-z_$][\w$]*>)?/.exec(rest)![0]
    if (/^\(\?(=|!|<=|<!)/.test(rest)) throw new SyntaxError('looks around')
    this.#at += begin.length
    const text = this.#choice()
    if (this.#source[this.#at] !== ')') throw new SyntaxError('unbalanced')
    this.#at++
    return text
  }

  #classSource (): string {
    const found = /^\[(?:\\.|[^\]\\])*\]/s.exec(this.#source.slice(this.#at))
    if (found === null) throw new SyntaxError('unbalanced')
    this.#at += found[0].length
    return found[0]
  }

  #escape (): string {
    const found = /^\\(?:[pP]\{[^}]*\}|u\{[0-9A-Fa-f]+\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|c[A-Za-z]|.)/s.exec(this.#source.slice(this.#at))
    if (found === null) throw new SyntaxError('ends with \\')
    this.#at += found[0].length
    if (/^\\[bB]$/.test(found[0])) return ''
    if (/^\\[1-9k]/.test(found[0])) throw new SyntaxError('refers back')
    return this.#member(found[0])
  }

  /** A character that a class or an escape matches. */
  #member (source: string): string {
    const one = compiled(`^(?:${source})$`)
    if (one === undefined) throw new SyntaxError('no class')
    for (let attempt = 0; attempt < 16; attempt++) {
      const drawn = this.#random.pick(attempt < 12 ? alphabet.slice(0, 95) : alphabet)
      if (one.test(drawn)) return drawn
    }
    const fit = alphabet.filter(each => one.test(each))
    if (fit.length > 0) return this.#random.pick(fit)
    for (let code = 0; code < 0x3000; code++) if (one.test(String.fromCharCode(code))) return String.fromCharCode(code)
    throw new SyntaxError('empty class')
  }

  #quantifier (): [least: number, greatest: number] {
    const found = /^(?:\*|\+|\?|\{(\d+)(,(\d*))?\})\??/.exec(this.#source.slice(this.#at))
    if (found === null) return [1, 1]
    this.#at += found[0].length
    const sign = found[0][0]
    if (sign === '*') return [0, Infinity]
    if (sign === '+') return [1, Infinity]
    if (sign === '?') return [0, 1]
    const least = Number(found[1])
    return [least, found[2] === undefined ? least : found[3] === '' ? Infinity : Number(found[3])]
  }
}
