import { comparisonProblems } from './comparison-check.ts'
import { openFeatureProblems } from './resolve-openfeature.ts'
import { rolloutProblems } from './rollout-check.ts'
import { routeKeys, parseRoute } from './route.ts'
import type { BackendConfig, FeatureConfig, ResolvedConfig } from './schema.ts'
import type { BackendName } from './target.ts'

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]', '0.0.0.0'])
const reservedHeaders = new Set(['authorization', 'connection', 'content-length', 'cookie', 'expect', 'host', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

/** What a schema cannot say: mistakes between several places of a configuration, one line each. */
export function crossProblems (config: ResolvedConfig): readonly string[] {
  return [
    ...backendProblems('legacy', config.legacy, config),
    ...backendProblems('candidate', config.candidate, config),
    ...sameBackendProblems(config),
    ...Object.entries(config.features).flatMap(([name, feature]) => featureProblems(name, feature)),
    ...duplicateRouteProblems(config),
    ...forceProblems(config),
    ...unknownFeatureProblems(config),
    ...comparisonProblems(config.parity.compare, 'parity.compare'),
    ...twinProblems(config),
    ...stateProblems(config),
    ...fuzzProblems(config),
    ...rolloutProblems(config),
    ...openFeatureProblems(config)
  ]
}

function backendProblems (name: BackendName, backend: BackendConfig, config: ResolvedConfig): string[] {
  const kinds = (['module', 'listener', 'command'] as const).filter(kind => backend[kind] !== undefined)
  const problems: string[] = []
  if (kinds.length > 1) problems.push(`${name}: has ${kinds.join(' and ')}: keep one`)
  if (kinds.length === 0 && backend.origin === undefined) problems.push(`${name}: says nowhere to send requests: give it a module, a listener, a command with its origin, or an origin`)
  if (backend.command !== undefined && backend.origin === undefined) problems.push(`${name}.origin: is missing: a command needs the URL at which it answers`)
  if (backend.origin !== undefined && kinds.some(kind => kind !== 'command')) problems.push(`${name}.origin: does not go with ${kinds.join(' and ')}, which runs in this process`)
  if (backend.export !== undefined && backend.module === undefined) problems.push(`${name}.export: only goes with module`)
  for (const key of ['cwd', 'env'] as const) {
    if (backend[key] !== undefined && backend.command === undefined) problems.push(`${name}.${key}: only goes with command`)
  }
  return [...problems, ...originProblems(name, backend.origin, config)]
}

function originProblems (name: BackendName, origin: string | undefined, { listen }: ResolvedConfig): string[] {
  if (origin === undefined) return []
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  if (url === undefined) return [`${name}.origin: "${origin}" is not a URL`]
  if (url.username !== '' || url.password !== '') return [`${name}.origin: has a user name or password, which is not sent: leave it out`]
  if (url.search !== '' || url.hash !== '') return [`${name}.origin: has a query or fragment: leave it out`]
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  const own = listen.port !== 0 && port === listen.port && (url.hostname === listen.host || (loopback.has(url.hostname) && loopback.has(listen.host)))
  return own ? [`${name}.origin: ${origin} is where the switch itself listens: give one of them another port`] : []
}

function sameBackendProblems ({ legacy, candidate }: ResolvedConfig): string[] {
  if (legacy.origin !== undefined && candidate.origin !== undefined && URL.canParse(legacy.origin) && URL.canParse(candidate.origin) &&
    new URL(legacy.origin).href === new URL(candidate.origin).href) return [`candidate.origin: is legacy's own, ${legacy.origin}: nothing would move`]
  if (legacy.listener !== undefined && legacy.listener === candidate.listener) return ['candidate.listener: is legacy\'s own: nothing would move']
  if (legacy.module !== undefined && legacy.module === candidate.module && legacy.export === candidate.export) return [`candidate.module: is legacy's own, ${legacy.module}: nothing would move`]
  return []
}

function featureProblems (name: string, feature: FeatureConfig): string[] {
  const problems = feature.routes.flatMap((text, index) => {
    const route = parseRoute(text)
    return typeof route === 'string' ? [`features.${name}.routes[${index}]: "${text}" ${route}`] : []
  })
  if (feature.pin !== undefined && feature.stickyBy === undefined) problems.push(`features.${name}.pin: needs stickyBy, which says who a request is from`)
  const both = (feature.pin?.legacy ?? []).filter(key => feature.pin?.candidate?.includes(key))
  return [...problems, ...both.map(key => `features.${name}.pin: "${key}" is pinned to both sides`)]
}

function duplicateRouteProblems ({ features }: ResolvedConfig): string[] {
  const first = new Map<string, { place: string, text: string }>()
  return Object.entries(features).flatMap(([name, feature]) => feature.routes.flatMap((text, index) => {
    const route = parseRoute(text)
    if (typeof route === 'string') return []
    const place = `features.${name}.routes[${index}]`
    const keys = routeKeys(route)
    const other = keys.map(key => first.get(key)).find(found => found !== undefined)
    for (const key of keys) if (!first.has(key)) first.set(key, { place, text })
    return other === undefined ? [] : [`${place}: "${text}" matches the same requests as "${other.text}" in ${other.place}: keep one`]
  }))
}

function unknownFeatureProblems (config: ResolvedConfig): string[] {
  const known = Object.keys(config.features)
  return (['record', 'shadow'] as const).flatMap(section => (config[section].features ?? []).flatMap((name, index) =>
    known.includes(name) ? [] : [`${section}.features[${index}]: there is no feature "${name}"; there are ${known.join(', ') || 'none'}`]))
}

function forceProblems ({ force, admin }: ResolvedConfig): string[] {
  const problems: string[] = []
  if (reservedHeaders.has(force.header.toLowerCase())) problems.push(`force.header: "${force.header}" has a meaning of its own in HTTP: name another`)
  if (force.secret !== undefined && force.secret === admin.token) problems.push('force.secret: is the admin token too: testers must not be able to change shares')
  if (force.secret !== undefined && /\s/.test(force.secret)) problems.push('force.secret: has white space, which a header cannot carry unchanged')
  return problems
}

function twinProblems ({ parity: { twin }, legacy, candidate }: ResolvedConfig): string[] {
  if (twin === undefined) return []
  const place = 'parity.twin'
  if (!URL.canParse(twin)) return [`${place}: "${twin}" is not a URL`]
  const url = new URL(twin)
  if (url.username !== '' || url.password !== '') return [`${place}: has a user name or password, which is not sent: leave it out`]
  if (legacy.origin === undefined || legacy.command !== undefined) return [`${place}: only goes with a legacy that is an origin; of one that cutover starts, it starts the twin too`]
  if (isSame(url, legacy.origin)) return [`${place}: is legacy itself, so nothing could be learned from it: name a second instance`]
  return isSame(url, candidate.origin) ? [`${place}: is the candidate: name a second instance of legacy`] : []
}

function isSame (url: URL, origin: string | undefined): boolean {
  return origin !== undefined && URL.canParse(origin) && new URL(origin).href === url.href
}

function fuzzProblems ({ parity: { fuzz } }: ResolvedConfig): string[] {
  const names = Object.keys(fuzz.headers).filter(name => !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)).map(name => `parity.fuzz.headers: ${JSON.stringify(name)} is not the name of a header`)
  const values = Object.entries(fuzz.headers).filter(([, value]) => /[\r\n\0]/.test(value)).map(([name]) => `parity.fuzz.headers.${name}: has a line break or NUL, which no header can carry`)
  const routes = fuzz.skip.flatMap((text, index) => {
    const route = parseRoute(text)
    return typeof route === 'string' ? [`parity.fuzz.skip[${index}]: "${text}" ${route}`] : []
  })
  return [...names, ...values, ...routes]
}

function stateProblems ({ parity: { state } }: ResolvedConfig): string[] {
  return state.postgres === undefined || state.mongodb === undefined ? [] : ['parity.state: has postgres and mongodb: keep one, the database that both backends write to']
}
