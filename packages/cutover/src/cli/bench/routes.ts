import type { LoadRequest } from '../../bench/generator/protocol.ts'
import type { PlannedRoute } from '../../bench/plan.ts'
import type { BenchRoute } from '../../config/rollout-settings.ts'
import type { Route, Settings } from '../../config/settings.ts'
import { fault } from '../../errors.ts'
import { RouteTable } from '../../switch/route-table.ts'
import { fillStep, type Values } from '../../parity/scenario/fill.ts'
import type { Step } from '../../parity/scenario/scenario.ts'

/** A route of a bench with the steps that its requests come from. */
export interface BenchedRoute extends PlannedRoute {
  /** Shown: `GET /api/vehicles`. */
  readonly title: string
  readonly steps: readonly Step[]
}

/**
 * The routes to measure: those of `bench.routes`, else the static GET routes of the features.
 * @param words which of them, by name; all when empty
 * @throws CUT_BENCH_ROUTES, CUT_USAGE
 */
export function benchedRoutes (settings: Settings, words: readonly string[]): readonly BenchedRoute[] {
  const featureOf = featureFinder(settings)
  const all = settings.bench.routes.length > 0 ? settings.bench.routes.map(route => configured(route, featureOf)) : staticRoutes(settings)
  if (all.length === 0) throw fault('CUT_BENCH_ROUTES', 'bench.routes is empty, and no feature lists a GET route without parameters')
  if (words.length === 0) return all
  const unknown = words.find(word => !all.some(({ name }) => name === word))
  if (unknown !== undefined) throw fault('CUT_USAGE', `There is no route "${unknown}" to measure. There are: ${all.map(({ name }) => name).join(', ')}.`)
  return all.filter(({ name }) => words.includes(name))
}

/** All requests of several routes in turn, as one. */
export function mixed (routes: readonly BenchedRoute[]): readonly BenchedRoute[] {
  return [{ name: 'mix', feature: undefined, title: routes.map(({ title }) => title).join(', '), steps: routes.flatMap(({ steps }) => steps) }]
}

/** A step's request with values in it. @throws CUT_BENCH_ROUTES */
export function loadRequest (step: Step, values: Values): LoadRequest {
  const filled = fillStep(step, values)
  if ('problem' in filled) throw fault('CUT_BENCH_ROUTES', `${step.request} cannot be sent: ${filled.problem}`)
  const { method, target, headers, body } = filled
  return { method, path: target, headers: Object.fromEntries(headers), ...(body.length > 0 && { body: body.toString('utf8') }) }
}

type FeatureFinder = (method: string, path: string) => string | undefined

function featureFinder ({ features }: Settings): FeatureFinder {
  const table = new RouteTable(features.flatMap(({ name, routes }) => routes.map(route => [route, { name }] as const)))
  return (method, path) => table.find(method, path)?.name
}

function configured ({ name, method, path, headers, body, feature }: BenchRoute, featureOf: FeatureFinder): BenchedRoute {
  const content = body === undefined ? {} : typeof body === 'string' ? { text: body } : { json: body }
  return { name, feature: feature ?? featureOf(method, path), title: `${method} ${path}`, steps: [{ request: `${method} ${path}`, headers, ...content }] }
}

function staticRoutes ({ features, parity }: Settings): BenchedRoute[] {
  const isStatic = ({ methods, path }: Route): boolean => (methods === undefined || methods.includes('GET')) && !/[:*]/.test(path)
  return features.flatMap(({ name: feature, routes }) => routes.filter(isStatic).map((route): BenchedRoute => {
    const title = `GET ${route.path}`
    return { name: route.path, feature, title, steps: [{ request: title, headers: parity.fuzz.headers }] }
  }))
}
