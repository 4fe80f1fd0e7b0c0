import { Agent, request, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { demoAccounts } from '../data/seed.ts'
import { checkDigit } from '../domain/vin.ts'

/** What one request showed. */
export interface Sample {
  readonly feature: 'health' | 'vehicles'
  readonly side: string
  readonly milliseconds: number
  readonly session: number
  /** Undefined when the answer was as it should be. */
  readonly failure: string | undefined
}

interface Answer { readonly status: number, readonly side: string, readonly body: string, readonly milliseconds: number }

interface Session { readonly token: string, id: string | undefined }

const logins = 8

/** Clients of the vehicles API: they look at its health, list vehicles, and add, read, change and delete one. */
export class Traffic {
  readonly #url: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 })
  #sessions: Session[] = []
  #vins = 0

  constructor (url: string) {
    this.#url = url
  }

  get sessions (): number {
    return this.#sessions.length
  }

  /** Signs in, several times as each of the demonstration's users. */
  async signIn (): Promise<void> {
    const all = Array.from({ length: logins }, () => demoAccounts).flat()
    this.#sessions = await Promise.all(all.map(async account => {
      const { status, body } = await this.#send('POST', '/api/auth/login', undefined, account)
      if (status !== 200) throw new Error(`signing in answered ${status}: ${body}`)
      return { token: (JSON.parse(body) as { token: string }).token, id: undefined }
    }))
  }

  /**
   * Sends requests of a feature, a few at a time, for a while.
   * @param ms how long, in milliseconds
   * @param pauseMs between two requests of one client
   */
  async send (feature: Sample['feature'], ms: number, clients = 8, pauseMs = 2): Promise<Sample[]> {
    const samples: Sample[] = []
    const end = performance.now() + ms
    await Promise.all(Array.from({ length: clients }, async (_, client) => {
      for (let turn = client; performance.now() < end; turn += clients) {
        // A session is used by one client only: its requests depend on each other.
        const session = turn % this.#sessions.length
        samples.push(feature === 'health' ? await this.#health() : await this.#vehicles(session))
        await sleep(pauseMs)
      }
    }))
    return samples
  }

  /** Deletes what the sessions still hold, so that every run begins alike. */
  async tidy (): Promise<void> {
    for (const session of this.#sessions) {
      if (session.id !== undefined) await this.#send('DELETE', `/api/vehicles/${session.id}`, session.token)
      session.id = undefined
    }
  }

  close (): void {
    this.#agent.destroy()
  }

  async #health (): Promise<Sample> {
    const answer = await this.#send('GET', '/health')
    return sample('health', 0, answer, answer.status === 200 ? undefined : `GET /health answered ${answer.status}`)
  }

  async #vehicles (index: number): Promise<Sample> {
    const session = this.#sessions[index]!
    const die = Math.random()
    if (session.id === undefined && die < 0.15) {
      const answer = await this.#send('POST', '/api/vehicles', session.token, { vin: this.#nextVin(), make: 'Demo', model: 'One', year: 2024 })
      if (answer.status === 201) session.id = (JSON.parse(answer.body) as { id: string }).id
      return sample('vehicles', index, answer, answer.status === 201 ? undefined : `POST answered ${answer.status} ${answer.body}`)
    }
    if (session.id !== undefined && die < 0.15) {
      const { id } = session
      session.id = undefined
      const answer = await this.#send('DELETE', `/api/vehicles/${id}`, session.token)
      return sample('vehicles', index, answer, answer.status === 204 ? undefined : `DELETE answered ${answer.status} ${answer.body}`)
    }
    if (session.id !== undefined && die < 0.5) {
      const answer = await this.#send('GET', `/api/vehicles/${session.id}`, session.token)
      return sample('vehicles', index, answer, answer.status === 200 ? undefined : `GET of an own vehicle answered ${answer.status} ${answer.body}`)
    }
    const answer = await this.#send('GET', '/api/vehicles', session.token)
    const sees = session.id === undefined || answer.body.includes(session.id)
    return sample('vehicles', index, answer, answer.status !== 200 ? `GET answered ${answer.status}` : sees ? undefined : 'the list lacks a vehicle that was added before')
  }

  #nextVin (): string {
    const serial = `1HGCM826_3A${String(Date.now() % 1_000).padStart(3, '0')}${String(this.#vins++ % 1_000).padStart(3, '0')}`
    const vin = serial.replace('_', '0')
    return serial.replace('_', checkDigit(vin))
  }

  async #send (method: string, path: string, token?: string, body?: object): Promise<Answer> {
    const started = performance.now()
    const text = body === undefined ? undefined : JSON.stringify(body)
    return await new Promise((resolve, reject) => {
      const outgoing = request(this.#url + path, {
        agent: this.#agent,
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
        }
      }, (incoming: IncomingMessage) => {
        let read = ''
        incoming.setEncoding('utf8')
        incoming.on('data', chunk => { read += chunk })
        incoming.on('end', () => resolve({ status: incoming.statusCode!, side: String(incoming.headers['x-routed-to']), body: read, milliseconds: performance.now() - started }))
        incoming.on('error', reject)
      })
      outgoing.on('error', reject)
      outgoing.end(text)
    })
  }
}

function sample (feature: Sample['feature'], session: number, { side, milliseconds }: Answer, failure: string | undefined): Sample {
  return { feature, session, side, milliseconds, failure }
}
