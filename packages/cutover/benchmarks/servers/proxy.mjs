// One proxy in front of an upstream: proxy.mjs KIND UPSTREAM FOLDER
import { Agent, createServer } from 'node:http'
import { ready } from './ready.mjs'

const [kind, upstream, folder] = process.argv.slice(2)
const hop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'expect'])
const agent = new Agent({ keepAlive: true, maxSockets: 256 })

const kinds = {
  async ours () {
    const { openGateway, resolveConfig } = await import('cutover')
    const config = resolveConfig({
      // Another name of the same upstream, since a configuration may not name one origin twice; it gets no traffic.
      legacy: { origin: upstream.replace('127.0.0.1', 'localhost') },
      candidate: { origin: upstream },
      features: { all: { routes: ['/*'], share: '100%' } },
      listen: { port: 0 },
      admin: { enabled: false },
      stateDir: folder
    }, { folder })
    const gateway = await openGateway(config, { log: () => {} })
    return gateway.url
  },
  async fastify_http_proxy () {
    const { default: Fastify } = await import('fastify')
    const { default: proxy } = await import('@fastify/http-proxy')
    const app = Fastify()
    await app.register(proxy, { upstream })
    return app.listen({ port: 0, host: '127.0.0.1' })
  },
  async http_proxy_middleware () {
    const { createProxyMiddleware } = await import('http-proxy-middleware')
    return serve(createProxyMiddleware({ target: upstream, agent }))
  },
  async httpxy () {
    const { createProxyServer } = await import('httpxy')
    const proxy = createProxyServer({ target: upstream, agent })
    return serve((request, response) => proxy.web(request, response))
  },
  // The least that undici can forward with: what a switch built on it could at best be.
  async undici () {
    const { Pool } = await import('undici')
    const pool = new Pool(upstream, { connections: 128, pipelining: 1 })
    return serve((request, response) => {
      const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined
      pool.dispatch({
        path: request.url,
        method: request.method,
        headers: withoutConnection(request.rawHeaders),
        body: hasBody ? request : null
      }, new Passer(response))
    })
  }
}

class Passer {
  constructor (response) { this.response = response }
  onConnect () {}
  onHeaders (status, headers, resume, message) {
    const pairs = []
    for (let i = 0; i < headers.length; i += 2) {
      const name = headers[i].latin1Slice()
      if (!hop.has(name.toLowerCase())) pairs.push(name, headers[i + 1].latin1Slice())
    }
    this.response.writeHead(status, message, pairs)
    this.resume = resume
    return true
  }

  onData (chunk) {
    if (this.response.write(chunk)) return true
    this.response.once('drain', this.resume)
    return false
  }

  onComplete () { this.response.end() }
  onError (error) { this.response.destroy(error) }
}

function withoutConnection (raw) {
  const pairs = []
  for (let i = 0; i < raw.length; i += 2) {
    if (!hop.has(raw[i].toLowerCase())) pairs.push(raw[i], raw[i + 1])
  }
  return pairs
}

function serve (listener) {
  return new Promise(resolve => {
    const server = createServer(listener).listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`))
  })
}

ready(await kinds[kind]())
