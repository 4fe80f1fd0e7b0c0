// One server of the bench in a process of its own: `node bench-server.js fastify|again|off|compat|express4|express5`.
// Prints its port, then its processor time when asked, and ends when its input ends. Uses the built package.
import { createRequire } from 'node:module'
import fastify from 'fastify'
import { expressCompat, expressOptions, rowNames } from 'fastify-express-compat'

const require = createRequire(import.meta.url)
// Every process loads the same modules: what differs is what is used of them.
for (const name of ['express', 'express4']) require(name)
const payload = () => ({ id: 7, name: 'Corolla', make: 'Toyota', year: 2024, tags: ['sedan', 'hybrid'], price: { amount: 23900, currency: 'USD' } })
const variant = process.argv[2]

async function startFastify (options, factory = {}) {
  const app = fastify(factory)
  if (options !== undefined) await app.register(expressCompat, options)
  app.get('/vehicle', async () => payload())
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app.server
}

function startExpress (name) {
  const app = require(name)()
  app.set('env', 'production')
  app.get('/vehicle', (_req, res) => { res.json(payload()) })
  return new Promise(resolve => { const server = app.listen(0, '127.0.0.1', () => resolve(server)) })
}

const off = Object.fromEntries(rowNames.map(name => [name, false]))
const variants = {
  fastify: () => startFastify(),
  again: () => startFastify(),
  off: () => startFastify({ express: 5, ...off }),
  compat: () => startFastify({ express: 5 }, expressOptions({ express: 5 })),
  express5: () => startExpress('express'),
  express4: () => startExpress('express4')
}

const server = await variants[variant]()
// The same for all, so that no connection is closed between its blocks.
server.keepAliveTimeout = 72_000
process.stdout.write(`${server.address().port}\n`)
// Every line of input is answered with the processor time so far, in milliseconds.
process.stdin.on('data', () => { const { user, system } = process.cpuUsage(); process.stdout.write(`${(user + system) / 1000}\n`) })
process.stdin.on('end', () => process.exit(0))
