import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Exchange } from '../../../src/message/exchange.ts'
import { replay } from '../../../src/parity/replay/replay.ts'
import type { ReplayOptions } from '../../../src/parity/replay/options.ts'
import { contextOf, recordingOf, serve, sideAt } from './shop.ts'

const begin = Date.UTC(2026, 0, 1)

function asked (target: string, session: string, at: number, durationMs: number): Exchange {
  return { request: { method: 'GET', target, headers: [], body: Buffer.alloc(0) }, response: { status: 200, headers: [], body: Buffer.alloc(0) }, session, startedAt: new Date(begin + at).toISOString(), durationMs }
}

interface Traffic {
  /** Begins and ends, in order: `> /a`, `< /a`. */
  readonly events: string[]
  readonly most: number
  readonly times: readonly number[]
}

/** Replays against a server that answers only when no further request has come for a moment. */
async function traffic (t: TestContext, exchanges: readonly Exchange[], options: Partial<ReplayOptions> = {}): Promise<Traffic> {
  const events: string[] = []
  const times: number[] = []
  let [open, most] = [0, 0]
  const legacy = await serve(t, (request, response) => {
    events.push(`> ${request.url}`)
    times.push(performance.now())
    most = Math.max(most, ++open)
    setTimeout(() => {
      events.push(`< ${request.url}`)
      open--
      response.end()
    }, 30)
  })
  const candidate = await serve(t, (_request, response) => { response.end() })
  const folder = await mkdtemp(join(tmpdir(), 'cutover-order-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'r.ndjson'), recordingOf(exchanges))
  const report = await replay(join(folder, 'r.ndjson'), { context: contextOf({ legacy: sideAt('legacy', legacy), twin: undefined, candidate: sideAt('candidate', candidate) }), ...options })
  assert.equal(report.coverage.reduce((sum, { requests }) => sum + requests, 0), exchanges.length)
  return { events, most, times }
}

test('requests of a session keep their order, and those that overlapped overlap again', async t => {
  // Written as they ended: /c before /b.
  const { events } = await traffic(t, [asked('/a', 's', 0, 10), asked('/c', 's', 30, 10), asked('/b', 's', 20, 50), asked('/d', 's', 80, 5)])
  const at = (event: string): number => events.indexOf(event)
  assert.ok(at('< /a') < at('> /b') && at('> /b') < at('< /c') && at('> /c') < at('< /b'), events.join(' '))
  assert.ok(at('< /b') < at('> /d') && at('< /c') < at('> /d'), events.join(' '))
})

test('requests without times are sent one after the other', async t => {
  const { most, events } = await traffic(t, ['/a', '/b', '/c'].map(target => { const { startedAt: _, durationMs: __, ...rest } = asked(target, 's', 0, 0); return rest }))
  assert.equal(most, 1)
  assert.deepEqual(events.filter(event => event.startsWith('>')), ['> /a', '> /b', '> /c'])
})

test('sessions run beside each other, no more requests at once than told', async t => {
  const exchanges = Array.from({ length: 12 }, (_, index) => asked(`/${index}`, `s${index}`, index, 1000))
  assert.equal((await traffic(t, exchanges, { concurrency: 3 })).most, 3)
  assert.equal((await traffic(t, exchanges, { concurrency: 1 })).most, 1)
  const one = exchanges.map(exchange => ({ ...exchange, session: 'one' }))
  assert.equal((await traffic(t, one, { concurrency: 2 })).most, 2)
})

test('in order, sessions wait for each other as they did', async t => {
  const { events } = await traffic(t, [asked('/a', 's1', 0, 10), asked('/b', 's2', 20, 10)], { inOrder: true })
  assert.deepEqual(events, ['> /a', '< /a', '> /b', '< /b'])
})

test('a rate is not exceeded', async t => {
  const { times } = await traffic(t, Array.from({ length: 6 }, (_, index) => asked(`/${index}`, `s${index}`, 0, 1)), { rate: 50 })
  // Five gaps of 20 ms; timers may fire a millisecond early.
  assert.ok(times.at(-1)! - times[0]! > 85, `${times.at(-1)! - times[0]!}`)
})

test('the recorded pace is kept, as many times as fast as told', async t => {
  const { times } = await traffic(t, [asked('/a', 's1', 0, 1), asked('/b', 's2', 400, 1)], { speed: 4 })
  assert.ok(times[1]! - times[0]! > 80, `${times[1]! - times[0]!}`)
})
