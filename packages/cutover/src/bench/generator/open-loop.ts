import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ResponseParser, type ResponseSink } from '../../message/response-parser.ts'
import { usageOfAll } from '../process/usage.ts'
import { seeded } from '../statistics/samples.ts'
import { goodAnswers, histogramOf, record, type Instruments } from './closed-loop.ts'
import type { LoadRequest, OpenResult, OpenTask } from './protocol.ts'

/** A request that was due this long ago was sent late, milliseconds. */
const lateMs = 1
/** Timers are late by up to this, milliseconds: nearer moments are waited for awake. */
const timerMs = 3
/** How long answers may take after the last request was due, milliseconds. */
const patienceMs = 10_000
const shown = [50, 75, 90, 95, 99, 99.9, 100] as const

/**
 * When each request is due, milliseconds from the start: a Poisson process, as many independent clients make.
 * @param rate a second
 */
export function moments (rate: number, ms: number, seed: number): Float64Array {
  const random = seeded(seed)
  const list: number[] = []
  for (let at = 0; ; list.push(at)) {
    at -= Math.log(1 - random()) * 1000 / rate
    if (at >= ms) return Float64Array.from(list)
  }
}

/**
 * Sends requests when they are due, whatever the answers do, on connections that stay open; a request that finds none free
 * waits. Each is timed from the moment for which it was planned, so that a backend that stalls is charged for every
 * request that its stall holds up: what a sender that waits for answers leaves out, coordinated omission (Tene, 2013).
 */
export function openLoop (task: OpenTask, instruments: Instruments, signal: AbortSignal): Promise<OpenResult> {
  const sender = new OpenLoop(task, instruments)
  return sender.run(signal)
}

interface Connection {
  readonly socket: Socket
  readonly parser: ResponseParser
  /** The request on it, or -1. */
  place: number
  status: number
  keepAlive: boolean
}

class OpenLoop {
  readonly #task: OpenTask
  readonly #planned: Float64Array
  readonly #wire: readonly Buffer[]
  readonly #isGood: (status: number) => boolean
  readonly #histogram
  readonly #coarse = new Map<number, number>()
  readonly #idle: Connection[] = []
  readonly #waiting = new Queue()
  readonly #open = new Set<Connection>()
  #from = 0
  #next = 0
  #answered = 0
  #sent = 0
  #failed = 0
  #late = 0
  #end: () => void = () => {}

  constructor (task: OpenTask, instruments: Instruments) {
    this.#task = task
    this.#planned = moments(task.rate, task.rampMs + task.ms, task.seed)
    this.#wire = task.requests.map(request => wireOf(request, new URL(task.origin).host))
    this.#isGood = goodAnswers(task.requests)
    this.#histogram = histogramOf(instruments)
  }

  async run (signal: AbortSignal): Promise<OpenResult> {
    const { connections, pids, ms, rampMs } = this.#task
    await Promise.all(Array.from({ length: connections }, () => this.#connect()))
    const before = usageOfAll(pids).cpuMs
    await new Promise<void>(resolve => {
      const limit = setTimeout(() => this.#end(), rampMs + ms + patienceMs)
      const abort = (): void => this.#end()
      this.#end = () => {
        clearTimeout(limit)
        signal.removeEventListener('abort', abort)
        resolve()
      }
      signal.addEventListener('abort', abort)
      if (signal.aborted || this.#planned.length === 0) return this.#end()
      this.#from = performance.now()
      this.#turn()
    })
    const after = usageOfAll(pids).cpuMs
    // Who never answered has failed.
    this.#failed += this.#planned.length - this.#answered
    this.#answered = this.#planned.length
    for (const { socket } of this.#open) socket.destroy()
    return {
      sent: this.#sent,
      failed: this.#failed,
      late: this.#late,
      percentiles: Object.fromEntries(shown.map(percent => [percent, this.#histogram.getValueAtPercentile(percent) / 1000])),
      histogram: [...this.#coarse].sort(([a], [b]) => a - b),
      cpuMs: before === null || after === null ? null : after - before
    }
  }

  #turn (): void {
    const now = performance.now() - this.#from
    while (this.#next < this.#planned.length && this.#planned[this.#next]! <= now) {
      const place = this.#next++
      if (this.#isMeasured(place)) {
        this.#sent++
        if (now - this.#planned[place]! > lateMs) this.#late++
      }
      this.#give(place)
    }
    if (this.#next >= this.#planned.length || this.#answered >= this.#planned.length) return
    const gap = this.#planned[this.#next]! - now
    if (gap > timerMs) setTimeout(() => this.#turn(), gap - timerMs + 1)
    else setImmediate(() => this.#turn())
  }

  #give (place: number): void {
    const connection = this.#idle.pop()
    if (connection !== undefined) this.#begin(connection, place)
    else {
      this.#waiting.push(place)
      if (this.#open.size < this.#task.connections) this.#connect().catch(() => {})
    }
  }

  #begin (connection: Connection, place: number): void {
    connection.place = place
    connection.status = 0
    const request = this.#task.requests[place % this.#wire.length]!
    connection.parser.reset(this.#sinkOf(connection), request.method === 'HEAD')
    connection.socket.write(this.#wire[place % this.#wire.length]!)
  }

  #sinkOf (connection: Connection): ResponseSink {
    return {
      informational: () => {},
      head: ({ status, keepAlive }) => {
        connection.status = status
        connection.keepAlive = keepAlive
      },
      body: (_chunk, last) => { if (last) this.#over(connection) },
      end: () => this.#over(connection)
    }
  }

  #over (connection: Connection): void {
    const { place, status } = connection
    if (place === -1) return
    connection.place = -1
    if (!this.#isGood(status)) this.#failed++
    else if (this.#isMeasured(place)) this.#time(performance.now() - this.#from - this.#planned[place]!)
    this.#count()
    if (!connection.keepAlive) {
      connection.socket.destroy()
      return
    }
    const next = this.#waiting.shift()
    // On the next turn: the parser is not done with this answer yet.
    if (next !== undefined) queueMicrotask(() => this.#begin(connection, next))
    else this.#idle.push(connection)
  }

  #time (milliseconds: number): void {
    record(this.#histogram, milliseconds)
    // 20 to a decade: enough for a picture.
    const upper = Number((10 ** (Math.ceil(Math.log10(Math.max(0.001, milliseconds)) * 20) / 20)).toPrecision(3))
    this.#coarse.set(upper, (this.#coarse.get(upper) ?? 0) + 1)
  }

  #count (): void {
    if (++this.#answered >= this.#planned.length) this.#end()
  }

  #isMeasured (place: number): boolean {
    return this.#planned[place]! >= this.#task.rampMs
  }

  /** Resolves when it is open; what cannot be opened fails the requests that wait for it. */
  #connect (): Promise<void> {
    const { protocol, hostname, port } = new URL(this.#task.origin)
    const host = hostname.replace(/^\[(.*)\]$/, '$1')
    return new Promise(resolve => {
      const socket = protocol === 'https:'
        ? connectTls({ host, port: Number(port) || 443, servername: host, rejectUnauthorized: false })
        : connect({ host, port: Number(port) || 80, noDelay: true })
      const connection: Connection = { socket, parser: new ResponseParser(), place: -1, status: 0, keepAlive: true }
      this.#open.add(connection)
      socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        resolve()
        const next = this.#waiting.shift()
        if (next !== undefined) this.#begin(connection, next)
        else this.#idle.push(connection)
      })
      socket.on('data', (chunk: Buffer) => {
        try {
          if (connection.place === -1) throw new Error('an answer that nobody asked for')
          connection.parser.push(chunk)
        } catch {
          socket.destroy()
        }
      })
      socket.on('error', () => {})
      socket.on('close', () => {
        resolve()
        this.#gone(connection)
      })
    })
  }

  #gone (connection: Connection): void {
    if (!this.#open.delete(connection)) return
    const at = this.#idle.indexOf(connection)
    if (at >= 0) this.#idle.splice(at, 1)
    if (connection.place !== -1) {
      try {
        // An answer may end with its connection.
        connection.keepAlive = false
        connection.parser.close()
      } catch {
        connection.place = -1
        this.#failed++
        this.#count()
      }
    }
    if (this.#open.size > 0 || this.#waiting.length === 0 || this.#answered >= this.#planned.length) {
      if (this.#waiting.length > 0 && this.#answered < this.#planned.length) this.#connect().catch(() => {})
      return
    }
    // Nobody is there: what waits has failed, what comes next tries again.
    for (let place = this.#waiting.shift(); place !== undefined; place = this.#waiting.shift()) {
      this.#failed++
      this.#count()
    }
  }
}

/** First in, first out; `Array.shift` of long arrays is slow. */
class Queue {
  #items: number[] = []
  #head = 0

  get length (): number {
    return this.#items.length - this.#head
  }

  push (item: number): void {
    this.#items.push(item)
  }

  shift (): number | undefined {
    if (this.length === 0) return undefined
    const item = this.#items[this.#head++]
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}

function wireOf ({ method, path, headers, body }: LoadRequest, host: string): Buffer {
  const given = Object.entries(headers)
  const has = (name: string): boolean => given.some(([key]) => key.toLowerCase() === name)
  const length = body === undefined ? ['POST', 'PUT', 'PATCH'].includes(method) ? 0 : undefined : Buffer.byteLength(body)
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...has('host') ? [] : [`Host: ${host}`],
    ...given.map(([name, value]) => `${name}: ${value}`),
    ...length === undefined || has('content-length') ? [] : [`Content-Length: ${length}`]
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body ?? '')])
}
