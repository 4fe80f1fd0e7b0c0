import { Buffer } from 'node:buffer'
import { createHmac } from 'node:crypto'

const TAG = /^redacted-[0-9a-f]{16}$/

/** Shorter secrets are too likely to be ordinary words elsewhere. */
const SCRUBBED_LENGTH = 8

/** Replaces secrets by tags, and remembers those of one exchange so that copies of them elsewhere in it are found. */
export class Secrets {
  readonly #key: Buffer
  readonly #tags = new Map<string, string>()

  /** @param key of the recording, never written */
  constructor (key: Buffer) {
    this.#key = key
  }

  /**
   * The tag of a secret: equal secrets have equal tags under one key. Its characters need no escaping in a header, cookie,
   * URL or JSON string. A tag stays as it is.
   */
  tag (secret: string): string {
    if (secret === '' || TAG.test(secret)) return secret
    const known = this.#tags.get(secret)
    if (known !== undefined) return known
    const tag = `redacted-${createHmac('sha256', this.#key).update(secret).digest('hex').slice(0, 16)}`
    this.#tags.set(secret, tag)
    return tag
  }

  /** An HMAC of a body's digest. */
  digest (sha256: string): string {
    return createHmac('sha256', this.#key).update(sha256).digest('hex')
  }

  /**
   * Replaces what was tagged before, wherever it occurs: as it is, percent-encoded, escaped in JSON, in hexadecimal or in
   * base64, inside longer base64 too.
   * @param text one character for each byte (Latin-1)
   */
  scrub (text: string): string {
    const wanted = [...this.#tags].filter(([secret]) => secret.length >= SCRUBBED_LENGTH && !ORDINARY.test(secret))
      .sort(([a], [b]) => b.length - a.length).map(([secret, tag]) => ({ tag, forms: forms(secret) }))
    return wanted.length === 0 ? text : scrubbed(text, wanted, ENCODED_TWICE)
  }
}

interface Wanted {
  readonly tag: string
  readonly forms: readonly string[]
}

const ENCODED_TWICE = 2

/** @param depth how often the text may be percent-encoded */
function scrubbed (text: string, wanted: readonly Wanted[], depth: number): string {
  let clean = text
  for (const { tag, forms } of wanted) {
    for (const form of forms) if (clean.includes(form)) clean = clean.replaceAll(form, tag)
  }
  if (depth === 0 || !clean.includes('%')) return clean
  // Encoders differ in what they leave as it is, so that encoded words are decoded to be compared.
  return clean.replace(/[^\s"<>&=?#\\]{8,}/g, word => {
    if (!word.includes('%')) return word
    const plain = decoded(word)
    const found = scrubbed(plain, wanted, depth - 1)
    return found === plain ? word : percentEncoded(found)
  })
}

/** Undoes percent-encoding as far as it is valid; the result is Latin-1. */
export function decoded (text: string): string {
  return text.replaceAll('+', ' ').replace(/%([0-9a-fA-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}

function percentEncoded (text: string): string {
  return text.replace(/[^\w.~/-]/g, character => '%' + character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0'))
}

/** Names and placeholders that stand where secrets do; replacing them would break the text around. */
const ORDINARY = /^(redacted-?|passwords?|undefined|(true|false|null)*|access_?token|refresh_?token|authorization|sessionid|signature|x{8,}|\*{8,})$/i

/** The ways in which a secret is written, as Latin-1, the longest first. */
function forms (secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8')
  const written = [
    bytes.toString('latin1'),
    secret,
    bytes.toString('base64'),
    Buffer.from(JSON.stringify(secret).slice(1, -1), 'utf8').toString('latin1'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase()
  ]
  for (const offset of [0, 1, 2]) {
    // Base64 of a longer text: the characters at either end depend on its neighbours.
    const coded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replace(/=+$/, '')
    const first = [0, 2, 3][offset]!
    const last = (bytes.length + offset) % 3 === 0 ? coded.length : coded.length - 1
    const core = coded.slice(first, last)
    written.push(core, core.replaceAll('+', '-').replaceAll('/', '_'))
  }
  return [...new Set(written)].filter(form => form.length >= SCRUBBED_LENGTH).sort((a, b) => b.length - a.length)
}
