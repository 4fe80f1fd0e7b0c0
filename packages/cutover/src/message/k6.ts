import { isUtf8 } from 'node:buffer'
import type { ExchangeRequest } from './exchange.ts'
import { fieldText } from './headers.ts'
import { isHopByHop } from './hop-by-hop.ts'
import { urlOf, writableRequest, type WriteOptions } from './writable.ts'

/** A request and the status that it should be answered with. */
export interface K6Step {
  readonly request: ExchangeRequest
  readonly status?: number
}

/** What a k6 script begins with, before its calls. */
export const k6Head: string = [
  "import { check } from 'k6'",
  "import encoding from 'k6/encoding'",
  "import http from 'k6/http'",
  '',
  'export const options = { vus: 1, iterations: 1 }',
  '',
  'export default function () {',
  ''
].join('\n')

/**
 * Writes requests as a k6 script that sends them one after the other and checks their statuses. Headers of one name are
 * joined, since k6 has one value a name. Secrets are replaced by tags unless asked for.
 * @throws CUT_EXCHANGE_UNWRITABLE
 */
export function toK6 (steps: readonly K6Step[], options: WriteOptions = {}): string {
  return k6Head + steps.map(step => k6Call(step, options)).join('') + k6End
}

/** What it ends with. */
export const k6End = '}\n'

/** One call of a k6 script, line feed included. @throws CUT_EXCHANGE_UNWRITABLE */
export function k6Call ({ request, status }: K6Step, options: WriteOptions = {}): string {
  const clean = writableRequest(request, 'a k6 script', options)
  const label = `${clean.method} ${clean.target.split('?', 1)[0]!}`
  const call = `http.request(${literal(clean.method)}, ${literal(urlOf(clean, options))}, ${body(clean)}, ${params(clean, options)})`
  return status === undefined ? `  ${call}\n` : `  check(${call}, { ${literal(`${label} answers ${status}`)}: response => response.status === ${Number(status)} })\n`
}

function body ({ body }: ExchangeRequest): string {
  if (body.length === 0) return 'null'
  return isUtf8(body) ? literal(body.toString('utf8')) : `encoding.b64decode(${literal(body.toString('base64'))})`
}

function params (request: ExchangeRequest, options: WriteOptions): string {
  const headers = new Map<string, [name: string, value: string]>()
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase()
    if (isHopByHop(name) || lower === 'content-length' || (lower === 'host' && options.origin !== undefined)) continue
    const known = headers.get(lower)
    if (known === undefined) headers.set(lower, [name, fieldText(value)])
    else known[1] += (lower === 'cookie' ? '; ' : ', ') + fieldText(value)
  }
  const pairs = [...headers.values()].map(([name, value]) => `[${literal(name)}]: ${literal(value)}`)
  return `{ headers: { ${pairs.join(', ')} }, redirects: 0 }`
}

/** A JavaScript string; the line separators are escaped, which older engines take for line ends. */
function literal (text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}
