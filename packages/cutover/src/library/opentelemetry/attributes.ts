import type { IncomingMessage } from 'node:http'
import type { Attributes } from '@opentelemetry/api'
import type { BackendName } from '../../config/target.ts'
import type { Decision } from '../../switch/feature.ts'

// Names of the semantic conventions for HTTP that are stable (https://opentelemetry.io/docs/specs/semconv/http/), and
// under `cutover` what only a switch knows. Queries are left out: they may hold secrets.

const methods = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE', 'QUERY'])

/** A method as attributes name it, so that clients cannot make up series. */
export function methodOf (request: IncomingMessage): string {
  return methods.has(request.method!) ? request.method! : '_OTHER'
}

export function schemeOf (request: IncomingMessage): string {
  return (request.socket as { encrypted?: boolean }).encrypted === true ? 'https' : 'http'
}

/** @param address the client's, as far as trusted proxies tell it */
export function serverAttributes (request: IncomingMessage, address: string | undefined): Attributes {
  const method = methodOf(request)
  const host = hostOf(request)
  const agent = request.headers['user-agent']
  const query = request.url!.indexOf('?')
  return {
    'http.request.method': method,
    ...(method === '_OTHER' ? { 'http.request.method_original': request.method! } : {}),
    'url.path': query === -1 ? request.url! : request.url!.slice(0, query),
    'url.scheme': schemeOf(request),
    'network.protocol.version': request.httpVersion,
    ...(host === undefined ? {} : host),
    ...(address === undefined ? {} : { 'client.address': address }),
    ...(request.socket.remoteAddress === undefined ? {} : { 'network.peer.address': request.socket.remoteAddress }),
    ...(agent === undefined ? {} : { 'user_agent.original': agent })
  }
}

function hostOf (request: IncomingMessage): Attributes | undefined {
  const [, name, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(request.headers.host ?? '') ?? []
  return name === undefined || name === '' ? undefined : { 'server.address': name, ...(port === undefined ? {} : { 'server.port': Number(port) }) }
}

/** Where a forwarded request goes. */
export function originAttributes (origin: URL): Attributes {
  return { 'server.address': origin.hostname, 'server.port': Number(origin.port) || (origin.protocol === 'https:' ? 443 : 80) }
}

export function clientAttributes (request: IncomingMessage, backend: BackendName, origin: URL): Attributes {
  const path = request.url!.startsWith('/') ? request.url!.split('?', 1)[0]! : ''
  return {
    'http.request.method': methodOf(request),
    'url.full': `${origin.origin}${origin.pathname.replace(/\/$/, '')}${path}`,
    'network.protocol.version': '1.1',
    'cutover.backend': backend,
    ...originAttributes(origin)
  }
}

export function decisionAttributes ({ backend, reason, feature }: Decision): Attributes {
  return { 'cutover.backend': backend, 'cutover.reason': reason, ...(feature === undefined ? {} : { 'cutover.feature': feature.name }) }
}
