import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { StateDump } from '../../../src/state/state.ts'
import type { Side, SideName, Sides } from '../../../src/parity/trial/side.ts'

/** What a planted fault makes wrong. */
export interface Faults {
  readonly longestTitle?: number
  readonly messageOfMissing?: string
  readonly keepsRemoved?: boolean
  readonly storesTitle?: (title: string) => string
  readonly second?: boolean
  readonly diesAt?: string
}

export const description = {
  openapi: '3.1.0',
  info: { title: 'Notes', version: '1' },
  paths: {
    '/notes': {
      get: { parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 50 } }], responses: { 200: { description: 'all' } } },
      post: {
        requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Note' } } } },
        responses: { 201: { description: 'made' }, 400: { description: 'refused' } }
      }
    },
    '/notes/{noteId}': {
      get: { responses: { 200: { description: 'it' }, 404: { description: 'none' } } },
      delete: { responses: { 204: { description: 'gone' } } }
    },
    '/unused': { get: { responses: { 200: { description: 'never asked' } } } }
  },
  components: { schemas: { Note: { type: 'object', required: ['title'], additionalProperties: false, properties: { title: { type: 'string', minLength: 1, maxLength: 40 }, stars: { type: 'integer', minimum: 0, maximum: 5 } } } } }
}

interface Note { readonly id: number, readonly title: string, readonly stars: number | null }

class Notes {
  rows: Note[] = []
  next = 1
  removed = 0
  readonly #faults: Faults

  constructor (faults: Faults) {
    this.#faults = faults
  }

  readonly answer = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const [status, body] = this.#handle(request, Buffer.concat(chunks).toString())
      response.writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' }).end(body === undefined ? undefined : JSON.stringify(body))
    })
  }

  #handle ({ method, url = '/' }: IncomingMessage, text: string): [number, unknown?] {
    const [path = '', query = ''] = url.split('?')
    const { longestTitle = 40, messageOfMissing = 'no such note', keepsRemoved = false, storesTitle = title => title } = this.#faults
    if (path === '/notes' && method === 'GET') {
      const limit = new URLSearchParams(query).get('limit')
      if (limit !== null && !/^([1-9]|[1-4]\d|50)$/.test(limit)) return [400, { error: 'limit' }]
      return [200, { notes: this.rows.slice(0, Number(limit ?? 50)) }]
    }
    if (path === '/notes' && method === 'POST') {
      let json: { title?: unknown, stars?: unknown }
      try {
        json = JSON.parse(text)
      } catch {
        return [400, { error: 'not JSON' }]
      }
      if (typeof json !== 'object' || json === null || Array.isArray(json)) return [400, { error: 'no object' }]
      const { title, stars = null, ...others } = json
      if (Object.keys(others).length > 0) return [400, { error: 'unknown member' }]
      if (typeof title !== 'string' || title === '' || title.length > longestTitle) return [400, { error: 'title' }]
      if (stars !== null && !(Number.isInteger(stars) && Number(stars) >= 0 && Number(stars) <= 5)) return [400, { error: 'stars' }]
      const note = { id: this.next++, title: storesTitle(title), stars: stars as number | null }
      this.rows.push(note)
      return [201, { ...note, title }]
    }
    const id = /^\/notes\/([^/]+)$/.exec(path)?.[1]
    if (id !== undefined && (method === 'GET' || method === 'DELETE')) {
      const note = this.rows.find(each => String(each.id) === id)
      if (note === undefined) return [this.#faults.second === true && this.removed > 0 ? 410 : 404, { error: messageOfMissing }]
      if (method === 'GET') return [200, note]
      this.removed++
      if (!keepsRemoved) this.rows = this.rows.filter(each => each !== note)
      return [204]
    }
    return [404, { error: 'no such route' }]
  }

  dump (): StateDump {
    return { tables: [{ name: 'notes', columns: [{ name: 'id', type: 'integer' }, { name: 'title', type: 'text' }], key: ['id'], rows: this.rows.map(({ id, title }) => [String(id), title]) }] }
  }
}

/**
 * Legacy, its twin and a candidate with faults, in this process; emptied before each trial.
 * @param stored whether what they hold is compared
 */
export async function openNotes (faults: Faults = {}, stored = false): Promise<Sides & { readonly origin: URL }> {
  const closers: Array<() => Promise<void>> = []
  const open = async (name: SideName, own: Faults): Promise<Side> => {
    let notes = new Notes(own)
    const server = createServer((request, response) => {
      if (own.diesAt !== undefined && request.url?.includes(own.diesAt)) request.socket.destroy()
      else notes.answer(request, response)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    }))
    const origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const state = { name, url: '', reset: async () => { notes = new Notes(own) }, dump: async () => notes.dump(), stop: async () => {}, start: async () => {} }
    return { name, origin: () => origin, state: stored ? state : undefined, revive: async () => { notes = new Notes(own) } }
  }
  const legacy = await open('legacy', {})
  const twin = await open('twin', {})
  const candidate = await open('candidate', faults)
  return { legacy, twin, candidate, origin: candidate.origin(), close: async () => { await Promise.all(closers.map(close => close())) } }
}
