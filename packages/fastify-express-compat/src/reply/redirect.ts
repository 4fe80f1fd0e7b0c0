import encodeUrl from 'encodeurl'
import escapeHtml from 'escape-html'
import type { FastifyReply } from 'fastify'
import statuses from 'statuses'
import vary from 'vary'
import { kPlain, type MarkedReply } from '../answer/marks.ts'
import { methodBehind, rowsOf, type Compat } from '../compat.ts'
import { acceptedType } from '../request/negotiation.ts'
import type { Rows } from '../table.ts'
import { takeOver } from './raw.ts'
import { requestHeader } from '../request/header.ts'

type Redirect = (this: FastifyReply, first: string | number, second?: string | number) => FastifyReply

/** `reply.redirect` in both orders of its arguments, with the body that Express gives it. */
export function createRedirect (compat: Compat): Redirect {
  let fastifyRedirect: Redirect | undefined
  return function redirect (this: MarkedReply, first: string | number, second?: string | number): FastifyReply {
    fastifyRedirect ??= methodBehind<Redirect>(this, 'redirect', redirect as never)
    const rows = rowsOf(compat, this.request)
    const { url, status } = readArguments(rows, this, first, second)
    const address = locationOf(compat, rows, this, url)
    if (!rows.redirect) return fastifyRedirect.call(this, address, status)
    this.header('Location', address)
    const body = redirectBody(compat, this, status, address)
    this.code(status ?? 302)
    this[kPlain] = true
    this.header('Content-Length', Buffer.byteLength(body ?? ''))
    if (this.raw.statusCode !== 204 || !rows.redirectBodyless) return this.send(body)
    takeOver(compat, this).end(body)
    return this
  }
}

function readArguments (rows: Rows, reply: FastifyReply, first: string | number, second: string | number | undefined) {
  const kept = rows.redirectStatus ? 302 : undefined
  if (rows.redirectArguments && typeof first === 'number' && second !== undefined) return { url: String(second), status: first }
  const status = typeof second === 'number' ? second : kept
  return { url: first as string, status: status ?? (reply.raw.statusCode === 200 ? 302 : reply.raw.statusCode) }
}

/** The `Location` of a URL as these rows give it. */
export function locationOf (compat: Compat, rows: Rows, reply: FastifyReply, url: string): string {
  let target = url
  if (target === 'back' && rows.redirectBack && compat.major === 4) target = String(requestHeader(reply.request, 'referrer') || '/')
  return rows.locationEncoding ? encodeUrl(target) : target
}

function redirectBody (compat: Compat, reply: FastifyReply, status: number | undefined, address: string): string | undefined {
  const type = acceptedType(compat, reply.request, ['text', 'html'])
  reply.header('Vary', vary.append(String(reply.getHeader('vary') ?? ''), 'Accept'))
  const title = statuses.message[status ?? 302]
  if (type === 'text') {
    reply.header('Content-Type', 'text/plain; charset=utf-8')
    return `${title}. Redirecting to ${address}`
  }
  if (type === 'html') {
    reply.header('Content-Type', 'text/html; charset=utf-8')
    const shown = `<p>${title}. Redirecting to ${escapeHtml(address)}</p>`
    return compat.major === 4 ? shown : `<!DOCTYPE html><head><title>${title}</title></head><body>${shown}</body>`
  }
  return undefined
}
