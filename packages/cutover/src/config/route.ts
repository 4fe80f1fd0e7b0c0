import type { Route } from './settings.ts'

/**
 * Reads a route: `/path`, `GET /path`, `GET|POST /path`; the path may have `:params` and end in `/*`.
 * @returns the route, or a line that says what is wrong with it
 */
export function parseRoute (text: string): Route | string {
  const match = /^(?:([A-Z]+(?:\|[A-Z]+)*) )?(\/\S*)$/.exec(text)
  if (match === null) return 'is not a route: "/path", "GET /path" or "GET|POST /path"'
  const path = match[2]!
  if (/[?#]/.test(path)) return 'has a query or fragment: a route is matched by its path alone'
  const star = path.indexOf('*')
  if (star !== -1 && (star !== path.length - 1 || path[star - 1] !== '/')) return 'has a wildcard inside: "*" may only be the last segment, as in "/api/*"'
  const names = path.split('/').filter(segment => segment.startsWith(':')).map(segment => segment.slice(1))
  if (names.some(name => !/^\w+$/.test(name))) return 'has a parameter without a plain name: write "/:id"'
  return { methods: match[1]?.split('|'), path }
}

/** Writes a route as the config does: `GET|POST /path`. */
export function formatRoute (route: Route): string {
  return route.methods === undefined ? route.path : `${route.methods.join('|')} ${route.path}`
}

/**
 * What two routes have in common when they match the same requests, one key a method (`*` for all):
 * parameters lose their names, letters their case, slashes their doubles and the last one.
 */
export function routeKeys (route: Route): readonly string[] {
  const path = decoded(route.path).toLowerCase().replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '')
  const shape = path.split('/').map(segment => segment.startsWith(':') ? ':' : segment).join('/')
  return (route.methods ?? ['*']).map(method => `${method} ${shape}`)
}

function decoded (path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
