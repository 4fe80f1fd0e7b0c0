import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { Agent, createServer, get, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { bound, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { withScratch } from '../harness/scratch.ts'
import { seeded } from '../harness/statistics.ts'
import { startGateway, type KillableGateway } from './crash/gateway.ts'
import { coursesOf, isOver, readLines, skippedIn, unrestored, unwhole, type Course } from './crash/journal-check.ts'

const holdMs = 150
const stages = ['20%', '40%', '60%', '80%', '100%']
const features = ['health', 'items']
/** When the process is killed: at any time, just after it wrote something, as soon as it is up, or while it is asked to start. */
type Moment = 'any' | 'write' | 'soon' | 'asked'
const moments: readonly Moment[] = ['any', 'any', 'write', 'write', 'write', 'soon', 'asked']

interface Account {
  kills: number
  readonly unwhole: string[]
  readonly unrestored: string[]
  readonly astray: string[]
  readonly seen: Record<string, number>
}

/** A gateway that rolls out is killed again and again; after each kill its journal, its shares and its course are looked at. */
export async function run ({ log, quick, seconds }: Options): Promise<Figure> {
  const kills = quick ? 8 : seconds === undefined ? 200 : Math.max(8, Math.round(seconds / 2))
  const account: Account = { kills: 0, unwhole: [], unrestored: [], astray: [], seen: {} }
  const text = await withScratch(async folder => await killAgainAndAgain(folder, kills, account, log))
  const { lines } = readLines(text)
  const skipped = skippedIn(lines, holdMs)
  for (const line of [...account.unwhole, ...account.unrestored, ...account.astray, ...skipped].slice(0, 20)) log(line)
  const bad = (list: readonly string[]): number => new Set(list.map(line => line.split(' ')[1])).size
  return {
    figure: 'crash',
    bounds: [
      bound('journals_whole', `== ${kills}`, account.kills - bad(account.unwhole)),
      bound('shares_restored', `== ${kills}`, account.kills - bad([...account.unrestored, ...account.astray])),
      bound('stages_skipped', '== 0', skipped.length)
    ],
    kills: account.kills,
    seen: account.seen,
    journal_lines: lines.length,
    faults: [...account.unwhole, ...account.unrestored, ...account.astray, ...skipped].slice(0, 20),
    method: `cutover up with two features of ${stages.length} stages, each held ${holdMs} ms, under traffic; a third of the rollouts meet a candidate that begins to fail; SIGKILL at random times, within 4 ms of a write, as soon as it is up, and while it is asked to start`,
    machine: machine()
  }
}

async function killAgainAndAgain (folder: string, kills: number, account: Account, log: (line: string) => void): Promise<string> {
  const random = seeded(Date.now() % 2 ** 31)
  const backends = { legacy: await backend(), candidate: await backend() }
  await writeFile(join(folder, 'cutover.config.json'), JSON.stringify({
    legacy: { origin: backends.legacy.url },
    candidate: { origin: backends.candidate.url },
    features: Object.fromEntries(features.map(name => [name, { routes: [`/${name}`], risk: 'low' }])),
    rollout: { stages, hold: `${holdMs}ms`, minimumRequests: 3, tick: '20ms', cooldown: '0ms', gates: { errorRate: { below: '50%' } } }
  }))
  const file = join(folder, '.cutover', 'journal.ndjson')
  const journal = (): string => { try { return readFileSync(file, 'utf8') } catch { return '' } }
  let gateway: KillableGateway | undefined
  const load = sendLoad(() => gateway?.url)
  const count = (what: string): void => { account.seen[what] = (account.seen[what] ?? 0) + 1 }
  try {
    for (let left = ''; account.kills < kills; left = journal()) {
      gateway = await startGateway(folder)
      const now = await settledText(journal)
      if (left !== '') judge(account, left, now, gateway)
      const moment = moments[Math.floor(random() * moments.length)]!
      if (moment !== 'soon') {
        account.astray.push(...(await goesOn(gateway, readLines(left).lines, journal)).map(line => `kill ${account.kills}: ${line}`))
        await begin(gateway, backends.candidate, journal, random, moment === 'asked')
      }
      await when(moment, file, random)
      await gateway.kill()
      account.kills++
      count(`killed ${moment}`)
      const killed = readLines(journal())
      if (killed.torn !== '') count('torn line')
      count(`after ${killed.lines.at(-1)?.event ?? killed.lines.at(-1)?.kind}`)
      if (account.kills % 20 === 0) log(`${account.kills} of ${kills} kills: ${JSON.stringify(account.seen)}`)
    }
    gateway = await startGateway(folder)
    judge(account, journal(), await settledText(journal), gateway)
    return await settledText(journal)
  } finally {
    await gateway?.kill()
    await load.stop()
    for (const { server } of Object.values(backends)) server.close().closeAllConnections()
  }
}

function judge (account: Account, left: string, now: string, gateway: KillableGateway): void {
  account.unwhole.push(...unwhole(left, now).map(line => `kill ${account.kills}: ${line}`))
  account.unrestored.push(...unrestored(readLines(left).lines, readLines(now).lines, gateway.announced).map(line => `kill ${account.kills}: ${line}`))
}

/** The journal without half a line that the gateway is just writing. One that stays is a fault, and is given. */
async function settledText (journal: () => string): Promise<string> {
  for (const until = performance.now() + 1_000; ; await wait(1)) {
    const text = journal()
    if (text === '' || text.endsWith('\n') || performance.now() > until) return text
  }
}

/** What a rollout that the kill met does then: its stage's share comes into effect, or it says how it ended. */
async function goesOn (gateway: KillableGateway, left: ReturnType<typeof readLines>['lines'], journal: () => string): Promise<string[]> {
  const open = [...coursesOf(left).values()].filter(course => !isOver(course))
  const until = performance.now() + 5_000
  const wrong = (course: Course): string | undefined => {
    const { lines } = readLines(journal())
    const now = coursesOf(lines).get(course.feature)!
    if (now.rollout !== course.rollout) return undefined
    if (course.off) return now.last === 'failed' || now.last === 'aborted' ? undefined : `${course.feature} was rolled back, and its rollout does not say so`
    if (isOver(now) || now.last === 'queued') return undefined
    const share = lines.findLast(({ kind, feature }) => kind === 'share' && feature === course.feature)?.to
    return now.stage >= course.stage && share === now.stages[now.stage] ? undefined : `${course.feature} is at ${share} in stage ${now.stage + 1}`
  }
  for (;;) {
    const still = open.map(wrong).filter(line => line !== undefined)
    if (still.length === 0 || performance.now() > until) return still
    await wait(5)
  }
}

/** Sees to it that a rollout is under way, and that every third meets a candidate that begins to fail. */
async function begin (gateway: KillableGateway, candidate: Backend, journal: () => string, random: () => number, unanswered: boolean): Promise<void> {
  const courses = [...coursesOf(readLines(journal()).lines).values()]
  if (!courses.some(course => !isOver(course))) {
    candidate.fails = false
    await gateway.call('POST', '/api/rollback', { who: 'proof', why: 'again' })
    const asked = gateway.call('POST', '/api/rollout/start', { override: true, who: 'proof', why: 'again', version: String(random()) })
    // The kill may come before the answer.
    if (unanswered) asked.catch(() => {})
    else await asked
    return
  }
  candidate.fails = random() < 0.35
}

async function when (moment: Moment, file: string, random: () => number): Promise<void> {
  if (moment === 'soon') return await wait(random() * 40)
  if (moment === 'asked') return await wait(random() * 12)
  if (moment === 'any') return await wait(random() * 700)
  const size = (): number => { try { return statSync(file).size } catch { return 0 } }
  const [before, until] = [size(), performance.now() + 1_500]
  while (size() === before && performance.now() < until) await new Promise(resolve => setImmediate(resolve))
  const at = performance.now() + random() * 4
  while (performance.now() < at);
}

interface Backend {
  readonly url: string
  readonly server: Server
  fails: boolean
}

async function backend (): Promise<Backend> {
  const made = { fails: false }
  const server = createServer((_request, response) => { response.writeHead(made.fails ? 500 : 200, { 'content-type': 'application/json' }).end('{"ok":true}') }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(made, { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

/** A few hundred requests a second to wherever the gateway is, whatever becomes of them. */
function sendLoad (url: () => string | undefined): { stop (): Promise<void> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const stopping = new AbortController()
  const send = async (worker: number): Promise<void> => {
    while (!stopping.signal.aborted) {
      const to = url()
      if (to !== undefined) {
        await new Promise<void>(resolve => {
          const asked = get(`${to}/${features[worker % features.length]}`, { agent, timeout: 1_000 }, response => { response.resume().on('close', resolve) })
          asked.on('error', () => resolve()).on('timeout', () => asked.destroy())
        })
      }
      await wait(8)
    }
  }
  const workers = Promise.all([0, 1, 2, 3].map(send))
  return {
    stop: async () => {
      stopping.abort()
      await workers
      agent.destroy()
    }
  }
}
