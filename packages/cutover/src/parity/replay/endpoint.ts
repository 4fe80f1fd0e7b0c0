import type { Route } from '../../config/settings.ts'
import { isInvented } from '../value-class.ts'

/**
 * The name under which a recorded request is counted: that of the route it meets, else its path with `${id}` for
 * segments that are ids: uuids, numbers, tokens, words with several digits.
 * @param routes those with parameters are asked first
 */
export function endpointName (method: string, target: string, routes: readonly Route[] = []): string {
  const path = pathOf(target)
  const segments = path.split('/')
  const route = routes.find(one => one.path.includes('/:') && !one.path.endsWith('*') && meets(one, method, segments))
  if (route !== undefined) return `${method} ${route.path.replace(/\/:(\w+)/g, (_all, name: string) => `/\${${name}}`)}`
  return `${method} ${segments.map(segment => isId(segment) ? '${id}' : segment).join('/')}` // eslint-disable-line no-template-curly-in-string
}

/** The path of a target, without query. */
export function pathOf (target: string): string {
  return target.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] || '/'
}

/** Whether a request belongs to a route. */
export function meets (route: Route, method: string, segments: readonly string[]): boolean {
  if (route.methods !== undefined && !route.methods.includes(method) && !(method === 'HEAD' && route.methods.includes('GET'))) return false
  const wanted = route.path.split('/')
  const open = wanted.at(-1) === '*'
  if (open ? segments.length < wanted.length : segments.length !== wanted.length) return false
  return wanted.every((segment, index) => (open && index === wanted.length - 1) || (segment.startsWith(':') && segments[index] !== '') || segment === segments[index])
}

function isId (segment: string): boolean {
  if (/^-?\d+$/.test(segment) || isInvented(segment) || /^redacted-[0-9a-f]{16}$/.test(segment)) return true
  return segment.length >= 8 && (segment.match(/\d/g)?.length ?? 0) >= 3 && /^[\w.~%@+-]+$/.test(segment)
}
