import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createSwitch, type LogEvent } from 'cutover'
import { setUp } from './sdk.ts'

test('an SDK that throws harms no request, and the origin still gets the client\'s trace', async t => {
  const faults = new Set<string>()
  const hurt = (where: string): void => { if (faults.has(where)) throw new Error(`hurt at ${where}`) }
  setUp({ processors: [{ onStart: span => hurt(`start ${(span as unknown as { kind: number }).kind}`), onEnd: () => hurt('end'), forceFlush: async () => {}, shutdown: async () => {} }] })
  const got: Array<string | undefined> = []
  const server = createServer((request, response) => {
    got.push(request.headers.traceparent as string | undefined)
    response.end('candidate')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => { server.close(); server.closeAllConnections() })
  const events: LogEvent[] = []
  const app = await createSwitch({
    legacy: (_: IncomingMessage, response: ServerResponse) => { response.end('legacy') },
    candidate: { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    features: { v: { routes: ['/v'], share: '100%' } },
    journal: false,
    environment: {},
    log: event => { events.push(event) }
  })
  t.after(async () => await app.close())
  const url = await app.listen({ port: 0 })
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  for (const [places, sameTrace] of [[['start 1', 'start 2'], true], [['start 2'], true], [['end'], true], [[], true]] as const) {
    faults.clear()
    for (const place of places) faults.add(place)
    const response = await fetch(`${url}/v`, { headers: { traceparent } })
    assert.deepEqual([response.status, await response.text()], [200, 'candidate'], places.join())
    assert.equal(got.at(-1)!.startsWith('00-0af7651916cd43dd8448eb211c80319c-'), sameTrace, places.join())
  }
  assert.ok(events.some(({ message }) => /OpenTelemetry failed, and requests go on without it: hurt at/.test(message)))
})
