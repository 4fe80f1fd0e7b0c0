import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import type { TestContext } from 'node:test'
import { fault } from '../../../src/errors.ts'
import type { Exchange, ExchangeRequest } from '../../../src/message/exchange.ts'
import { headerLine, exchangeLine } from '../../../src/message/recording/format.ts'
import { createRedactor } from '../../../src/message/redaction/redact.ts'
import { send } from '../../../src/parity/send/send.ts'
import type { Side, SideName, Sides } from '../../../src/parity/trial/side.ts'
import type { TrialContext } from '../../../src/parity/trial/trial.ts'

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => unknown

/** An HTTP server on a port of its own. */
export async function serve (t: TestContext, handler: Handler): Promise<URL> {
  const server = createServer(async (request, response) => handler(request, response, Buffer.concat(await request.toArray()).toString()))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => { server.closeAllConnections(); server.close() })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

/** What a test makes wrong on one shop only. */
export interface ShopFaults {
  readonly deleteStatus?: number
  readonly noName?: boolean
  readonly total?: number
}

export interface Shop {
  readonly url: URL
  /** `METHOD target` of each request, with the status. */
  readonly log: string[]
  forget (): void
}

/**
 * A backend that makes things up: a session cookie, a bearer token, a CSRF token, uuids, numbers of orders that begin
 * anywhere, times.
 */
export async function shop (t: TestContext, faults: ShopFaults = {}): Promise<Shop> {
  const tokens = new Map<string, string>()
  const items = new Map<string, { id: string, name: string, createdAt: string }>()
  const orders = new Map<number, { id: number, itemId: string }>()
  const log: string[] = []
  let number = randomBytes(2).readUInt16BE() + 100
  const url = await serve(t, (request, response, text) => {
    const answer = (status: number, body?: unknown, headers: Record<string, string> = {}): void => {
      log.push(`${request.method} ${request.url} ${status}`)
      const payload = body === undefined ? '' : JSON.stringify(body)
      response.writeHead(status, { ...(body === undefined ? {} : { 'content-type': 'application/json', etag: `"${createHash('sha1').update(payload).digest('hex')}"` }), ...headers }).end(payload)
    }
    const [path] = request.url!.split('?') as [string]
    if (path === '/login') {
      const { password } = JSON.parse(text) as { password: string }
      if (password !== 'correct horse') return answer(401, { error: 'wrong password' })
      const token = randomBytes(20).toString('hex')
      const csrf = randomBytes(20).toString('hex')
      tokens.set(token, csrf)
      return answer(200, { token, csrfToken: csrf }, { 'set-cookie': `sid=${token}; Path=/; HttpOnly` })
    }
    if (path === '/health') return answer(200, { ok: true, ...(faults.total === undefined ? {} : { total: faults.total }) })
    const csrf = tokens.get(/^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? '')
    if (csrf === undefined) return answer(401, { error: 'sign in' })
    if (!request.headers.cookie?.includes('sid=')) return answer(403, { error: 'no cookie' })
    if (request.method !== 'GET' && request.headers['x-csrf-token'] !== csrf) return answer(403, { error: 'bad csrf token' })
    if (path === '/items' && request.method === 'POST') {
      const item = { id: randomUUID(), name: (JSON.parse(text) as { name: string }).name, createdAt: new Date().toISOString() }
      items.set(item.id, item)
      return answer(201, item, { location: `/items/${item.id}` })
    }
    if (path === '/orders' && request.method === 'POST') {
      const { itemId } = JSON.parse(text) as { itemId: string }
      if (!items.has(itemId)) return answer(422, { error: 'no such item' })
      const order = { id: ++number, itemId }
      orders.set(order.id, order)
      return answer(201, order)
    }
    const order = orders.get(Number(/^\/orders\/(\d+)$/.exec(path)?.[1]))
    if (order !== undefined) return answer(200, order)
    const item = items.get(/^\/items\/(.+)$/.exec(path)?.[1] ?? '')
    if (item === undefined) return answer(404, { error: 'not found' })
    if (request.method === 'DELETE') {
      items.delete(item.id)
      return answer(faults.deleteStatus ?? 204)
    }
    answer(200, faults.noName === true ? { id: item.id, createdAt: item.createdAt } : item)
  })
  return { url, log, forget: () => { tokens.clear(); items.clear(); orders.clear() } }
}

/** The exchanges of one visit to a shop, as a switch would record them. */
export async function visit (url: URL, session: string, startedAt = Date.now()): Promise<Exchange[]> {
  const exchanges: Exchange[] = []
  let at = startedAt
  const ask = async (method: string, target: string, headers: Record<string, string>, json?: unknown): Promise<{ json: Record<string, string>, headers: readonly (readonly [string, string])[] }> => {
    const body = json === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(json))
    const request: ExchangeRequest = { method, target, headers: [['Host', 'shop.test'], ...Object.entries(headers), ...(json === undefined ? [] : [['Content-Type', 'application/json'] as const])], body }
    const sent = await send(url, request, { timeoutMs: 5000, bodyLimit: 1e6 })
    if (!('response' in sent)) throw new Error(sent.failure.message)
    exchanges.push({ request, response: sent.response, session, startedAt: new Date(at).toISOString(), durationMs: 5 })
    at += 10
    return { json: sent.response.body.length === 0 ? {} : JSON.parse(sent.response.body.toString()), headers: sent.response.headers }
  }
  const { json: { token, csrfToken } } = await ask('POST', '/login', {}, { user: 'ann', password: 'correct horse' })
  const auth = { Authorization: `Bearer ${token}`, Cookie: `theme=dark; sid=${token}` }
  const write = { ...auth, 'X-CSRF-Token': csrfToken! }
  const created = await ask('POST', '/items', write, { name: 'lamp' })
  const location = created.headers.find(([name]) => name.toLowerCase() === 'location')![1]
  await ask('GET', location, auth)
  const { json: order } = await ask('POST', '/orders', write, { itemId: created.json.id })
  await ask('GET', `/orders/${order.id}?itemId=${created.json.id}`, auth)
  await ask('DELETE', location, write)
  await ask('GET', location, auth)
  return exchanges
}

/** The text of a recording; redacted as the switch does it, unless told otherwise. */
export function recordingOf (exchanges: readonly Exchange[], { redacted = true } = {}): string {
  const redactor = createRedactor()
  return headerLine({ cutover: 'recording', version: 1, id: 'test', part: 1, startedAt: '2026-01-01T00:00:00.000Z' }) +
    exchanges.map(exchange => exchangeLine(redacted ? redactor.redact(exchange) : exchange)).join('')
}

/** A side that runs somewhere already. */
export function sideAt (name: SideName, url: URL, state?: Side['state']): Side {
  return {
    name,
    origin: () => url,
    state,
    revive: async () => await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname, () => { socket.destroy(); resolve() })
      socket.on('error', error => reject(fault('CUT_SIDE_DOWN', name, url.href, error.message)))
    })
  }
}

/** A database of a shop, which only knows how to be emptied. */
export function memoryOf (name: string, forget: () => void): NonNullable<Side['state']> {
  return { name, url: 'memory:', reset: async () => forget(), dump: async () => ({ tables: [] }), stop: async () => {}, start: async () => {} }
}

export function contextOf (sides: Omit<Sides, 'close'>, more: Partial<TrialContext> = {}): TrialContext {
  return { sides: { ...sides, close: async () => {} }, rules: {}, noise: {}, timeoutMs: 5000, bodyLimit: 1e6, ...more }
}
