import { isIP } from 'node:net'
import proxyAddress from 'proxy-addr'
import type { FastifyRequest } from 'fastify'
import type { Compat } from '../compat.ts'
import type { TrustProxy } from '../options.ts'

type Trust = Compat['trust']

/** `trust proxy` as a function of the address and its distance. */
export function compileTrust (setting: TrustProxy | undefined): Trust {
  if (typeof setting === 'function') return setting
  if (setting === true) return () => true
  if (typeof setting === 'number') return (_address, hop) => hop < setting
  const list = typeof setting === 'string' ? setting.split(',').map(entry => entry.trim()) : [...(setting || [])]
  return proxyAddress.compile(list)
}

/** The client's address. */
export function clientAddress (request: FastifyRequest, trust: Trust): string {
  return proxyAddress(request.raw, trust)
}

/** The forwarded addresses that are trusted, farthest first. */
export function clientAddresses (request: FastifyRequest, trust: Trust): string[] {
  const addresses = proxyAddress.all(request.raw, trust)
  addresses.reverse().pop()
  return addresses
}

/** `http` or `https`, from the trusted proxy's header or the socket. */
export function protocol (request: FastifyRequest, trust: Trust, first: boolean): string {
  const socket = request.raw.socket as FastifyRequest['raw']['socket'] & { encrypted?: boolean }
  const own = socket.encrypted ? 'https' : 'http'
  if (!trust(socket.remoteAddress as string, 0)) return own
  return entry(String(request.raw.headers['x-forwarded-proto'] || own), first).trim()
}

/** The host with its port, from the trusted proxy's header or `Host`. */
export function hostWithPort (request: FastifyRequest, trust: Trust, first: boolean): string | undefined {
  const forwarded = request.raw.headers['x-forwarded-host']
  if (!forwarded || !trust(request.raw.socket.remoteAddress as string, 0)) return request.raw.headers.host || undefined
  return entry(String(forwarded), first).trimEnd() || undefined
}

function entry (list: string, first: boolean): string {
  if (!list.includes(',')) return list
  return first ? list.slice(0, list.indexOf(',')) : list.slice(list.lastIndexOf(',') + 1)
}

/** A host without its port; an IPv6 literal keeps its brackets. */
export function withoutPort (host: string | undefined): string | undefined {
  if (!host) return undefined
  const colon = host.indexOf(':', host[0] === '[' ? host.indexOf(']') + 1 : 0)
  return colon === -1 ? host : host.slice(0, colon)
}

/** The labels of a host name before its last ones, nearest first. */
export function subdomains (hostname: string | undefined, offset: number): string[] {
  if (!hostname) return []
  return (isIP(hostname) ? [hostname] : hostname.split('.').reverse()).slice(offset)
}
