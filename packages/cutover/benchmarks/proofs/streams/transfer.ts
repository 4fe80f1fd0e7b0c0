import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { CannotRun } from '../../harness/figure.ts'
import { randomBytes } from './random.ts'

const patienceMs = 480_000

/** A signed-in client of the switch. */
export interface Client {
  readonly url: string
  readonly token: string
}

/** What went over the wire. */
export interface Transferred {
  /** SHA-256 of the bytes here, in base64. */
  readonly sent: string
  /** That of the other end: what the server stored, or what the client got. */
  readonly received: string
  readonly seconds: number
  /** What the switch says of who served it. */
  readonly side: string
}

/** Sends a JSON request. @throws CannotRun when it is not answered with 2xx */
export async function ask (client: Partial<Client> & { url: string }, method: string, path: string, json?: unknown): Promise<{ [key: string]: unknown, side: string }> {
  const sending = open(client, method, path, json === undefined ? {} : { 'content-type': 'application/json' })
  sending.end(json === undefined ? undefined : JSON.stringify(json))
  const [response] = await once(sending, 'response') as [IncomingMessage]
  const body = await text(response)
  if (response.statusCode! > 299) throw new CannotRun(`${method} ${path} answered ${response.statusCode}: ${body.slice(0, 200)}`)
  return { ...(body === '' ? {} : JSON.parse(body) as object), side: sideOf(response) }
}

/** Uploads a content that is made as it is sent. */
export async function upload (client: Client, noteId: string, { seed, length }: { seed: number, length: number }): Promise<Transferred> {
  const began = performance.now()
  const hash = createHash('sha256')
  const sending = openUpload(client, noteId, length)
  const answered = once(sending, 'response') as Promise<[IncomingMessage]>
  answered.catch(() => {})
  for (const piece of randomBytes(seed, length)) {
    hash.update(piece)
    await written(sending, piece)
  }
  sending.end()
  const [response] = await answered
  const { sha256 } = JSON.parse(await text(response)) as { sha256?: string }
  return { sent: hash.digest('base64'), received: sha256 ?? `status ${response.statusCode}`, seconds: (performance.now() - began) / 1000, side: sideOf(response) }
}

/** Downloads a content; nothing of it is kept. */
export async function download (client: Client, noteId: string, { seed, length }: { seed: number, length: number }): Promise<Transferred> {
  const began = performance.now()
  const received = createHash('sha256')
  const response = await openDownload(client, noteId)
  for await (const piece of response) received.update(piece as Buffer)
  const seconds = (performance.now() - began) / 1000
  const sent = createHash('sha256')
  for (const piece of randomBytes(seed, length)) sent.update(piece)
  return { sent: sent.digest('base64'), received: received.digest('base64'), seconds, side: sideOf(response) }
}

/** Begins an upload and leaves after some of its bytes. */
export async function abortUpload (client: Client, noteId: string, { seed, length, after }: { seed: number, length: number, after: number }): Promise<void> {
  const sending = openUpload(client, noteId, length)
  const closed = closedOf(sending)
  let left = after
  for (const piece of randomBytes(seed, length)) {
    const part = piece.subarray(0, left)
    left -= part.length
    await written(sending, part)
    if (left === 0) break
  }
  sending.destroy()
  await closed
}

/** Begins a download and leaves after some of its bytes. */
export async function abortDownload (client: Client, noteId: string, { after }: { after: number }): Promise<void> {
  const response = await openDownload(client, noteId)
  const closed = closedOf(response)
  let got = 0
  response.on('data', (piece: Buffer) => {
    got += piece.length
    if (got >= after) response.destroy()
  })
  await closed
}

async function openDownload (client: Client, noteId: string): Promise<IncomingMessage> {
  const asking = open(client, 'GET', `/api/notes/${noteId}/content`)
  asking.end()
  const [response] = await once(asking, 'response') as [IncomingMessage]
  if (response.statusCode !== 200) throw new CannotRun(`the content was answered with ${response.statusCode}: ${(await text(response)).slice(0, 200)}`)
  return response
}

/** Done when a stream that is left is closed: that it then fails is what was wanted. */
function closedOf (stream: ClientRequest | IncomingMessage): Promise<void> {
  stream.on('error', () => {})
  return new Promise(resolve => { stream.once('close', resolve) })
}

/** Done when the bytes are on their way to the other end, as far as this one can tell. */
function written (sending: ClientRequest, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => { sending.write(piece, error => { error == null ? resolve() : reject(error) }) })
}

function openUpload (client: Client, noteId: string, length: number): ClientRequest {
  return open(client, 'PUT', `/api/notes/${noteId}/content`, {
    'content-type': 'application/octet-stream',
    'content-length': length,
    'x-encapsulated-key': Buffer.alloc(32, 1).toString('base64'),
    'x-encrypted-symmetric-key': Buffer.alloc(48, 2).toString('base64')
  })
}

function open ({ url, token }: Partial<Client> & { url: string }, method: string, path: string, headers: Readonly<Record<string, string | number>> = {}): ClientRequest {
  return request(url + path, { method, agent: false, signal: AbortSignal.timeout(patienceMs), headers: { ...headers, ...token !== undefined && { authorization: `Bearer ${token}` } } })
}

function sideOf (response: IncomingMessage): string {
  return String(response.headers['x-routed-to'])
}
