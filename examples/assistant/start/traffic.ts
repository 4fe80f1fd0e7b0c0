import { randomUUID } from 'node:crypto'
import type { Tokens } from '../domain/tokens.ts'
import { count, inParallel, type Client, type Tally } from './clients.ts'

/** Where the traffic of one percentage went: requests that are drawn one by one, and users that stay where they are. */
export interface Spread {
  readonly requests: Tally
  readonly users: Tally
  /** Users who met both servers. */
  readonly torn: number
}

const requests = 1_500
const users = 600
const atOnce = 8

/** Sends what an application's clients send, and counts which server answered. */
export async function sendTraffic (client: Client, token: string, tokens: Tokens): Promise<Spread> {
  const each: Spread = { requests: { total: 0, candidate: 0 }, users: { total: 0, candidate: 0 }, torn: 0 }
  let torn = 0
  const kinds = [
    () => client.request('GET', '/health'),
    () => client.request('GET', '/api/auth/verify', { token }),
    () => client.request('GET', '/api/auth/profile', { token }),
    () => client.request('GET', '/api/auth/verify', { status: 401 }),
    () => client.request('PUT', '/api/auth/profile', { token, json: { bio: 'Moved without noticing.' } })
  ]
  await Promise.all([
    inParallel(requests, atOnce / 2, async index => count(each.requests, await kinds[index % kinds.length]!())),
    inParallel(users, atOnce / 2, async index => {
      const own = tokens.issue(randomUUID())
      const first = await client.request('GET', '/api/ai/capabilities', { token: own })
      count(each.users, first)
      if (index % 10 !== 0 || first === undefined) return
      const second = index % 20 === 0
        ? await client.stream(own, 'What is a migration?')
        : await client.request('POST', '/api/ai/generate', { token: own, json: { prompt: 'What is a migration?' } })
      if (second !== undefined && second.side !== first.side) torn++
    })
  ])
  return { ...each, torn }
}
