import encodeUrl from 'encodeurl'
import escapeHtml from 'escape-html'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { IncomingMessage, ServerResponse } from 'node:http'
import onFinished from 'on-finished'
import parseUrl from 'parseurl'
import statuses from 'statuses'
import { headerName, kEmptyText, kImplicit, kOrder, kPlain, type MarkedReply } from '../answer/marks.ts'
import type { Compat } from '../compat.ts'

/** A page as Express's final handler writes it. */
export interface Page {
  readonly status: number
  readonly message: string
  readonly headers: Readonly<Record<string, unknown>>
}

interface Failure { status?: unknown, statusCode?: unknown, headers?: unknown, stack?: unknown, toString?: () => string }

/** The page of an error: its stack outside production, else the text of its status. */
export function errorPage (error: unknown, currentStatus: number, production: boolean, statusFirst = true): Page {
  const failure = Object(error) as Failure
  const named = statusFirst ? errorStatus(failure.status) ?? errorStatus(failure.statusCode) : errorStatus(failure.statusCode) ?? errorStatus(failure.status)
  const status = named ?? errorStatus(currentStatus) ?? 500
  const text = production ? undefined : (failure.stack as string | undefined) || (typeof failure.toString === 'function' ? String(error) : undefined)
  const headers = named !== undefined && typeof failure.headers === 'object' && failure.headers !== null ? failure.headers : {}
  return { status, message: text || (statuses.message[status] as string), headers: { ...headers } }
}

function errorStatus (value: unknown): number | undefined {
  return typeof value === 'number' && value >= 400 && value < 600 ? value : undefined
}

/** The page for a request that nothing answered. */
export function notFoundPage (request: IncomingMessage): Page {
  return { status: 404, message: `Cannot ${request.method} ${encodeUrl(originalPath(request))}`, headers: {} }
}

function originalPath (request: IncomingMessage): string {
  try {
    return String(parseUrl.original(request)?.pathname)
  } catch {
    return 'resource'
  }
}

function documentOf (page: Page): string {
  const body = escapeHtml(page.message).replaceAll('\n', '<br>').replaceAll('  ', ' &nbsp;')
  return `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>${body}</pre>\n</body>\n</html>\n`
}

/** Sends a page through Fastify, once the request has been read. */
export function sendPage (page: Page, request: FastifyRequest, reply: FastifyReply): void {
  const marked = reply as MarkedReply
  afterRequest(request.raw, () => {
    if (reply.sent || reply.raw.headersSent) return
    const body = documentOf(page)
    marked[kPlain] = true
    marked[kImplicit] = false
    marked[kEmptyText] = false
    reply.raw.statusCode = page.status
    reply.raw.statusMessage = statuses.message[page.status] as string
    for (const name of ['content-encoding', 'content-language', 'content-range']) reply.removeHeader(name)
    for (const [name, value] of Object.entries(page.headers)) reply.header(name, value)
    reply.header('Content-Security-Policy', "default-src 'none'")
    reply.header('X-Content-Type-Options', 'nosniff')
    reply.header('Content-Type', 'text/html; charset=utf-8')
    reply.header('Content-Length', Buffer.byteLength(body))
    restoreOrder(marked)
    reply.send(body)
  })
}

/** Fastify forgets the content type of a failed answer, and with it the place that Express keeps it in. */
function restoreOrder (reply: MarkedReply): void {
  const before = reply[kOrder]
  if (before === undefined || !(before.includes('content-type') || before.includes('content-length'))) return
  const now = reply.getHeaders()
  const names = [...before.filter(name => name in now), ...Object.keys(now).filter(name => !before.includes(name))]
  for (const name of names) {
    const shown = headerName(reply, name)
    reply.removeHeader(name)
    reply.header(shown, now[name as keyof typeof now])
  }
}

/** Writes a page to a response that Fastify does not hold. */
export function writePage (page: Page, request: IncomingMessage, res: ServerResponse): void {
  afterRequest(request, () => {
    if (res.headersSent) return
    const body = documentOf(page)
    res.statusCode = page.status
    res.statusMessage = statuses.message[page.status] as string
    for (const name of ['Content-Encoding', 'Content-Language', 'Content-Range']) res.removeHeader(name)
    for (const [name, value] of Object.entries(page.headers)) res.setHeader(name, value as string)
    res.setHeader('Content-Security-Policy', "default-src 'none'")
    res.setHeader('X-Content-Type-Options', 'nosniff')
    res.setHeader('Content-Type', 'text/html; charset=utf-8')
    res.setHeader('Content-Length', Buffer.byteLength(body))
    if (request.method === 'HEAD') res.end()
    else res.end(body)
  })
}

/** Answers for a reply that was taken over: the page of the error, or the 404 page without one. */
export function failAfterTakeOver (compat: Compat, reply: FastifyReply, error: Error | undefined): void {
  const { raw } = reply
  if (raw.headersSent) {
    raw.destroy()
    return
  }
  const page = error === undefined ? notFoundPage(reply.request.raw) : errorPage(error, raw.statusCode, compat.production)
  if (error !== undefined) reply.log[page.status < 500 ? 'info' : 'error']({ err: error }, error.message)
  writePage(page, reply.request.raw, raw)
}

function afterRequest (request: IncomingMessage, write: () => void): void {
  const { headers } = request
  if (request.complete || (headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0')) {
    write()
    return
  }
  request.unpipe()
  onFinished(request, write)
  request.resume()
}

/** What `expressErrors` gives: handlers for `setErrorHandler` and `setNotFoundHandler`. */
export interface ErrorHandlers {
  errorHandler (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void
  notFoundHandler (request: FastifyRequest, reply: FastifyReply): void
}

/**
 * The error and 404 pages of Express as handlers of Fastify.
 * In `production` an error shows the text of its status, in any other environment its stack.
 */
export function expressErrors (options: { readonly env?: string } = {}): ErrorHandlers {
  const production = (options.env ?? process.env.NODE_ENV) === 'production'
  return {
    errorHandler (error, request, reply) { sendPage(errorPage(error, reply.raw.statusCode, production), request, reply) },
    notFoundHandler (request, reply) { sendPage(notFoundPage(request.raw), request, reply) }
  }
}
