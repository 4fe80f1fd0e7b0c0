import { Pool } from 'undici'
import { bound, CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { startNode } from '../harness/process.ts'
import { withScratch } from '../harness/scratch.ts'
import { confidence, countMoves, isOutside, type Split, type Step } from './split-check.ts'

const shares = [0, 100, 1_000, 5_000, 9_900, 10_000] as const
const kinds = ['random', 'user', 'visitor'] as const
type Kind = typeof kinds[number]

/** The splits of a running switch at several shares, and whether users stay where they should as shares move. */
export async function run (options: Options): Promise<Figure> {
  const users = options.quick ? 1_000 : 20_000
  const upAndDown = [...shares, ...[...shares].reverse().slice(1)]
  const splits: Split[] = []
  const steps: Record<Kind, Step[]> = { random: [], user: [], visitor: [] }
  await withScratch(async folder => {
    const server = await startNode({ file: 'split.mjs', args: [folder], role: 'server', channel: true })
    const pool = new Pool(server.url, { connections: 50, pipelining: 1 })
    const cookies: string[] = []
    try {
      for (const share of upAndDown) {
        await server.ask({ share })
        for (const kind of kinds) {
          const onCandidate = await sideOfEach(pool, kind, users, cookies)
          const split = { kind, share, requests: users, candidate: onCandidate.filter(Boolean).length }
          splits.push(split)
          steps[kind].push({ share, onCandidate })
          options.log(`${kind.padEnd(8)} at ${String(share / 100).padStart(3)} %: ${split.candidate} of ${users} on the candidate${isOutside(split) ? ', OUTSIDE its interval' : ''}`)
        }
      }
    } finally {
      await pool.destroy()
      await server.stop()
    }
  })
  const moves = { user: countMoves(steps.user), visitor: countMoves(steps.visitor) }
  return {
    figure: 'split',
    bounds: [
      bound('outside_interval', '== 0', splits.filter(isOutside).length),
      bound('moved_on_raise', '== 0', moves.user.onRaise + moves.visitor.onRaise),
      bound('moved_on_lower', '== 0', moves.user.onLower + moves.visitor.onLower)
    ],
    splits,
    confidence,
    method: `${users} requests of each kind at each share, up and down again: "random" has no key, "user" sticks by a header, "visitor" by the switch's own cookie`,
    machine: machine()
  }
}

/** Sends one request for each user and gives who was on the candidate; the answer's header and body must agree. */
async function sideOfEach (pool: Pool, kind: Kind, users: number, cookies: string[]): Promise<boolean[]> {
  const sides = new Array<boolean>(users)
  let next = 0
  const work = async (): Promise<void> => {
    while (next < users) {
      const user = next++
      const headers: Record<string, string> = kind === 'user' ? { 'x-user': `user-${user}` } : {}
      if (kind === 'visitor' && cookies[user] !== undefined) headers.cookie = cookies[user]
      const response = await pool.request({ path: `/${kind}`, method: 'GET', headers })
      const text = await response.body.text()
      const routedTo = response.headers['x-routed-to']
      if (response.statusCode !== 200 || text !== routedTo || (text !== 'legacy' && text !== 'candidate')) {
        throw new CannotRun(`a request for ${kind} got ${response.statusCode} from "${text}", x-routed-to "${String(routedTo)}"`)
      }
      const setCookie = response.headers['set-cookie']
      if (kind === 'visitor' && setCookie !== undefined) cookies[user] = String(Array.isArray(setCookie) ? setCookie[0] : setCookie).split(';')[0]!
      sides[user] = text === 'candidate'
    }
  }
  await Promise.all(Array.from({ length: 50 }, work))
  return sides
}
