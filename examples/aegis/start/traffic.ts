import { createHash, randomBytes } from 'node:crypto'
import type { SideName, Visitor } from './visitor.ts'

/** Where the requests of one round went, by what they were. */
export interface Round {
  readonly requests: Readonly<Record<SideName, number>>
  /** Visitors by the side that served their tasks. */
  readonly visitors: Readonly<Record<SideName, number>>
  /** Contents that went up, came down, and were the same. */
  readonly contents: Readonly<Record<SideName, number>>
}

const contentBytes = 4 * 1024 * 1024
const key = Buffer.alloc(32, 7).toString('base64')
const ciphertext = () => randomBytes(48).toString('base64')

/**
 * What each visitor does once: looks around, adds a task, ticks it off and removes it; every fourth writes a note with 4 MB of content,
 * reads that back, and a part of it.
 */
export async function sendRound (visitors: readonly Visitor[], failures: string[]): Promise<Round> {
  const requests = { legacy: 0, candidate: 0 }
  const tasks = { legacy: 0, candidate: 0 }
  const contents = { legacy: 0, candidate: 0 }

  const asked = async (visitor: Visitor, ...request: Parameters<Visitor['request']>) => {
    const answer = await visitor.request(...request)
    if (answer !== undefined) requests[answer.side]++
    return answer
  }

  async function look (visitor: Visitor): Promise<void> {
    for (const path of ['/health', '/api/auth/me', '/api/tasks', '/api/notes', '/api/calendar?from=2030-01-01T00:00:00.000Z&to=2030-02-01T00:00:00.000Z', '/api/folders']) await asked(visitor, 'GET', path)
  }

  async function plan (visitor: Visitor): Promise<void> {
    const added = await asked(visitor, 'POST', '/api/tasks', { json: { encryptedText: ciphertext() }, status: 201 })
    const path = added?.headers.get('location')
    if (added === undefined || path == null) return
    tasks[added.side]++
    const sides = [await asked(visitor, 'PUT', path, { json: { completed: true } }), await asked(visitor, 'DELETE', path, { status: 204 })].map(answer => answer?.side)
    if (sides.some(side => side !== undefined && side !== added.side)) failures.push(`${path}: a visitor met both backends`)
  }

  async function write (visitor: Visitor): Promise<void> {
    const added = await asked(visitor, 'POST', '/api/notes', { json: { encryptedTitle: ciphertext() }, status: 201 })
    const path = added?.headers.get('location')
    if (path == null) return
    const bytes = randomBytes(contentBytes)
    await asked(visitor, 'PUT', `${path}/content`, { bytes, headers: { 'x-encapsulated-key': key, 'x-encrypted-symmetric-key': key }, status: 201 })
    const whole = await asked(visitor, 'GET', `${path}/content`)
    const part = await asked(visitor, 'GET', `${path}/content`, { headers: { range: 'bytes=-1000' }, status: 206 })
    if (whole !== undefined && part !== undefined) {
      if (hashOf(whole.body) !== hashOf(bytes) || !part.body.equals(bytes.subarray(-1000))) failures.push(`${path}/content: other bytes came back`)
      else contents[whole.side]++
    }
    await asked(visitor, 'DELETE', path, { status: 204 })
  }

  await inParallel(visitors, 6, async (visitor, index) => {
    await look(visitor)
    await plan(visitor)
    if (index % 4 === 0) await write(visitor)
  })
  return { requests, visitors: tasks, contents }
}

function hashOf (bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function inParallel<Item> (items: readonly Item[], atOnce: number, work: (item: Item, index: number) => Promise<void>): Promise<void> {
  let next = 0
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let index = next++; index < items.length; index = next++) await work(items[index]!, index)
  }))
}
