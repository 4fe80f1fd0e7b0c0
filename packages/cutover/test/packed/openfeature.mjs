// A project that has OpenFeature and OpenTelemetry beside the packed packages. Run by scripts/packed-smoke.mjs.
import assert from 'node:assert/strict'
import { trace } from '@opentelemetry/api'
import { InMemoryProvider, OpenFeature } from '@openfeature/server-sdk'
import { createSwitch } from 'cutover'
import { backendProvider, cutoverProvider, requestContext } from 'cutover/openfeature'

const client = OpenFeature.getClient()
const flags = { x: { variants: { all: true }, defaultVariant: 'all', disabled: false } }
const spans = []
trace.setGlobalTracerProvider({
  getTracer: name => ({
    startSpan: (...about) => {
      spans.push([name, ...about])
      return trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 0 })
    }
  })
})

const app = await createSwitch({
  legacy: (request, response) => { response.end('legacy') },
  candidate: async (request, response) => { response.end(await client.getStringValue('x', 'none', requestContext(response))) },
  features: { x: { routes: ['GET /x'] } },
  openfeature: { flags: { x: 'x' }, provider: () => new InMemoryProvider(flags) },
  journal: false,
  environment: {}
})
await OpenFeature.setProviderAndWait(cutoverProvider(app))
assert.equal(await (await fetch(`${await app.listen({ port: 0 })}/x`)).text(), 'candidate')
await app.close()
assert.deepEqual(spans.map(([name, method]) => [name, method]), [['cutover', 'GET']])
await OpenFeature.setProviderAndWait(backendProvider('legacy', { features: ['x'] }))
assert.equal(await client.getBooleanValue('x', true), false)
console.log('shares come from flags, flags tell the side, and spans go to OpenTelemetry')
