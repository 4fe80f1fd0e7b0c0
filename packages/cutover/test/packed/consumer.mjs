// A plain JavaScript project that uses the packed packages. Run by scripts/packed-smoke.mjs in a folder of its own.
import assert from 'node:assert/strict'
import Fastify from 'fastify'
import { createSwitch, defineConfig, errorTable } from 'cutover'
import cutover from 'cutover/fastify'
import * as compat from 'fastify-express-compat'

const features = { x: { routes: ['GET /x'], share: '100%' } }
const say = text => (request, response) => { response.end(text) }

const app = await createSwitch({ legacy: say('legacy'), candidate: say('candidate'), features, journal: false, environment: {} })
const url = await app.listen({ port: 0 })
for (const [path, expected] of [['/x', 'candidate'], ['/y', 'legacy']]) {
  const response = await fetch(url + path)
  assert.deepEqual([await response.text(), response.headers.get('x-routed-to')], [expected, expected])
}
await app.control.rollback('x', { who: 'smoke', why: '' })
assert.equal(await (await fetch(`${url}/x`)).text(), 'legacy')
await app.close()

const front = Fastify()
await front.register(cutover, { legacy: say('legacy'), features, journal: false, environment: {} })
front.get('/x', async () => 'candidate')
const address = await front.listen({ port: 0 })
assert.equal(await (await fetch(`${address}/x`)).text(), 'candidate')
assert.equal(await (await fetch(`${address}/y`)).text(), 'legacy')
await front.close()

for (const needs of [{ openfeature: { flags: { x: 'x' } } }, { telemetry: 'opentelemetry' }]) {
  await assert.rejects(createSwitch({ legacy: say('legacy'), candidate: say('candidate'), features, journal: false, environment: {}, ...needs }), { code: 'CUT_PACKAGE_MISSING', message: /^`(openfeature|telemetry).* needs the package @open(feature\/server-sdk|telemetry\/api), which is not installed/ })
}
assert.equal(typeof defineConfig, 'function')
assert.ok('CUT_CONFIG_INVALID' in errorTable)
assert.ok(Object.keys(compat).length > 0)
console.log('a switch, the Fastify plugin and the compat package work from plain JavaScript')
