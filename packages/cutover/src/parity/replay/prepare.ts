import type { ExchangeRequest, Field } from '../../message/exchange.ts'
import { headerValue, headerValues, isFieldName, isFieldValue } from '../../message/headers.ts'
import { connectionOptions, isHopByHop } from '../../message/hop-by-hop.ts'
import { isSafe } from '../../message/method.ts'
import type { Counterparts } from './counterparts.ts'
import { hasTag, tagProblem, withSecrets, type Secrets } from './tags.ts'

export interface PrepareOptions {
  /** Whether writes may be sent. */
  readonly unsafe: boolean
  /** By lower-case name. They take the place of redacted ones; `host` of any; and those in `added` are sent with every request. */
  readonly headers: Readonly<Record<string, string>>
  /** Names in `headers` that no recorded request has: a browser's export leaves credentials out altogether. */
  readonly added: ReadonlySet<string>
  readonly secrets: Secrets
  /** Told of a cookie that was left out: its value is not known, those of others beside it are. */
  onCookie? (name: string): void
}

/** Why a recorded request is not sent to any side, in words that are the same for each of a kind; undefined when it is. */
export function reasonToSkip (request: ExchangeRequest, status: number, unsafe: boolean): string | undefined {
  if (request.truncated !== undefined) return 'their body was too long to be recorded whole'
  if (request.method === 'CONNECT' || status === 101) return 'they opened a tunnel or a WebSocket'
  if (!isFieldName(request.method) || !/^[\x21-\x7e\x80-\xff]+$/.test(request.target)) return 'their request line cannot be sent'
  if (!unsafe && !isSafe(request.method)) return 'they write, and there is no clone of the database to write to: configure parity.state, or give --unsafe'
  return undefined
}

/** What a connection, the client's sender or the switch adds by itself. */
const left = new Set(['content-length', 'expect', 'x-cutover-backend', 'trailer', 'priority'])

/**
 * A recorded request as one side is sent it: with its values in place of recorded ones.
 * @returns the reason, in words that are the same for each of a kind, when it cannot be sent
 */
export function prepare (recorded: ExchangeRequest, counterparts: Counterparts, options: PrepareOptions): ExchangeRequest | string {
  const translated = counterparts.translate(recorded)
  const named = connectionOptions(translated.headers.flat())
  const headers = translated.headers.filter(([name, value]) => isFieldName(name) && isFieldValue(value) &&
    !isHopByHop(name) && !left.has(name.toLowerCase()) && named?.has(name.toLowerCase()) !== true)
  const request = withSecrets({
    method: translated.method,
    target: originForm(translated.target),
    headers: withHeaders(headers, options),
    body: translated.body
  }, options.secrets)
  const known = { ...request, headers: request.headers.map(([name, value]): Field => [name, name.toLowerCase() === 'cookie' ? knownCookies(value, options) : value]) }
  return tagProblem(known) ?? known
}

/** Cookies that a page set by itself were redacted too, and no answer gives them: they are left out beside others that are known. */
function knownCookies (value: string, { onCookie }: PrepareOptions): string {
  if (!hasTag(value)) return value
  const pairs = value.split(/;\s*/)
  const known = pairs.filter(pair => !hasTag(pair))
  if (known.length === 0) return value
  for (const pair of pairs) if (hasTag(pair)) onCookie?.(pair.split('=', 1)[0]!)
  return known.join('; ')
}

function originForm (target: string): string {
  if (!/^https?:/i.test(target)) return target
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '')
  return path.startsWith('/') ? path : `/${path}`
}

function withHeaders (fields: readonly Field[], { headers, added }: PrepareOptions): readonly Field[] {
  let result = fields
  for (const [name, value] of Object.entries(headers)) {
    const had = headerValue(result, name) !== undefined
    const redacted = had && headerValues(result, name).some(hasTag)
    if (!redacted && name !== 'host' && !(added.has(name) && !had)) continue
    const at = result.findIndex(([each]) => each.toLowerCase() === name)
    const others = result.filter(([each]) => each.toLowerCase() !== name)
    const field: Field = at === -1 ? [name, value] : [result[at]![0], value]
    result = at === -1 ? [...others, field] : [...others.slice(0, at), field, ...others.slice(at)]
  }
  return result
}
