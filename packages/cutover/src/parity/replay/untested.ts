import type { Route } from '../../config/settings.ts'
import { formatRoute } from '../../config/route.ts'
import { meets } from './endpoint.ts'

/** The routes that no endpoint asked meets, as the config writes them. */
export function untestedRoutes (routes: readonly Route[], endpoints: Iterable<string>): readonly string[] {
  const asked = [...endpoints].map(endpoint => {
    const at = endpoint.indexOf(' ')
    return { method: endpoint.slice(0, at), segments: endpoint.slice(at + 1).split('/') }
  })
  return routes.filter(route => !asked.some(({ method, segments }) => meets(route, method, segments))).map(formatRoute)
}
