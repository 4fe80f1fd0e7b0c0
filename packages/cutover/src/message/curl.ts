import { Buffer, isUtf8 } from 'node:buffer'
import type { ExchangeRequest, Field } from './exchange.ts'
import { headerValue } from './headers.ts'
import { isHopByHop } from './hop-by-hop.ts'
import { printf, shellBytes, shellWord } from './shell.ts'
import { urlOf, writableRequest, type WriteOptions } from './writable.ts'

/** Longer arguments are refused by Linux (128 KiB). */
const ARGUMENT_LIMIT = 100_000

/**
 * Writes a request as a curl command for a POSIX shell, which sends the same target, headers and body, and shows the
 * whole response. Secrets are replaced by tags unless asked for. Length and hop-by-hop headers are curl's own.
 * @throws CUT_EXCHANGE_UNWRITABLE
 */
export function toCurl (request: ExchangeRequest, options: WriteOptions = {}): string {
  const clean = writableRequest(request, 'curl', options)
  const words = ['curl --silent --show-error --include --globoff --path-as-is']
  if (clean.method === 'HEAD') words.push('--head')
  else if (clean.method !== 'GET' || clean.body.length > 0) words.push(`--request ${shellWord(clean.method)}`)
  if (clean.target === '*') words.push("--request-target '*'")
  for (const field of clean.headers) if (!isOwn(field, clean, options)) words.push(`--header ${header(field)}`)
  const unsent = DEFAULTS.filter(name => headerValue(clean.headers, name) === undefined)
  if (unsent.length > 0) words.push(unsent.map(name => `--header '${name}:'`).join(' '))
  let before = ''
  if (clean.body.length > 0) {
    if (headerValue(clean.headers, 'content-type') === undefined) words.push("--header 'Content-Type:'")
    if (clean.body.length > ARGUMENT_LIMIT || !isUtf8(clean.body) || clean.body.includes(0)) {
      before = `${printf(clean.body)} | `
      words.push('--data-binary @-')
    } else words.push(`--data-raw ${shellWord(clean.body.toString('utf8'))}`)
  }
  words.push(`--url ${shellWord(urlOf(clean, options))}`)
  return before + words.join(' \\\n  ')
}

/** Headers that curl adds when they are not there. */
const DEFAULTS = ['User-Agent', 'Accept', 'Expect']

function isOwn ([name, value]: Field, request: ExchangeRequest, options: WriteOptions): boolean {
  const lower = name.toLowerCase()
  // With another origin the command is meant for that one's host.
  return isHopByHop(name) || lower === 'content-length' || lower === 'expect' ||
    (lower === 'host' && (options.origin !== undefined || urlOf(request, options).startsWith(`http://${value}/`)))
}

function header ([name, value]: Field): string {
  return shellBytes(Buffer.from(value === '' ? `${name};` : `${name}: ${value}`, 'latin1'))
}
