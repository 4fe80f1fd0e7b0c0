import { setTimeout as wait } from 'node:timers/promises'
import { io, type Socket } from 'socket.io-client'
import { Ledger, type Account } from './ledger.ts'

type Side = 'legacy' | 'candidate'
const sides: readonly Side[] = ['legacy', 'candidate']

/** What the backends saw. */
export interface Seen {
  /** Sessions of which requests came to both sides. */
  readonly onBoth: number
  /** Requests that were refused because their session was not known there. */
  readonly unknown: number
  /** Sessions that each side opened. */
  readonly opened: Readonly<Record<Side, number>>
}

/** A switch with sockets behind it. */
export interface Stage {
  readonly url: string
  /** The user of all sockets. */
  readonly token: string
  readonly rooms: readonly string[]
  /** @param share of the sockets' feature, in basis points */
  setShare (share: number): Promise<void>
  /** Has one side write something that all sockets of the user hear of as `event`. @returns the id in its payload */
  write (side: Side): Promise<string>
  /** The name of that event. */
  readonly event: string
  seen (): Promise<Seen>
}

export interface CrowdOptions {
  readonly sockets: number
  /** Shares in basis points, one after the other. Sockets are opened until the highest has been reached. */
  readonly shares: readonly number[]
  /** Writes by each side, and messages to a room from each, at every share. */
  readonly eventsEach: number
  readonly log: (line: string) => void
}

export interface CrowdResult extends Account, Seen {
  readonly sockets: number
  readonly byTransport: Readonly<Record<string, number>>
  readonly reconnects: number
  /** Sockets whose id changed although they were connected all the time, sessions seen by both sides, and requests for unknown sessions. */
  readonly wrongSide: number
}

interface Member {
  readonly socket: Socket
  readonly room: string
  readonly kind: string
  readonly id: string | undefined
  disconnects: number
}

const kinds: ReadonlyArray<readonly [string, string[]]> = [
  ['polling, then WebSocket', ['polling', 'websocket']], ['polling', ['polling']],
  ['polling, then WebSocket', ['polling', 'websocket']], ['WebSocket', ['websocket']]
]
const patienceMs = 20_000
const together = 20

/** Holds a crowd of sockets while the share of their feature moves and both sides make events, and tells what became of both. */
export async function holdCrowd (stage: Stage, { sockets: size, shares, eventsEach, log }: CrowdOptions): Promise<CrowdResult> {
  const ledger = new Ledger()
  const members: Member[] = []
  const top = shares.indexOf(Math.max(...shares))
  let messages = 0
  try {
    for (const [step, share] of shares.entries()) {
      await stage.setShare(share)
      // Half of them before anything moves.
      const wanted = step >= top ? size : Math.round(size / 2 + size / 2 * step / top)
      while (members.length < wanted) {
        const from = members.length
        const more = await Promise.all(Array.from({ length: Math.min(together, wanted - from) }, (_, place) => open(stage, from + place, ledger)))
        members.push(...more)
      }
      for (let count = 0; count < eventsEach; count++) {
        const everybody = [...members.keys()]
        await Promise.all(sides.map(async side => ledger.made(await stage.write(side), everybody)))
        for (const sender of [0, members.length - 1]) {
          const { room, socket } = members[sender]!
          const event = `message ${++messages}`
          ledger.made(event, [...members.keys()].filter(place => place !== sender && members[place]!.room === room))
          const answer = await socket.timeout(patienceMs).emitWithAck('broadcast', { room, payload: event }) as { ok?: true }
          if (answer.ok !== true) throw new Error(`a message was refused: ${JSON.stringify(answer)}`)
        }
      }
      await settled(ledger)
      log(`${String(share / 100).padStart(3)} %: ${members.length} sockets, ${ledger.account().events} events, ${ledger.open} deliveries open, ${members.reduce((sum, { disconnects }) => sum + disconnects, 0)} disconnected`)
    }
    const seen = await stage.seen()
    const changed = members.filter(({ socket, id, disconnects }) => disconnects === 0 && socket.id !== id).length
    return {
      ...ledger.account(),
      ...seen,
      sockets: members.length,
      byTransport: Object.fromEntries([...new Set(kinds.map(([kind]) => kind))].map(kind => [kind, members.filter(member => member.kind === kind).length])),
      reconnects: members.reduce((sum, { disconnects }) => sum + disconnects, 0),
      wrongSide: changed + seen.onBoth + seen.unknown
    }
  } finally {
    for (const { socket } of members) socket.close()
  }
}

async function open ({ url, token, rooms, event }: Stage, place: number, ledger: Ledger): Promise<Member> {
  const [kind, transports] = kinds[place % kinds.length]!
  const socket = io(url, { forceNew: true, transports, auth: { token }, reconnectionDelay: 50, reconnectionDelayMax: 500 })
  // Events without an id are none of the ledger's.
  socket.on(event, ({ id }: { id: string }) => ledger.heard(place, id))
  socket.on('room-message', ({ payload }: { payload: string }) => ledger.heard(place, payload))
  const room = rooms[place % rooms.length]!
  await until(() => socket.connected, `socket ${place} did not connect`)
  const answer = await socket.timeout(patienceMs).emitWithAck('join-room', room) as { ok?: true }
  if (answer.ok !== true) throw new Error(`a room was refused: ${JSON.stringify(answer)}`)
  if (transports.length === 2) await until(() => socket.io.engine.transport.name === 'websocket', `socket ${place} was not upgraded`)
  const member: Member = { socket, room, kind, id: socket.id, disconnects: 0 }
  socket.on('disconnect', () => { member.disconnects++ })
  socket.on('connect', () => { socket.emit('join-room', room) })
  return member
}

/** Waits until all that is due has been heard, or nothing more comes. */
async function settled (ledger: Ledger): Promise<void> {
  const until = performance.now() + patienceMs
  while (ledger.open > 0 && performance.now() < until) await wait(20)
  // What comes twice comes late.
  await wait(100)
}

async function until (condition: () => boolean, otherwise: string): Promise<void> {
  const end = performance.now() + patienceMs
  while (!condition()) {
    if (performance.now() > end) throw new Error(otherwise)
    await wait(5)
  }
}
