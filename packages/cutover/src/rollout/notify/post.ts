import { version } from '../../config/version.ts'
import { told, type Outcome } from './delivery.ts'

/** Where to post: the URL's user name and password, which fetch refuses, have become a header. */
export interface Place {
  readonly url: string
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
}

/** @returns undefined when it is no http: or https: URL */
export function placeOf (text: string): Place | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined
  const { username, password, host } = url
  url.username = url.password = ''
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { url: url.href, host, headers: credentials === ':' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } }
}

/** Statuses that pass: too early, too many, and what a server says of itself. */
const passing = new Set([408, 425, 429])
const longestAskedMs = 30_000

/**
 * Posts JSON once. The answer's body is never read, redirects are not followed: a secret must not travel on.
 * Nothing of the URL but its host, and nothing that the other side said, gets into the outcome.
 */
export async function post ({ url, headers }: Place, body: string, more: Readonly<Record<string, string>>, signal: AbortSignal, timeoutMs: number): Promise<Outcome> {
  const late = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': `cutover/${version}`, ...headers, ...more },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, late])
    })
    await response.body?.cancel()
    if (response.ok) return told
    const { status } = response
    const seconds = Number(response.headers.get('retry-after') ?? NaN)
    return {
      told: false,
      detail: status >= 300 && status < 400 ? `answered ${status}, and redirects are not followed` : `answered ${status}`,
      again: status >= 500 || passing.has(status),
      ...(seconds > 0 ? { afterMs: Math.min(seconds * 1000, longestAskedMs) } : {})
    }
  } catch (error) {
    if (signal.aborted) return { told: false, detail: 'the switch closed first', again: false }
    return { told: false, detail: late.aborted ? `did not answer within ${timeoutMs} ms` : `could not be reached (${codeOf(error)})`, again: true }
  }
}

/** The system's code of what went wrong: a message could repeat the URL. */
function codeOf (error: unknown): string {
  const { cause, name } = error as { cause?: { code?: unknown }, name?: unknown }
  return String(cause?.code ?? name ?? 'failed')
}
