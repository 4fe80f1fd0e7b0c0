import type { Pattern } from './pattern.ts'

/** A route that was registered after the plugin. */
export interface KnownRoute {
  readonly methods: readonly string[]
  readonly url: string
  readonly pattern: Pattern
  /** It is no route in Express, as `express.static` is none. */
  readonly middleware: boolean
}

/** Whether Express would let the route answer this method: `HEAD` goes to `GET`. */
export function answers (route: KnownRoute, method: string): boolean {
  return route.methods.includes(method) || (method === 'HEAD' && route.methods.includes('GET'))
}

/**
 * The methods of the routes at this path for an `Allow` header, in Express's order of registration,
 * each with the `HEAD` that comes with `GET`.
 */
export function allowedMethods (routes: readonly KnownRoute[], path: string): string[] {
  const found = new Set<string>()
  for (const route of routes) {
    if (route.middleware || !route.pattern.regexp.test(path)) continue
    for (const method of route.methods) found.add(method)
    if (route.methods.includes('GET')) found.add('HEAD')
  }
  return [...found]
}

/** What is wrong with the parameters of a path: the text that cannot be decoded, at the first route that has it as a parameter. */
export function undecodable (routes: readonly KnownRoute[], path: string, splitWildcards: boolean): string | undefined {
  for (const route of routes) {
    const match = route.middleware ? null : route.pattern.regexp.exec(path)
    if (match === null) continue
    const values = match.slice(1).flatMap((value, i) => splitWildcards && route.pattern.names[i] === '*' ? value.split('/') : [value])
    for (const value of values as Array<string | undefined>) {
      if (value === undefined) continue
      try {
        decodeURIComponent(value)
      } catch {
        return value
      }
    }
  }
  return undefined
}
