import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import express from 'express'
import express4 from 'express4'
import Fastify, { type FastifyReply } from 'fastify'
import { Hono } from 'hono'
import { getRequestListener } from '@hono/node-server'
import Koa from 'koa'

/** A backend with its own way to read a request target, which tells the route that it matched in `x-match`. */
export interface Router {
  readonly name: string
  readonly server: Server
  close (): Promise<void>
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

function answer (response: ServerResponse, route: string): void {
  response.writeHead(200, { 'x-match': encodeURIComponent(route), 'content-length': 0 })
  response.end()
}

async function listening (name: string, handler: Handler, close = async (): Promise<void> => {}): Promise<Router> {
  const server = createServer((request, response) => {
    handler(request, response)
  })
  server.maxRequestsPerSocket = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    name,
    server,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await close()
    }
  }
}

/** Matches by a regular expression over whatever `read` makes of the target, as hand-written servers do. */
function plainRouter (routes: readonly string[], read: (target: string) => string): Handler {
  const patterns = routes.map(route => ({ route, pattern: new RegExp(`^${route.replace(/\/\*$/, '/.*').replace(/:\w+/g, '[^/]+')}$`) }))
  return (request, response) => {
    let path = ''
    try {
      path = read(request.url!)
    } catch {
      // It answers 404.
    }
    answer(response, patterns.find(({ pattern }) => pattern.test(path))?.route ?? '')
  }
}

/** Real routers, each with the given routes: static before parameters before wildcards, as the switch prefers them. */
export async function openRouters (routes: readonly string[]): Promise<readonly Router[]> {
  const ofExpress = (make: typeof express, wildcard: string): Handler => {
    const app = make()
    for (const route of routes) app.all(route.replace(/\*$/, wildcard), (_, response) => answer(response, route))
    app.use((_: unknown, response: ServerResponse) => answer(response, ''))
    app.use((_: unknown, __: unknown, response: ServerResponse, ___: unknown) => answer(response, ''))
    return app as unknown as Handler
  }
  const ofFastify = async (options: object): Promise<[Handler, () => Promise<void>]> => {
    const app = Fastify({ ...options, frameworkErrors: (_: Error, __: unknown, reply: unknown) => { (reply as FastifyReply).header('x-match', '').send() } })
    for (const route of routes) app.all(route, (_, reply) => reply.header('x-match', encodeURIComponent(route)).send())
    app.setNotFoundHandler((_, reply) => reply.header('x-match', '').send())
    await app.ready()
    return [app.routing as Handler, async () => { await app.close() }]
  }
  const hono = new Hono()
  for (const route of routes) hono.all(route, context => context.body(null, 200, { 'x-match': encodeURIComponent(route) }))
  hono.notFound(context => context.body(null, 200, { 'x-match': '' }))
  const koa = new Koa()
  koa.silent = true
  koa.use(context => {
    context.status = 200
    const found = routes.find(route => new RegExp(`^${route.replace(/\/\*$/, '/.*').replace(/:\w+/g, '[^/]+')}$`).test(context.path))
    context.set('x-match', encodeURIComponent(found ?? ''))
    context.body = ''
  })
  return await Promise.all([
    listening('express 4', ofExpress(express4 as unknown as typeof express, '*')),
    listening('express 5', ofExpress(express, '*rest')),
    listening('fastify', ...await ofFastify({})),
    listening('fastify, loose', ...await ofFastify({ routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, useSemicolonDelimiter: true } })),
    listening('hono', getRequestListener(hono.fetch) as Handler),
    listening('koa', koa.callback() as Handler),
    listening('WHATWG URL', plainRouter(routes, target => new URL(target, 'http://localhost').pathname)),
    listening('WHATWG URL, decoded', plainRouter(routes, target => decodeURIComponent(new URL(target, 'http://localhost').pathname))),
    listening('WHATWG URL behind a host', plainRouter(routes, target => new URL(target.startsWith('/') ? `http://localhost${target}` : target).pathname)),
    listening('split at the query, decoded', plainRouter(routes, target => decodeURIComponent(target.split(/[?#]/)[0]!)))
  ])
}

/**
 * Sends request targets as they are, pipelined, and reads what each was matched with; those that the parser of Node's
 * server would refuse must have been taken out.
 * @returns a route, or "" for none
 */
export async function matches (router: Router, targets: readonly string[]): Promise<readonly string[]> {
  const found: string[] = []
  while (found.length < targets.length) {
    const heads = await exchange(router.server, targets.slice(found.length, found.length + 100))
    if (heads.length === 0) throw new Error(`${router.name} said nothing to ${JSON.stringify(targets[found.length])}`)
    found.push(...heads.map(head => decodeURIComponent(/^x-match: ?(\S*)\r$/im.exec(head)?.[1] ?? '')))
  }
  return found
}

/** Those of the targets that the parser of Node's server lets through. */
export async function parseable (targets: readonly string[]): Promise<readonly string[]> {
  const seen = new Set<string>()
  const server = createServer((request, response) => {
    seen.add(request.url!)
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // One that is refused closes its connection, so each has its own.
  for (let i = 0; i < targets.length; i += 100) await Promise.all(targets.slice(i, i + 100).map(async target => await exchange(server, [target])))
  server.close()
  return targets.filter(target => seen.has(target))
}

/** The answers to pipelined requests, up to one that closed the connection. */
async function exchange (server: Server, targets: readonly string[]): Promise<string[]> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const text: string[] = []
  socket.on('error', () => {})
  socket.on('data', chunk => text.push(chunk.toString('latin1')))
  socket.write(targets.map((target, i) => `GET ${target} HTTP/1.1\r\nhost: localhost\r\n${i === targets.length - 1 ? 'connection: close\r\n' : ''}\r\n`).join(''), 'latin1')
  await once(socket, 'close')
  return text.join('').split(/(?=HTTP\/1\.1 \d{3} )/).filter(Boolean)
}
