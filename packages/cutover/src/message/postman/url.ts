import { array, object, string } from '../json.ts'
import { percentEncoded, targetOf } from '../target.ts'
import { pairs, textOf } from './variables.ts'

export interface PostmanUrl {
  /** Scheme and authority; undefined when a variable in it is not known. */
  readonly origin: string | undefined
  readonly target: string
}

/**
 * Reads the `url` of a request, given as text or in parts.
 * @returns undefined when there is none
 */
export function urlFrom (url: unknown, extra: ReadonlyArray<readonly [string, string]>, fill: (text: string) => string): PostmanUrl | undefined {
  const parts = object(url)
  const raw = string(url) ?? (parts === undefined ? undefined : assembled(parts))
  if (raw === undefined || raw === '') return undefined
  const filled = fill(raw).split('#', 1)[0]!
  const found = /^([a-z][a-z\d+.-]*:\/\/)?([^/?]*)(.*)$/is.exec(filled)!
  const [, scheme = 'http://', authority, rest] = found as unknown as [string, string | undefined, string, string]
  const paths = new Map(pairs(parts?.['variable']).map(({ key, value }) => [key, fill(value)]))
  const [path, ...query] = rest.split('?')
  let target = path!.replace(/\/:([^/]+)/g, (whole, name: string) => paths.has(name) ? `/${percentEncoded(paths.get(name)!)}` : whole)
  if (query.length > 0) target += '?' + query.join('?')
  for (const [name, value] of extra) target += `${target.includes('?') ? '&' : '?'}${percentEncoded(name)}=${percentEncoded(value)}`
  return { origin: /^https?:\/\/$/i.test(scheme) && /^[^\s@{}\\]+$/.test(authority) ? scheme.toLowerCase() + authority : undefined, target: targetOf(target) }
}

function assembled (parts: Readonly<Record<string, unknown>>): string | undefined {
  const host = Array.isArray(parts['host']) ? array(parts['host']).map(textOf).join('.') : string(parts['host'])
  // The raw text shows disabled parameters too; the parts know better.
  if (host === undefined) return string(parts['raw'])
  const protocol = string(parts['protocol'])
  const port = textOf(parts['port'])
  const path = Array.isArray(parts['path']) ? array(parts['path']).map(part => textOf(object(part)?.['value'] ?? part)).join('/') : string(parts['path']) ?? ''
  const query = array(parts['query']).flatMap(each => {
    const pair = object(each)
    if (pair === undefined || pair['disabled'] === true) return []
    const key = textOf(pair['key'])
    return pair['value'] === null || pair['value'] === undefined ? [key] : [`${key}=${textOf(pair['value'])}`]
  })
  return (protocol === undefined ? '' : `${protocol}://`) + host + (port === '' ? '' : `:${port}`) +
    (path === '' ? '' : '/' + path.replace(/^\//, '')) + (query.length === 0 ? '' : '?' + query.join('&'))
}
