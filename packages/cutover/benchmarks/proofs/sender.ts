import { Agent, request } from 'node:http'
import { seeded } from '../harness/statistics.ts'
import type { Outcome } from './ledger-check.ts'

/** Sends a mix of reads and writes at a fixed rate, whatever the answers do (open loop), and never repeats one. */
export interface Sender {
  readonly outcomes: readonly Outcome[]
  /** Sends for a while, all under one name. */
  send (phase: string, milliseconds: number): Promise<void>
  /** Waits for the answers that are still open. */
  finish (): Promise<void>
  /** The longest delay of a send after its planned time, milliseconds: how far this machine kept up. */
  readonly latest: number
}

/**
 * @param url the switch
 * @param rate requests a second
 * @param safePart the part of them that only reads
 * @param prefix what its ids begin with
 */
export function createSender ({ url, rate, safePart, prefix }: { url: string, rate: number, safePart: number, prefix: string }): Sender {
  const agent = new Agent({ keepAlive: true, scheduling: 'lifo' })
  const { hostname, port } = new URL(url)
  const outcomes: Outcome[] = []
  const open = new Set<Promise<unknown>>()
  const random = seeded(5)
  let count = 0
  let latest = 0

  const one = (phase: string, planned: number): void => {
    const safe = random() < safePart
    const id = `${prefix}-${++count}`
    const done: Promise<unknown> = exchange({ hostname, port, agent, id, safe }).then(answer => {
      outcomes.push({ id, safe, phase, ...answer, milliseconds: performance.now() - planned })
      open.delete(done)
    })
    open.add(done)
  }

  return {
    outcomes,
    get latest () { return latest },
    send: (phase, milliseconds) => new Promise(resolve => {
      const from = performance.now()
      const total = Math.round(milliseconds / 1000 * rate)
      let sent = 0
      const timer = setInterval(() => {
        const now = performance.now()
        while (sent < total && from + sent * 1000 / rate <= now) {
          const planned = from + sent * 1000 / rate
          latest = Math.max(latest, now - planned)
          one(phase, planned)
          sent++
        }
        if (sent === total) {
          clearInterval(timer)
          resolve()
        }
      }, 1)
    }),
    async finish () {
      while (open.size > 0) await Promise.all(open)
      agent.destroy()
    }
  }
}

interface Target { hostname: string, port: string, agent: Agent, id: string, safe: boolean }
type Answer = Pick<Outcome, 'status' | 'right' | 'routedTo'>

function exchange ({ hostname, port, agent, id, safe }: Target): Promise<Answer> {
  return new Promise(resolve => {
    const body = safe ? undefined : JSON.stringify({ id })
    const none: Answer = { status: 0, right: false, routedTo: undefined }
    const outgoing = request({
      hostname,
      port,
      agent,
      method: safe ? 'GET' : 'POST',
      path: safe ? `/items/${id}` : '/items',
      headers: body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length },
      timeout: 15_000
    }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => { text += piece })
      response.once('error', () => resolve(none))
      response.once('end', () => {
        const routedTo = response.headers['x-routed-to']
        resolve({ status: response.statusCode ?? 0, right: text === JSON.stringify({ id }), routedTo: typeof routedTo === 'string' ? routedTo : undefined })
      })
    })
    outgoing.once('timeout', () => outgoing.destroy())
    outgoing.once('error', () => resolve(none))
    outgoing.end(body)
  })
}
