import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startDatabase } from '../../../../examples/runtime/postgres.ts'
import { demoAccounts } from '../../../../examples/vehicles/data/seed.ts'
import { startStandIn } from '../../../../examples/vehicles/external/vpic/stand-in.ts'
import { bound, CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { freePort } from '../harness/process.ts'
import { withScratch } from '../harness/scratch.ts'
import { median } from '../harness/statistics.ts'
import { transpile } from '../harness/transpile.ts'
import { kinds, settle, type Kind, type Received, type Result } from './rollback/account.ts'
import { startGateway, type RunningGateway } from './rollback/gateway.ts'
import { sendTraffic, type Outcome, type Sample } from './rollback/traffic.ts'

const rate = 500
const safePart = 0.7
const feature = 'vehicles'
const warmConnections = 4
const warmRequests = 500
const mostAttempts = 3

/** How long a fault may go on. A leak has to become large enough to be one. */
const patienceMs: Readonly<Record<Kind, number>> = { well: 20_000, fail: 10_000, hang: 10_000, slow: 20_000, wrong: 20_000, leak: 30_000, exit: 10_000 }

/** Documented set-ups of others, by their own pages; not measured here. */
const others = [
  { name: 'Flagger', time: '10 min', how: 'interval 1m × threshold 10 failed checks', source: 'docs.flagger.app, How it works: Canary analysis' },
  { name: 'Argo Rollouts', time: '15–20 min', how: 'interval 5m, failureLimit 3', source: 'argoproj.github.io/argo-rollouts, Analysis & Progressive Delivery' }
] as const

interface Place {
  readonly folder: string
  readonly code: string
  readonly env: Readonly<Record<string, string>>
  readonly options: Options
}

/** The vehicles example under load, its candidate at 50 %, which then goes bad in six ways: how soon it is off, and who noticed. */
export async function run (options: Options): Promise<Figure> {
  const code = await transpile(fileURLToPath(new URL('../../../../examples/vehicles', import.meta.url)), 'cutover-rollback')
  const database = await startDatabase('vehicles').catch((error: unknown) => { throw new CannotRun(`no database: ${String(error)}`) })
  const standIn = await startStandIn()
  try {
    const env = {
      NODE_ENV: 'test',
      LOG_LEVEL: 'warn',
      DATABASE_URL: database.url,
      VPIC_URL: standIn.url,
      JWT_SECRET: 'a secret of the proof, known to all who read this',
      SEED_DEMO_DATA: 'true'
    }
    const results: Result[] = []
    let early = 0
    for (const kind of kinds) {
      for (let attempt = 1; results.at(-1)?.kind !== kind; attempt++) {
        try {
          results.push(await withScratch(folder => one(kind, { folder, code, env, options })))
          options.log(line(results.at(-1)!))
        } catch (error) {
          if (!(error instanceof TakenBackEarly) || attempt === mostAttempts) throw error
          early++
          options.log(error.message)
        }
      }
    }
    show(results, options)
    const of = (kind: Kind): Result => results.find(result => result.kind === kind)!
    return {
      figure: 'rollback',
      bounds: [
        ...kinds.filter(kind => kind !== 'well').flatMap(kind => [
          bound(`seconds_${kind}`, kind === 'wrong' || kind === 'leak' ? '' : '<= 1', of(kind).seconds),
          bound(`safe_failed_${kind}`, '== 0', of(kind).safeFailed),
          bound(`unsafe_failed_${kind}`, '', of(kind).unsafeFailed)
        ]),
        bound('taken_back_well', '== 0', of('well').seconds === null ? 0 : 1)
      ],
      taken_back_early: early,
      results,
      documented: others,
      method: `${rate} requests a second, open loop, ${safePart * 100} % GET, the rest PUT; cutover up with legacy and candidate as commands, a share of 5 %, then cutover rollout at its first stage, 50 %; seconds from the fault to the last request of a client that the candidate itself received (copies by shadowing and health checks are not clients). safe_failed: errors, no answers and, but for "wrong", wrong bodies. Gates: errorRate below 0.1 %, p75 at most 1.5 and p95 at most 1.25 times legacy's, p95 below 250 ms, memory below 400 MB, no live difference at 20 % shadowed; timeouts.firstByte 2 s. slow: ten times the median that its clients waited before`,
      machine: machine()
    }
  } finally {
    await standIn.close()
    await database.stop()
    await rm(code, { recursive: true, force: true })
  }
}

async function one (kind: Kind, { folder, code, env, options }: Place): Promise<Result> {
  const control = `http://127.0.0.1:${await freePort()}`
  const config = await configOf(code, env, new URL(control).port)
  const gateway = await startGateway(folder, config)
  try {
    const samples = await samplesOf(gateway.url)
    // As servers are that have been running: what they do in their first seconds is not what is asked here.
    for (const url of [config.legacy.origin, config.candidate.origin, gateway.url]) await warm(url, samples)
    const traffic = sendTraffic({ url: gateway.url, rate, safePart, ...samples })
    try {
      // At 5 %, so that both are warm and legacy's latency is known; then at the 50 % of the first stage, well.
      await wait(options.quick ? 1_000 : 2_500)
      await gateway.command('rollout', 'start', feature)
      await wait(options.quick ? 1_500 : 4_000)
      await healthy(gateway, kind)
      const before = await received(control)
      if (before.live.count === 0) throw new CannotRun('the candidate got no request before the fault')
      const { at } = await (await fetch(`${control}/${kind}${kind === 'slow' ? `?usual=${usualMs(traffic.outcomes)}` : ''}`, { method: 'POST' })).json() as { at: number }
      await rolledBack(gateway, patienceMs[kind])
      await wait(1_500)
      await traffic.finish()
      const journal = await gateway.journal()
      return settle(kind, { outcomes: traffic.outcomes, faultAt: at, before, after: await received(control), journal })
    } finally {
      await traffic.finish()
    }
  } finally {
    await gateway.stop()
  }
}

async function configOf (code: string, env: Readonly<Record<string, string>>, faultsPort: string) {
  const backend = async (path: string, more: Readonly<Record<string, string>> = {}) => ({
    command: `"${process.execPath}" "${join(code, path)}"`,
    origin: `http://127.0.0.1:${await freePort()}`,
    health: '/health',
    env: { ...env, ...more }
  })
  return {
    legacy: await backend('legacy/server.js'),
    candidate: await backend('faults/server.js', { FAULTS_PORT: faultsPort }),
    features: { [feature]: { routes: ['/api/vehicles', '/api/vehicles/*'], risk: 'high', share: '5%' } },
    listen: { port: 0 },
    shadow: { share: '20%' },
    timeouts: { firstByte: '2s', connect: '10s' },
    rollout: {
      stages: ['50%', '100%'],
      hold: '10m',
      gates: {
        errorRate: { below: '0.1%' },
        p75: { relativeToLegacy: 1.5 },
        p95: { below: '250ms', relativeToLegacy: 1.25 },
        sampleRatio: true,
        memory: { below: '400MB' },
        parity: { verify: false, live: 20 }
      }
    }
  }
}

/** Reads of one account and writes of another, so that the right answer of each read stays the same. */
async function samplesOf (url: string): Promise<{ reads: Sample[], writes: Sample[] }> {
  const [reader, writer] = [await signIn(url, 0), await signIn(url, 1)]
  const get = async (path: string, token: string): Promise<string> => await (await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })).text()
  const list = '/api/vehicles'
  const listed = await get(list, reader)
  const paths = [list, ...idsIn(listed).map(id => `${list}/${id}`)]
  const reads = await Promise.all(paths.map(async path => ({ method: 'GET' as const, path, token: reader, answer: await get(path, reader) })))
  const writes = idsIn(await get(list, writer)).map((id, place) => ({ method: 'PUT' as const, path: `${list}/${id}`, token: writer, body: JSON.stringify({ odometer: 1000 + place }) }))
  return { reads, writes }
}

/** Asks one after the other on a few connections. */
async function warm (url: string, { reads, writes }: { reads: readonly Sample[], writes: readonly Sample[] }): Promise<void> {
  await Promise.all(Array.from({ length: warmConnections }, async () => {
    for (let count = 0; count < warmRequests; count++) {
      const { method, path, token, body } = [...reads, ...reads, ...writes][count % (2 * reads.length + writes.length)]!
      const response = await fetch(url + path, { method, headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) }, ...(body !== undefined && { body }) })
      await response.arrayBuffer()
    }
  }))
}

function idsIn (list: string): string[] {
  return (JSON.parse(list) as { vehicles: Array<{ id: string }> }).vehicles.map(({ id }) => id)
}

async function signIn (url: string, account: 0 | 1): Promise<string> {
  const { email, password } = demoAccounts[account]
  const response = await fetch(`${url}/api/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password }) })
  const { token } = await response.json() as { token?: string }
  if (token === undefined) throw new CannotRun(`signing in answered ${response.status}`)
  return token
}

/** A candidate that is taken back while it is well proves nothing of its faults; other programs can do that to it. */
class TakenBackEarly extends CannotRun {}

async function healthy (gateway: RunningGateway, kind: Kind): Promise<void> {
  const failed = (await gateway.journal()).find(line => line.event === 'failed')
  if (failed !== undefined) throw new TakenBackEarly(`${kind}: taken back before the fault: ${failed.why}`)
}

async function rolledBack (gateway: RunningGateway, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs
  while (performance.now() < until && !(await gateway.journal()).some(({ kind }) => kind === 'rollback')) await wait(100)
}

/** What the candidate's clients wait as a rule. */
function usualMs (outcomes: readonly Outcome[]): number {
  return median(outcomes.filter(({ routedTo }) => routedTo === 'candidate').slice(-500).map(({ milliseconds }) => milliseconds))
}

/** The candidate may be about to be started again. */
async function received (control: string): Promise<Received> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      const { pid, seen } = await (await fetch(control)).json() as { pid: number, seen: { live: Received['live'] } }
      return { pid, live: seen.live }
    } catch {
      await wait(100)
    }
  }
  throw new CannotRun('the candidate does not say what it received')
}

function show (results: readonly Result[], { log }: Options): void {
  const row = (cells: readonly unknown[]): string => cells.map((cell, place) => place === 0 ? String(cell).padEnd(10) : String(cell).padStart(14)).join('')
  log('')
  log(row(['fault', 'seconds', 'requests', 'safe failed', 'unsafe failed', 'wrong bodies', 'slowest read', 'gate']))
  for (const each of results) log(row([each.kind, each.seconds?.toFixed(2) ?? 'never', each.requests, each.safeFailed, each.unsafeFailed, each.wrongBodies, `${each.slowestSafeMs} ms`, each.gate ?? '']))
  log('')
  log('The same, as the pages of others document their set-ups (not measured here):')
  for (const { name, time, how, source } of others) log(`${name.padEnd(16)}${time.padEnd(12)}${how} (${source})`)
}

function line ({ kind, seconds, requests, gate, reason }: Result): string {
  return `${kind}: ${seconds === null ? 'not taken back' : `off after ${seconds.toFixed(2)} s and ${requests} requests`}${gate === undefined ? '' : `, by ${gate}: ${reason}`}`
}
