import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ClientConnections, type Watched } from '../../src/switch/client-connections.ts'

interface Fake extends Watched { bytesRead: number, bytesWritten: number, answering: boolean, destroyed: boolean }

function connection (state: Partial<Fake> = {}): Fake {
  const fake: Fake = { bytesRead: 100, bytesWritten: 200, answering: false, destroyed: false, destroy: (() => { fake.destroyed = true }) as unknown as Fake['destroy'], ...state }
  return fake
}

/** Those of five seconds, of which some are there at time 0. */
function watching (...sockets: Fake[]): ClientConnections {
  const clients = new ClientConnections(5_000, socket => (socket as Fake).answering)
  for (const socket of sockets) clients.add(socket)
  clients.sweep(0)
  return clients
}

/** Looks as often as a server does. */
function sweepUntil (clients: ClientConnections, from: number, to: number): void {
  for (let now = from; now <= to; now += 1_000) clients.sweep(now)
}

describe('the connections of clients', () => {
  it('are closed when nothing has happened on them for the time that was told and a second more', () => {
    const idle = connection()
    const clients = watching(idle)
    sweepUntil(clients, 1_000, 5_999)
    assert.equal(idle.destroyed, false)
    clients.sweep(6_000)
    assert.equal(idle.destroyed, true)
    clients.remove(idle)
  })

  it('are kept from the last bytes on that came', () => {
    const used = connection()
    const clients = watching(used)
    clients.sweep(5_000)
    used.bytesRead += 50
    sweepUntil(clients, 6_000, 11_000)
    assert.equal(used.destroyed, false)
    clients.sweep(12_000)
    assert.equal(used.destroyed, true)
    clients.remove(used)
  })

  it('are kept while an answer is owed, and as long again after it', () => {
    const waiting = connection({ answering: true })
    const clients = watching(waiting)
    sweepUntil(clients, 1_000, 60_000)
    waiting.answering = false
    sweepUntil(clients, 61_000, 65_000)
    assert.equal(waiting.destroyed, false)
    clients.sweep(66_000)
    assert.equal(waiting.destroyed, true)
    clients.remove(waiting)
  })

  it('are left to the time for heads until their first answer', () => {
    const silent = connection({ bytesRead: 0, bytesWritten: 0 })
    const slow = connection({ bytesWritten: 0 })
    const clients = watching(silent, slow)
    sweepUntil(clients, 1_000, 60_000)
    assert.equal(silent.destroyed || slow.destroyed, false)
    clients.remove(silent)
    clients.remove(slow)
  })

  it('are looked at no more once they speak something else', () => {
    const upgraded = connection()
    const clients = watching(upgraded)
    clients.remove(upgraded)
    sweepUntil(clients, 1_000, 60_000)
    assert.equal(upgraded.destroyed, false)
  })

  it('that have sent nothing are closed on request', () => {
    const unused = connection({ bytesRead: 0, bytesWritten: 0 })
    const used = connection()
    const clients = watching(unused, used)
    clients.closeUnused()
    assert.deepEqual([unused.destroyed, used.destroyed], [true, false])
    clients.remove(unused)
    clients.remove(used)
  })
})
