import assert from 'node:assert/strict'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createSwitch, type SwitchOptions } from 'cutover'
import { buildApp as buildCandidate } from '../candidate/app.ts'
import { findPort } from '@cutover-examples/runtime/free-port'
import { buildApp as buildLegacy } from '../legacy/app.ts'
import type { OpenServices } from '../services.ts'
import { openFace, openWorld, serve, type OpenFace, type World } from './world.ts'
import { preparation, send, writingRoutes, type Answer, type Sent } from './writing-routes.ts'

/** When a candidate fails a request: before the rules have run, or when they have written and the answer is to begin. */
type Moment = 'before' | 'after'
type Rows = readonly [activity: number, audit: number]
/** A request under test carries it: what prepares one passes. */
const marked = { 'x-under-test': '1' }

/** A way in which the app is served. */
interface Way {
  readonly name: string
  readonly open: (services: OpenServices) => Promise<OpenFace>
  /** When it fails, if it does. */
  readonly fails?: Moment
  readonly rounds?: number
}

/** How a candidate fails a request. */
type Failing = (listener: RequestListener, moment: Moment) => RequestListener

const answers500: Failing = (listener, moment) => failing(listener, moment, response => { response.writeHead(500).end('{}') }, 500)
const breaksConnection: Failing = (listener, moment) => failing(listener, moment, response => { response.destroy() })

function failing (listener: RequestListener, moment: Moment, fail: (response: ServerResponse) => void, status?: number): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers['x-under-test'] === undefined) return listener(request, response)
    if (moment === 'before') return fail(response)
    // The head is written when the rules have done their work.
    const { writeHead } = response
    response.writeHead = function (this: ServerResponse, given: number, ...more: []) {
      if (status === undefined) fail(response)
      return writeHead.call(this, status ?? given, ...more)
    } as ServerResponse['writeHead']
    listener(request, response)
  }
}

async function candidateListener (services: OpenServices): Promise<{ listener: RequestListener, close: () => Promise<void> }> {
  const app = await buildCandidate(services)
  await app.ready()
  return { listener: (request, response) => { app.routing(request, response) }, close: () => app.close() }
}

async function openSwitch (backends: Pick<SwitchOptions, 'legacy' | 'candidate'>, share: string, closers: readonly (() => Promise<unknown>)[] = []): Promise<OpenFace> {
  const folder = await mkdtemp(join(tmpdir(), 'aegis-once-'))
  const app = await createSwitch({
    ...backends,
    features: { everything: { routes: ['/*'], risk: 'high', share } },
    fallback: { enabled: true },
    breaker: { enabled: false },
    environment: {},
    journal: false,
    folder
  })
  return {
    url: await app.listen({ port: 0 }),
    async close () {
      await app.close()
      for (const close of closers) await close()
      await rm(folder, { recursive: true, force: true })
    }
  }
}

const inProcess = (moment: Moment, fail: Failing) => async (services: OpenServices): Promise<OpenFace> => {
  const { listener, close } = await candidateListener(services)
  return await openSwitch({ legacy: buildLegacy(services), candidate: fail(listener, moment) }, '100%', [close])
}

const elsewhere = (moment: Moment, fail: Failing) => async (services: OpenServices): Promise<OpenFace> => {
  const { listener, close } = await candidateListener(services)
  const served = await serve(fail(listener, moment))
  return await openSwitch({ legacy: buildLegacy(services), candidate: { origin: served.url } }, '100%', [() => served.close(), close])
}

const ways: readonly Way[] = [
  { name: 'legacy alone', open: services => openFace('legacy', services) },
  { name: 'the candidate alone', open: services => openFace('candidate', services) },
  { name: 'the switch at 50 %', open: async services => await openSwitch({ legacy: buildLegacy(services), candidate: await buildCandidate(services) }, '50%'), rounds: 2 },
  ...(['before', 'after'] as const).flatMap(fails => [
    { name: `a candidate in the switch's process that answers 500 ${fails} its write`, fails, open: inProcess(fails, answers500) },
    { name: `a candidate elsewhere that answers 500 ${fails} its write`, fails, open: elsewhere(fails, answers500) },
    { name: `a candidate elsewhere that breaks the connection ${fails} its write`, fails, open: elsewhere(fails, breaksConnection) }
  ]),
  { name: 'a candidate that refuses connections', open: async services => await openSwitch({ legacy: buildLegacy(services), candidate: { origin: `http://127.0.0.1:${await findPort()}` } }, '100%') }
]

describe('what a request writes is written exactly once', () => {
  let world: World
  before(async () => { world = await openWorld() })
  after(async () => { await world?.close() })

  /** Sends one request to every writing route, and says what was written too little or too often. */
  async function faultsOf ({ open, fails, rounds = 1 }: Way): Promise<{ readonly faults: readonly string[], readonly failed: number, readonly sides: ReadonlySet<string | null> }> {
    const services = await world.services()
    const direct = await openFace('legacy', services)
    const face = await open(services)
    const faults: string[] = []
    const sides = new Set<string | null>()
    let failed = 0
    let expected: Rows = [0, 0]
    try {
      for (const { route, activity, audit, prepare } of Array.from({ length: rounds }, () => writingRoutes).flat()) {
        const before = await count(services)
        const request = await prepare(preparation(services, direct.url))
        const ready = await count(services)
        const answer = await attempt(face.url, { ...request, headers: { ...request.headers, ...marked } })
        const rows = difference(await count(services), ready)
        const ok = answer !== undefined && answer.status < 400
        const wanted: Rows = ok || fails === 'after' ? [activity, audit] : [0, 0]
        expected = sum(sum(expected, wanted), difference(ready, before))
        if (!ok) failed++
        sides.add(answer?.headers.get('x-routed-to') ?? null)
        if (String(rows) !== String(wanted)) faults.push(`${route} answered ${answer?.status ?? 'nothing'} and wrote ${rows.join(' and ')} rows of activity and audit, not ${wanted.join(' and ')}`)
        if (!ok && fails === undefined) faults.push(`${route} answered ${answer?.status ?? 'nothing'}: ${answer?.text}`)
      }
    } finally {
      // Whatever was still under way has ended then.
      await face.close()
      await direct.close()
    }
    const total = await count(services)
    if (faults.length === 0 && String(total) !== String(expected)) faults.push(`in the end there were ${total.join(' and ')} rows, not ${expected.join(' and ')}`)
    await services.close()
    return { faults, failed, sides }
  }

  for (const way of ways) {
    test(way.name, async () => {
      const { faults, failed, sides } = await faultsOf(way)
      assert.deepEqual(faults, [])
      assert.equal(failed, way.fails === undefined ? 0 : writingRoutes.length, 'requests that failed')
      if (way.rounds === 2) assert.deepEqual([...sides].sort(), ['candidate', 'legacy'])
    })
  }

  test('the table has every route that writes', async () => {
    const services = await world.services()
    const face = await openFace('candidate', services)
    const { paths } = await (await fetch(`${face.url}/docs/json`, { headers: { connection: 'close' } })).json() as { paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> }
    const documented = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).filter(method => !['get', 'head'].includes(method)).map(method => `${method.toUpperCase()} ${path}`))
    await face.close()
    await services.close()
    assert.deepEqual(writingRoutes.map(({ route }) => route).sort(), documented.sort())
  })

  describe('a planted fault is found:', () => {
    test('a candidate that does everything twice', async () => {
      const { faults } = await faultsOf({ name: '', open: services => openFace('candidate', { ...services, vault: { ...services.vault, add: async (...given) => { await services.vault.add(...given); return await services.vault.add(...given) } } }) })
      assert.deepEqual(faults.map(fault => fault.split(' answered')[0]), ['POST /api/vault'])
    })

    test('a switch that sends a write that failed to legacy, too', async () => {
      const { faults } = await faultsOf({
        name: '',
        fails: 'after',
        async open (services) {
          const legacy = await openFace('legacy', services)
          const candidate = await elsewhere('after', answers500)(services)
          const retrying = await serve((request, response) => {
            const chunks: Buffer[] = []
            request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
              const again: Sent = { method: request.method!, path: request.url!, headers: forwarded(request), ...chunks.length > 0 && { body: Buffer.concat(chunks).toString() } }
              attempt(candidate.url, again).then(async first => first !== undefined && first.status < 400 ? first : await attempt(legacy.url, again)).then(answer => {
                response.writeHead(answer?.status ?? 502).end(answer?.text)
              }, () => response.destroy())
            })
          })
          return { url: retrying.url, close: async () => { for (const each of [retrying, candidate, legacy]) await each.close() } }
        }
      })
      assert.ok(faults.some(fault => fault.startsWith('POST /api/tasks answered 201 and wrote 2 and 0')), faults.join('\n'))
    })
  })
})

function sum ([activity, audit]: Rows, more: Rows): Rows {
  return [activity + more[0], audit + more[1]]
}

function difference ([activity, audit]: Rows, less: Rows): Rows {
  return [activity - less[0], audit - less[1]]
}

async function count ({ connection }: OpenServices): Promise<Rows> {
  return [await connection.collection('activity').countDocuments(), await connection.collection('audit').countDocuments()]
}

async function attempt (url: string, request: Sent): Promise<Answer | undefined> {
  try {
    return await send(url, request)
  } catch {
    return undefined
  }
}

function forwarded ({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !['host', 'connection', 'content-length', 'transfer-encoding'].includes(name)).map(([name, value]) => [name, String(value)]))
}
