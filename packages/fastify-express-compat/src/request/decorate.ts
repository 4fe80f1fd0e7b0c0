import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import parseUrl from 'parseurl'
import type { Options as ParseRangeOptions } from 'range-parser'
import type { Compat } from '../compat.ts'
import { fault } from '../errors.ts'
import type { RowName } from '../table.ts'
import { clientAddress, clientAddresses, hostWithPort, protocol, subdomains, withoutPort } from './address.ts'
import { readCookies } from './cookies.ts'
import { requestHeader } from './header.ts'

/** The reply of a request, which Fastify does not keep. */
export const kReplyOf = Symbol('expressCompat.replyOf')
const kCookies = Symbol('expressCompat.cookies')

interface LinkedRequest extends FastifyRequest {
  [kReplyOf]?: FastifyReply
  [kCookies]?: ReturnType<typeof readCookies>
}

type Getter = (this: LinkedRequest) => unknown
type Method = (this: LinkedRequest, ...args: never[]) => unknown

/** Puts on the request what Express puts there, row by row. */
export function decorateRequest (fastify: FastifyInstance, compat: Compat): void {
  const { rows, trust, settings } = compat
  const { accepts, parseRange, typeIs } = compat.libraries
  let row: RowName = 'trustProxy'
  const getter = (name: string, get: Getter) => { place(fastify, name, { getter: get }, row) }
  const method = (name: string, call: Method) => { place(fastify, name, call, row) }
  const install: Array<[RowName, () => void]> = [
    ['trustProxy', () => {
      getter('ip', function () { return clientAddress(this, trust) })
    }],
    ['ips', () => getter('ips', function () { return clientAddresses(this, trust) })],
    ['forwardedFirst', () => getter('protocol', function () { return protocol(this, trust, true) })],
    ['hostname', () => getter('hostname', function () { return withoutPort(hostWithPort(this, trust, rows.forwardedFirst)) })],
    ['host', () => getter('host', function () {
      const host = hostWithPort(this, trust, rows.forwardedFirst)
      return compat.major === 4 ? withoutPort(host) : host
    })],
    ['subdomains', () => getter('subdomains', function () {
      return subdomains(withoutPort(hostWithPort(this, trust, rows.forwardedFirst)), settings.subdomainOffset ?? 2)
    })],
    ['secure', () => getter('secure', function () { return protocol(this, trust, rows.forwardedFirst) === 'https' })],
    ['xhr', () => getter('xhr', function () { return String(this.raw.headers['x-requested-with'] ?? '').toLowerCase() === 'xmlhttprequest' })],
    ['path', () => getter('path', function () { return (pathname(this) ?? '').slice(mountPath(this).length) || '/' })],
    ['baseUrl', () => getter('baseUrl', function () { return mountPath(this) })],
    ['get', () => {
      method('get', function (name: string) { return requestHeader(this, name) })
      method('header', function (name: string) { return requestHeader(this, name) })
    }],
    ['accepts', () => method('accepts', function (...types: string[]) { return accepts(this.raw).types(...types) })],
    ['acceptsOthers', () => {
      method('acceptsEncodings', function (...names: string[]) { return accepts(this.raw).encodings(...names) })
      method('acceptsCharsets', function (...names: string[]) { return accepts(this.raw).charsets(...names) })
      method('acceptsLanguages', function (...names: string[]) { return accepts(this.raw).languages(...names) })
    }],
    ['is', () => method('is', function (...types: Array<string | string[]>) { return typeIs(this.raw, Array.isArray(types[0]) ? types[0] : types as string[]) })],
    ['range', () => method('range', function (size: number, options?: ParseRangeOptions) {
      const header = this.raw.headers.range
      return header ? parseRange(size, header, options) : undefined
    })],
    ['fresh', () => {
      getter('fresh', function () { return isFresh(this, compat) })
      getter('stale', function () { return !isFresh(this, compat) })
    }],
    ['cookies', () => {
      const secrets = typeof settings.cookieSecret === 'string' ? [settings.cookieSecret] : settings.cookieSecret ?? []
      const read = (request: LinkedRequest) => { request[kCookies] ??= readCookies(request.raw.headers.cookie, secrets); return request[kCookies] }
      getter('cookies', function () { return read(this).cookies })
      getter('signedCookies', function () { return read(this).signedCookies })
    }]
  ]
  for (const [name, apply] of install) {
    row = name
    if (rows[name]) apply()
  }
}

const ofTrustProxy = new Set(['ip', 'ips', 'host', 'protocol'])

function place (fastify: FastifyInstance, name: string, value: unknown, row: RowName): void {
  try {
    fastify.decorateRequest(name, value as never)
  } catch (error) {
    if ((error as { code?: string }).code !== 'FST_ERR_DEC_ALREADY_PRESENT') throw error
    throw ofTrustProxy.has(name) ? fault('EXC_TRUST_PROXY') : fault('EXC_TAKEN', `request.${name}`, row)
  }
}

function pathname (request: FastifyRequest): string | null | undefined {
  return parseUrl(request.raw)?.pathname
}

function mountPath (request: FastifyRequest): string {
  const prefix = request.server.prefix.replace(/\/+$/, '')
  if (prefix === '') return ''
  const depth = prefix.split('/').length
  return (pathname(request) ?? '').split('/').slice(0, depth).join('/')
}

function isFresh (request: LinkedRequest, compat: Compat): boolean {
  const reply = request[kReplyOf]
  const { method } = request.raw
  if (reply === undefined || (method !== 'GET' && method !== 'HEAD')) return false
  const status = reply.raw.statusCode
  if ((status < 200 || status >= 300) && status !== 304) return false
  return compat.libraries.fresh(request.raw.headers, { etag: reply.getHeader('etag'), 'last-modified': reply.getHeader('last-modified') } as Record<string, string>)
}
