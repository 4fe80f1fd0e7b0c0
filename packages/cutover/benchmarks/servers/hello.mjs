// The same hello world, bare, over the bridge, and through the switch: hello.mjs KIND FOLDER
import { ready } from './ready.mjs'

const [kind, folder] = process.argv.slice(2)

async function fastifyApp () {
  const { default: Fastify } = await import('fastify')
  const app = Fastify()
  app.get('/hello', () => ({ hello: 'world' }))
  return app
}

async function expressApp () {
  const { default: express } = await import('express')
  const app = express()
  app.get('/hello', (request, response) => { response.json({ hello: 'world' }) })
  return app
}

async function throughSwitch (share, options) {
  const { createSwitch } = await import('cutover')
  const app = await createSwitch({
    legacy: await expressApp(),
    candidate: await fastifyApp(),
    features: { hello: { routes: ['GET /hello'], risk: 'low', share } },
    stateDir: folder,
    ...options
  })
  return app.listen({ port: 0, host: '127.0.0.1' })
}

async function overBridge () {
  const { default: Fastify } = await import('fastify')
  const { default: bridge } = await import('@fastify/express')
  const app = Fastify()
  await app.register(bridge)
  app.use(await expressApp())
  return app.listen({ port: 0, host: '127.0.0.1' })
}

const plain = { headers: { routedTo: false, requestId: false, forwarded: false }, metrics: false }
const kinds = {
  fastify: async () => (await fastifyApp()).listen({ port: 0, host: '127.0.0.1' }),
  express: async () => {
    const app = await expressApp()
    return new Promise(resolve => {
      const server = app.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`))
    })
  },
  bridge: overBridge,
  candidate: () => throughSwitch('100%', {}),
  candidate_plain: () => throughSwitch('100%', plain),
  legacy: () => throughSwitch('0%', {})
}
ready(String(await kinds[kind]()).replace(/\/$/, ''))
