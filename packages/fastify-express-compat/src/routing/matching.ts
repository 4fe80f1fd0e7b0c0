import type { FastifyRequest } from 'fastify'
import parseUrl from 'parseurl'
import type { Rows } from '../table.ts'
import type { Pattern } from './pattern.ts'

/** How Express would match a route: its whole path, and under a prefix the mount path and the rest apart. */
export interface RoutePattern extends Pattern {
  readonly mounted?: { readonly mount: RegExp, readonly inner: RegExp }
}

/** Whether Express, too, would give this request to the route that Fastify found. Looks closely only at unusual targets. */
export function matches (rows: Rows, request: FastifyRequest, url: string, patterns: ReadonlyMap<string, RoutePattern>): boolean {
  if (url[0] === '*') return !rows.asteriskTarget || request.is404
  const odd = url[0] !== '/' || url.includes('#')
  const unusual = (rows.doubleRoot && url[1] === '/') || (rows.encodedPaths && (odd || url.includes('%'))) || (rows.emptyParameters && hasEmpty(request.params))
  const escaped = rows.mountedTargets && odd
  if (!unusual && !escaped) return true
  const route = request.routeOptions.url
  const pattern = route === undefined ? undefined : patterns.get(route)
  if (pattern === undefined) return true
  const path = parseUrl(request.raw)?.pathname ?? ''
  if (unusual && !pattern.regexp.test(path)) return false
  return !escaped || pattern.mounted === undefined || matchesMounted(pattern.mounted, url, path)
}

/**
 * The target without the second slash after a mount path, which Express 4 takes for the end of that path;
 * undefined when there is none.
 */
export function withoutDoubledSlash (patterns: ReadonlyMap<string, RoutePattern>, url: string): string | undefined {
  const path = url.split('?', 1)[0] as string
  for (const { mounted } of patterns.values()) {
    const taken = mounted?.mount.exec(path)?.[0]
    if (taken !== undefined && taken !== '' && url.startsWith('//', taken.length - 1)) return taken + url.slice(taken.length + 1)
  }
  return undefined
}

/** A router cuts as many characters from the target as its mount path took from the path, which may have been escaped and longer. */
function matchesMounted ({ mount, inner }: NonNullable<RoutePattern['mounted']>, url: string, path: string): boolean {
  const taken = mount.exec(path)?.[0].replace(/\/$/, '').length ?? 0
  const origin = /^[^/?]*:\/\/[^/]*/.exec(url)?.[0] ?? ''
  const rest = url.slice(origin.length + taken)
  const target = origin === '' && rest[0] !== '/' ? `/${rest}` : origin + rest
  return inner.test(parseUrl({ url: target } as FastifyRequest['raw'])?.pathname ?? '')
}

function hasEmpty (params: unknown): boolean {
  for (const name in params as Record<string, string> | null) if ((params as Record<string, string>)[name] === '') return true
  return false
}
