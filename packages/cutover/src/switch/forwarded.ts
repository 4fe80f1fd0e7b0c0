import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import proxyAddr from 'proxy-addr'
import type { Settings } from '../config/settings.ts'

/** Whether an address, `hop` proxies away, is a proxy whose headers are believed. */
export type Trust = (address: string, hop: number) => boolean

/**
 * @throws TypeError for an address or range that is none; the config's check has caught it by then
 */
export function compileTrust (trusted: Settings['trustedProxies']): Trust {
  if (typeof trusted === 'boolean') return () => trusted
  if (typeof trusted === 'number') return (_, hop) => hop < trusted
  return proxyAddr.compile([...trusted])
}

/** The client's address, as far as trusted proxies tell it; undefined once the socket is gone. */
export function clientAddress (request: IncomingMessage, trust: Trust): string | undefined {
  if (request.socket.remoteAddress === undefined) return undefined
  return plain(proxyAddr(request, trust))
}

/** What an origin would otherwise believe of a client: replaced, or extended when a trusted proxy sent it. */
export const forwardingHeaders: readonly string[] = ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port']

interface Cached { readonly host: string, readonly lines: string }
const cached = Symbol('forwarding lines')

/**
 * The forwarding header lines of a request to an origin, each ended by CRLF: X-Forwarded-For, -Proto, -Host and
 * Forwarded (RFC 7239). What an untrusted client sent of these is dropped.
 */
export function forwardingLines (request: IncomingMessage, trust: Trust): string {
  const socket = request.socket as Socket & { [cached]?: Cached, encrypted?: boolean }
  const address = plain(socket.remoteAddress ?? 'unknown')
  const proto = socket.encrypted === true ? 'https' : 'http'
  if (trust(address, 0) && request.rawHeaders.some((name, i) => i % 2 === 0 && forwardingHeaders.includes(name.toLowerCase()))) {
    return extended(request, address, proto)
  }
  const host = hostOf(request.rawHeaders)
  const known = socket[cached]
  if (known !== undefined && known.host === host) return known.lines
  const lines = `X-Forwarded-For: ${address}\r\nX-Forwarded-Proto: ${proto}\r\n` +
    (host === '' ? '' : `X-Forwarded-Host: ${host}\r\n`) +
    `Forwarded: ${element(address, host, proto)}\r\n`
  socket[cached] = { host, lines }
  return lines
}

function extended ({ headers, rawHeaders }: IncomingMessage, address: string, proto: string): string {
  const host = hostOf(rawHeaders)
  const one = (name: string): string | undefined => headers[name]?.toString()
  const earlier = one('x-forwarded-for')
  const port = one('x-forwarded-port')
  return `X-Forwarded-For: ${earlier === undefined ? '' : `${earlier}, `}${address}\r\n` +
    `X-Forwarded-Proto: ${one('x-forwarded-proto') ?? proto}\r\n` +
    `X-Forwarded-Host: ${one('x-forwarded-host') ?? host}\r\n` +
    (port === undefined ? '' : `X-Forwarded-Port: ${port}\r\n`) +
    `Forwarded: ${headers.forwarded === undefined ? '' : `${headers.forwarded}, `}${element(address, host, proto)}\r\n`
}

function element (address: string, host: string, proto: string): string {
  const node = address.includes(':') ? `"[${address}]"` : address
  return `for=${node};${/^[\w.:[\]-]+$/.test(host) ? `host="${host}";` : ''}proto=${proto}`
}

function hostOf (raw: readonly string[]): string {
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]!.length === 4 && raw[i]!.toLowerCase() === 'host') return raw[i + 1]!
  }
  return ''
}

/** An IPv4 address without the IPv6 form in which a dual-stack socket gives it. */
function plain (address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address
}
