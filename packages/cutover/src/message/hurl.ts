import { isUtf8 } from 'node:buffer'
import type { ExchangeRequest } from './exchange.ts'
import { fieldText } from './headers.ts'
import { isHopByHop } from './hop-by-hop.ts'
import { urlOf, writableRequest, type WriteOptions } from './writable.ts'

/** Longer texts are written in base64, which no editor has to lay out. */
const TEXT_LIMIT = 10_000

/**
 * Writes a request as an entry of a Hurl file, with the status that is expected. Secrets are replaced by tags unless asked for.
 * @param status of the response; without it none is expected
 * @throws CUT_EXCHANGE_UNWRITABLE
 */
export function toHurl (request: ExchangeRequest, status?: number, options: WriteOptions = {}): string {
  const clean = writableRequest(request, 'Hurl', options)
  const lines = [`${clean.method} ${url(urlOf(clean, options))}`]
  for (const [name, value] of clean.headers) {
    const lower = name.toLowerCase()
    if (isHopByHop(name) || lower === 'content-length' || (lower === 'host' && options.origin !== undefined)) continue
    lines.push(`${escaped(name)}: ${escaped(fieldText(value))}`)
  }
  if (clean.body.length > 0) {
    lines.push(isUtf8(clean.body) && clean.body.length <= TEXT_LIMIT
      ? `\`${escaped(clean.body.toString('utf8'))}\``
      : `base64,${clean.body.toString('base64')};`)
  }
  if (status !== undefined) lines.push(`HTTP ${status}`)
  return lines.join('\n') + '\n'
}

/** Everything that the grammar gives a meaning, or that is no visible character, as an escape. */
function escaped (text: string): string {
  return text.replace(/[\\#`]|\{(?=\{)|\}(?=\})|[^\x20-\x7e\u00a1-\u02ff]/gu, character => `\\u{${character.codePointAt(0)!.toString(16)}}`)
}

/** URLs know no such escapes. */
function url (text: string): string {
  return text.replace(/[\\{}`"<>^|#]/g, character => '%' + character.charCodeAt(0).toString(16).toUpperCase())
}
