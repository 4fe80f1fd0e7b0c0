import { randomUUID } from 'node:crypto'
import { inParallel, type Answer, type Client } from './clients.ts'

/** How requests of one kind were shared out. */
export interface Tally {
  total: number
  candidate: number
}

/** Where the traffic of one percentage went. */
export interface Spread {
  readonly reads: Tally
  /** Prompts, every third of them streamed. */
  readonly prompts: Tally
}

const reads = 600
const prompts = 300
const atOnce = 8

/** Sends what an application's clients send, and counts which face answered. */
export async function sendTraffic (client: Client): Promise<Spread> {
  const spread: Spread = { reads: { total: 0, candidate: 0 }, prompts: { total: 0, candidate: 0 } }
  const paths = ['/models', '/models/gpt-4o', '/usage', '/models?capability=code&limit=2', '/settings']
  // Each run asks something new, so that models are asked, and each question twice, so that the cache is too.
  const run = randomUUID()
  await inParallel(reads + prompts, atOnce, async index => {
    if (index % 3 !== 0) {
      count(spread.reads, await client.get(paths[index % paths.length]!))
      return
    }
    const body = { prompt: `Question ${Math.floor(index / 6)} of ${run}: what does a migration cost?` }
    count(spread.prompts, index % 9 === 0 ? await client.stream(body) : await client.prompt(body))
  })
  return spread
}

function count (tally: Tally, answer: Pick<Answer, 'side'> | undefined): void {
  if (answer === undefined) return
  tally.total++
  if (answer.side === 'candidate') tally.candidate++
}
