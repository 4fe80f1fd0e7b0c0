import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test, type TestContext } from 'node:test'
import { Server as SocketServer } from 'socket.io'
import { holdCrowd, type Stage } from '../../benchmarks/proofs/sockets/crowd.ts'
import { Ledger } from '../../benchmarks/proofs/sockets/ledger.ts'
import { createSwitch } from '../../src/library/create-switch.ts'

test('a ledger tells what was lost, what came twice, and what was nobody\'s', () => {
  const ledger = new Ledger()
  ledger.heard(0, 'early')
  ledger.made('early', [0, 1])
  assert.equal(ledger.open, 1)
  for (const socket of [1, 1, 1, 7]) ledger.heard(socket, 'early')
  ledger.made('late', [0, 1, 2])
  ledger.heard(2, 'late')
  ledger.heard(0, 'unknown')
  assert.equal(ledger.open, 2)
  assert.deepEqual(ledger.account(), { events: 2, due: 5, lost: 2, twice: 2, strange: 2 })
})

/** What goes wrong with the events of a stage. */
type Fault = 'none' | 'lost' | 'twice' | 'both sides'

/** Two Socket.IO servers in one process behind a switch. */
async function openStage (t: TestContext, fault: Fault = 'none'): Promise<Stage> {
  const seen = { legacy: new Set<string>(), candidate: new Set<string>() }
  const opened = { legacy: 0, candidate: 0 }
  let unknown = 0
  const all: SocketServer[] = []
  const open = (side: 'legacy' | 'candidate') => {
    const server = createServer((_, response) => { response.end(side) })
    const sockets = new SocketServer(server)
    const see = ({ url }: { readonly url?: string }): void => {
      const sid = /[?&]sid=([^&]+)/.exec(url!)?.[1]
      if (sid !== undefined) seen[side].add(sid)
    }
    server.prependListener('request', see).prependListener('upgrade', see)
    sockets.engine.on('connection', () => { opened[side]++ })
    sockets.engine.on('connection_error', ({ code }: { code: number }) => { if (code === 1) unknown++ })
    sockets.on('connection', socket => {
      socket.on('join-room', (room: string, answer?: (value: object) => void) => {
        socket.join(room)
        answer?.({ ok: true })
      })
      socket.on('broadcast', ({ room, payload }: { room: string, payload: string }, answer: (value: object) => void) => {
        for (const each of all) each.to(room).except(socket.id).emit('room-message', { payload })
        answer({ ok: true })
      })
    })
    all.push(sockets)
    return server
  }
  const app = await createSwitch({
    legacy: open('legacy'),
    candidate: open('candidate'),
    features: { sockets: { routes: ['/socket.io/*'], share: '0%' } },
    journal: false,
    environment: {}
  })
  t.after(async () => { await app.close() })
  const url = (await app.listen({ port: 0, host: '127.0.0.1' })).replace(/\/$/, '')
  let writes = 0
  return {
    url,
    token: '',
    rooms: ['a', 'b', 'c'],
    event: 'made',
    setShare: async share => { await app.control.setShare('sockets', share, { who: 'test', why: '' }) },
    async write () {
      const id = `write ${++writes}`
      for (const [place, sockets] of all.entries()) {
        if (fault === 'lost' && place === 1) continue
        sockets.emit('made', { id })
        if (fault === 'twice' && place === 1) sockets.emit('made', { id })
      }
      if (fault === 'both sides') await fetch(`${url}/socket.io/?EIO=4&transport=polling&sid=of-nobody`)
      return id
    },
    seen: async () => ({ onBoth: [...seen.legacy].filter(sid => seen.candidate.has(sid)).length, unknown, opened })
  }
}

const shares = [0, 5_000, 10_000, 5_000, 0]

test('20 sockets are held through shares from 0 to 100 % and back, and hear everything once', async t => {
  const result = await holdCrowd(await openStage(t), { sockets: 20, shares, eventsEach: 2, log: () => {} })
  assert.deepEqual([result.lost, result.twice, result.strange, result.wrongSide, result.reconnects], [0, 0, 0, 0, 0])
  assert.equal(result.sockets, 20)
  assert.ok(result.opened.legacy >= 10 && result.opened.candidate > 0, JSON.stringify(result.opened))
  assert.deepEqual(result.byTransport, { 'polling, then WebSocket': 10, polling: 5, WebSocket: 5 })
})

test('an event made twice and a session on the wrong side are counted', async t => {
  const twice = await holdCrowd(await openStage(t, 'twice'), { sockets: 8, shares: [10_000], eventsEach: 1, log: () => {} })
  assert.deepEqual([twice.lost, twice.twice], [0, 16])
  const wrong = await holdCrowd(await openStage(t, 'both sides'), { sockets: 4, shares: [0, 10_000], eventsEach: 1, log: () => {} })
  assert.ok(wrong.wrongSide > 0)
})
