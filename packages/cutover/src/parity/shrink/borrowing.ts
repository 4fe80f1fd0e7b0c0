import { Buffer } from 'node:buffer'
import type { BorrowedText } from '../scenario/scenario.ts'

/** A redacted value that a secret name stands by is at least so long, characters. */
const shortest = 8
const ofToken = /^[\w.~+/=-]{16,}$/
const sharedRun = 5
/** A shorter secret is met in other texts by chance: it counts only where it stands alone under a secret name. */
const shortestWithin = 6

/** Takes known secrets out of texts, and lets the scenario that holds them lend them. */
export class Borrowing {
  /** What `let` of the clean scenario must hold. */
  readonly lent = new Map<string, BorrowedText>()
  readonly #secrets: ReadonlyMap<string, BorrowedText>
  readonly #taken: (name: string) => boolean
  readonly #names = new Map<string, string>()

  /**
   * @param secrets by their text, the longest first
   * @param taken whether a name is used in the scenario
   */
  constructor (secrets: ReadonlyMap<string, BorrowedText>, taken: (name: string) => boolean) {
    this.#secrets = secrets
    this.#taken = taken
  }

  /**
   * A text without secrets.
   * @param isSecret whether its name says that it is one
   * @param redacted called where something was taken out that is nowhere to be borrowed from
   */
  clean (text: string, isSecret: boolean, redacted: () => void): string {
    if (isSecret && this.#secrets.has(text)) return this.#reference(text)
    let clean = text
    for (const secret of this.#longer()) {
      if (clean.includes(secret)) clean = clean.replaceAll(secret, this.#reference(secret))
    }
    const withheld = this.withhold(clean)
    const literal = withheld.replace(/\$\{[\w-]+\}/g, '')
    const out = isSecret && this.#looksSecret(literal) ? 'redacted' : withheld
    if (out !== clean) redacted()
    return out
  }

  /** A text in which secrets are redacted, in whatever case they are; spelled in another way they cannot be borrowed. */
  withhold (text: string): string {
    let clean = text
    for (const secret of this.#longer()) {
      for (const spelled of new Set([secret, Buffer.from(secret).toString('latin1'), JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])) {
        const at = (): number => clean.toLowerCase().indexOf(spelled.toLowerCase())
        for (let found = at(); found >= 0; found = at()) clean = `${clean.slice(0, found)}redacted${clean.slice(found + spelled.length)}`
      }
    }
    return clean
  }

  /** Where a text as a whole is to be borrowed from. */
  lenderOf (text: string): BorrowedText | undefined {
    const lender = this.#secrets.get(text)
    return lender === undefined ? undefined : { from: lender.from, at: lender.at }
  }

  /** A text into which no names are put. */
  cleanAlone (text: string, isSecret: boolean, redacted: () => void): string {
    const withheld = this.withhold(text)
    const out = isSecret && this.#looksSecret(withheld) ? 'redacted' : withheld
    if (out !== text) redacted()
    return out
  }

  #longer (): readonly string[] {
    return [...this.#secrets.keys()].filter(secret => secret.length >= shortestWithin)
  }

  #reference (secret: string): string {
    let name = this.#names.get(secret)
    if (name === undefined) {
      const lender = this.#secrets.get(secret)!
      const base = (lender.at.split('/').at(-1) ?? '').replace(/[^\w-]/g, '') || 'secret'
      name = base
      for (let number = 2; this.#taken(name) || this.lent.has(name); number++) name = `${base}${number}`
      this.#names.set(secret, name)
      this.lent.set(name, { from: lender.from, at: lender.at })
    }
    return `\${${name}}`
  }

  /** Where secrets are known a made-up value is told from them; where none is, any longer value may be one. */
  #looksSecret (text: string): boolean {
    if (text === '' || text === 'redacted') return false
    if (ofToken.test(text) && new Set(text).size > 8) return true
    if (this.#secrets.size === 0) return text.length >= shortest && new Set(text).size > 3
    const lower = text.toLowerCase()
    return [...this.#secrets.keys()].some(secret => {
      for (let at = 0; at + sharedRun <= secret.length; at++) if (lower.includes(secret.slice(at, at + sharedRun).toLowerCase())) return true
      return false
    })
  }
}
