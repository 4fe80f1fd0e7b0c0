import { randomUUID } from 'node:crypto'
import type { StandIn } from '../external/stand-in/stand-in.ts'
import { inParallel, type Client, type Side } from './clients.ts'

/** One thing that the demonstration shows. */
export interface Shown {
  readonly held: boolean
  readonly line: string
}

/** Sends everything to one face. */
export type MoveTo = (side: Side) => Promise<void>

/** An answer that one face cached is served by the other, in both directions. */
export async function showSharedCache (client: Client, moveTo: MoveTo): Promise<Shown> {
  const names = { legacy: 'FastAPI', candidate: 'Fastify' }
  const lines: string[] = []
  let held = true
  for (const [from, to] of [['legacy', 'candidate'], ['candidate', 'legacy']] as const) {
    const prompt = `Asked once: ${randomUUID()}`
    await moveTo(from)
    const asked = await client.prompt({ prompt })
    await moveTo(to)
    const again = await client.prompt({ prompt })
    held &&= asked?.side === from && !asked.cached && again?.side === to && again.cached && again.output === asked.output
    lines.push(`${names[from]} asked ${asked?.model ?? 'nobody'}, ${names[to]} ${again?.cached === true ? 'answered from its cache' : 'asked anew'}`)
  }
  return { held, line: `one cache for both: ${lines.join('; ')}` }
}

const outagePrompts = 60

/** While a provider is down, the other one answers, and clients notice nothing. */
export async function showOutage (client: Client, standIn: StandIn): Promise<Shown> {
  const before = client.failures.length
  const failed = { legacy: 0, candidate: 0 }
  let answered = 0
  let byOther = 0
  standIn.control({ openai: 'down' })
  try {
    await inParallel(outagePrompts, 6, async index => {
      const reply = await client.prompt({ prompt: `While OpenAI is down, ${randomUUID()}: ${index}`, cache: false })
      if (reply === undefined) return
      answered++
      if (reply.provider === 'anthropic') byOther++
      failed[reply.side] += reply.attempts.filter(({ outcome }) => outcome !== 'ok').length
    })
  } finally {
    standIn.control({})
  }
  const noticed = client.failures.length - before
  return {
    held: noticed === 0 && byOther === outagePrompts && failed.legacy > 0 && failed.candidate > 0,
    line: `OpenAI down for ${outagePrompts} prompts at 50 %: ${byOther} of ${answered} answered by Anthropic, after ${failed.legacy} failed attempts of FastAPI and ${failed.candidate} of Fastify; ${noticed} noticed by clients`
  }
}
