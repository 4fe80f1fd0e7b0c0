import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { ConfigInput } from '../../../src/config/define.ts'
import { resolveConfig } from '../../../src/config/resolve.ts'
import { createMetricSource } from '../../../src/library/metric-source/metric-source.ts'
import { OpenSwitch } from '../../../src/library/open-switch.ts'
import type { Reading } from '../../../src/rollout/reading.ts'

type Config = Partial<Omit<ConfigInput, 'legacy' | 'candidate'>>

/** A candidate that answers as it is told: at once, with 500, or when it is let go. */
export interface Moody {
  readonly listener: RequestListener
  mood: 'well' | 'fail' | 'hang'
  /** Those that hang. */
  readonly waiting: ServerResponse[]
}

export function moody (): Moody {
  const made: Moody = {
    mood: 'well',
    waiting: [],
    listener: (request: IncomingMessage, response: ServerResponse) => {
      request.resume()
      if (made.mood === 'hang') made.waiting.push(response)
      else response.writeHead(made.mood === 'fail' ? 500 : 200).end('candidate')
    }
  }
  return made
}

/** A switch whose candidate is `/x…`'s, and its metric source; with both as origins when wanted. Closed after the test. */
export async function watchedSwitch (t: TestContext, candidate: Moody, { origins = false, ...config }: Config & { readonly origins?: boolean } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-metrics-'))
  t.after(async () => await rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  const legacy: RequestListener = (_, response) => { response.end('legacy') }
  const served = async (listener: RequestListener): Promise<{ origin: string }> => {
    const server = createServer(listener).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => { server.close(); server.closeAllConnections() })
    return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }
  const settings = resolveConfig({
    legacy: origins ? await served(legacy) : legacy,
    candidate: origins ? await served(candidate.listener) : candidate.listener,
    features: { x: { routes: ['/x', '/x/*'], share: '100%' } },
    admin: { enabled: false },
    ...config
  }, { folder, env: {} })
  const events: string[] = []
  const app = await OpenSwitch.open(settings, { log: ({ message }) => { events.push(message) }, journal: false })
  const kind = origins ? 'origin' as const : 'listener' as const
  const pid = () => origins ? undefined : process.pid
  const source = createMetricSource(app.parts, { legacy: { kind, pid }, candidate: { kind, pid } }, settings)
  t.after(async () => {
    source.close()
    for (const response of candidate.waiting) response.destroy()
    await app.close()
  })
  const url = await app.listen('127.0.0.1', 0)
  const read = (): Reading => source.read('x') as Reading
  return { app, source, url, read, settings, folder, events, ask: async (path = '/x', init?: RequestInit) => await (await fetch(url + path, init)).text() }
}

/** Reads until a reading is as wanted. */
export async function readingThat (read: () => Reading, holds: (reading: Reading) => boolean): Promise<Reading> {
  const deadline = performance.now() + 10_000
  for (;;) {
    const reading = read()
    if (holds(reading)) return reading
    if (performance.now() > deadline) throw new Error(`no such reading came: the last is ${JSON.stringify(reading)}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
