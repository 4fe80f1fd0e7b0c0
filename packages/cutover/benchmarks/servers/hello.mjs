// The same hello world, bare, over the bridge, and through the switch: hello.mjs KIND FOLDER
// Every process loads the same modules and makes the same two applications, as one in the middle of a migration does:
// what differs is the way to them alone.
import bridge from '@fastify/express'
import { createSwitch } from 'cutover'
import express from 'express'
import Fastify from 'fastify'
import { ready } from './ready.mjs'

const [kind, folder] = process.argv.slice(2)
const loopback = { port: 0, host: '127.0.0.1' }

const legacy = express()
legacy.get('/hello', (request, response) => { response.json({ hello: 'world' }) })
const candidate = Fastify()
candidate.get('/hello', () => ({ hello: 'world' }))
await candidate.ready()

async function throughSwitch (share, options) {
  const app = await createSwitch({
    legacy,
    candidate,
    features: { hello: { routes: ['GET /hello'], risk: 'low', share } },
    stateDir: folder,
    ...options
  })
  return app.listen(loopback)
}

async function overBridge () {
  const app = Fastify()
  await app.register(bridge)
  app.use(legacy)
  return app.listen(loopback)
}

const plain = { headers: { routedTo: false, requestId: false, forwarded: false }, metrics: false }
const kinds = {
  fastify: () => candidate.listen(loopback),
  express: () => new Promise(resolve => {
    const server = legacy.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`))
  }),
  bridge: overBridge,
  candidate: () => throughSwitch('100%', {}),
  candidate_plain: () => throughSwitch('100%', plain),
  legacy: () => throughSwitch('0%', {})
}
ready(String(await kinds[kind]()).replace(/\/$/, ''))
