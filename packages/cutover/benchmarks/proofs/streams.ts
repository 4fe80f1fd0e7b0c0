import { rm } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { connect } from '../../../../examples/aegis/data/connection.ts'
import { demoUsers } from '../../../../examples/aegis/data/seed.ts'
import { startMongo } from '../../../../examples/runtime/mongodb.ts'
import { bound, CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { withScratch } from '../harness/scratch.ts'
import { transpile } from '../harness/transpile.ts'
import { startGateway, type RunningGateway } from './rollback/gateway.ts'
import { startBackend, type Backend } from './streams/backend.ts'
import { randomNumbers } from './streams/random.ts'
import { forgetPeak, handlesOf, peakMB, residentMB, type Handles, type Serving } from './streams/serving.ts'
import { abortDownload, abortUpload, ask, download, upload, type Client, type Transferred } from './streams/transfer.ts'

const megabyte = 1024 * 1024
const sides = ['legacy', 'candidate'] as const
/** Of the contents whose transfers break off. */
const brokenLength = 8 * megabyte
const atOnce = 4
const idleMs = 3_000
const settleMs = 40_000

interface Stage {
  readonly gateway: RunningGateway
  readonly backends: readonly Backend[]
  readonly serving: readonly Serving[]
  readonly client: Client
  readonly noteId: string
  /** What there is of contents in the database. */
  stored (): Promise<number>
  log (line: string): void
}

/** Large contents through the switch, up and down on each side, and transfers that break off: what memory they take, and what they leave behind. */
export async function run (options: Options): Promise<Figure> {
  const length = (options.quick ? 64 : 1024) * megabyte
  const broken = options.runs ?? (options.quick ? 20 : 100)
  const code = await transpile(fileURLToPath(new URL('../../../../examples/aegis', import.meta.url)), 'cutover-streams')
  try {
    return await withScratch(folder => onStage(folder, code, options, async stage => {
      await warmUp(stage, length)
      const memory = await measureMemory(stage, length)
      const left = await breakOff(stage, broken)
      return {
        figure: 'streams',
        bounds: [
          bound('memory_growth_MB', '<= 64', Math.max(...memory.processes.map(({ growthMB }) => growthMB))),
          bound('hashes_equal', '== 4', memory.equal),
          bound('handles_left', '== 0', left.handles),
          bound('chunks_left', '== 0', left.chunks)
        ],
        bytes: length,
        processes: memory.processes,
        transfers: memory.transfers,
        broken_off: broken,
        whole_one_survived: left.survived,
        handles_before: left.before,
        handles_after: left.after,
        cursors_after: left.cursors,
        method: 'cutover up, aegis\'s legacy and candidate each in a process of its own, contents in GridFS of the embedded database; pseudo-random bytes made as they are sent. Memory: the kernel\'s mark of the most resident memory during all transfers, less what was resident after the warm-up. Handles: open file descriptors of the three processes when they have come to rest, and cursors and operations open in the database clients of both. Chunks: documents in the three collections of contents',
        machine: machine()
      }
    }))
  } finally {
    await rm(code, { recursive: true, force: true })
  }
}

async function onStage<Value> (folder: string, code: string, options: Options, work: (stage: Stage) => Promise<Value>): Promise<Value> {
  const closers: Array<() => Promise<unknown>> = []
  try {
    const database = await startMongo('aegis').catch((error: unknown) => { throw new CannotRun(`no database: ${String(error)}`) })
    closers.push(() => database.stop())
    const env = {
      // Connections to the database that nobody uses are closed, so that those which stay are those which leak.
      MONGODB_URI: `${database.url}?maxIdleTimeMS=1000`,
      SESSION_SECRET: 'a secret of the proof, known to all who read this',
      CSRF_SECRET: 'another secret of the proof, known to all who read this',
      WEB_ORIGINS: 'http://localhost:3000',
      WEBAUTHN_RP_ID: 'localhost',
      SEED_DEMO_DATA: 'true',
      LOG_LEVEL: 'warn'
    }
    const backends: Backend[] = []
    for (const side of sides) {
      const backend = await startBackend(side, code, env)
      closers.push(() => backend.stop())
      backends.push(backend)
    }
    const gateway = await startGateway(folder, {
      legacy: { origin: backends[0]!.url },
      candidate: { origin: backends[1]!.url },
      features: { notes: { routes: ['/api/notes', '/api/notes/*'], risk: 'high', share: '0%' } },
      listen: { port: 0 },
      timeouts: { request: '10m' }
    })
    closers.push(() => gateway.stop())
    const connection = await connect(database.url)
    closers.push(() => connection.close())

    const { email, authHash } = demoUsers[0]!
    const { token } = await ask({ url: gateway.url }, 'POST', '/api/auth/login', { email, authHash }) as unknown as { token: string }
    const client = { url: gateway.url, token }
    const { id } = await ask(client, 'POST', '/api/notes', { encryptedTitle: 'q83v' })
    return await work({
      gateway,
      backends,
      serving: [{ name: 'switch', pid: gateway.pid }, ...backends],
      client,
      noteId: id as string,
      async stored () {
        const counts = ['files', 'chunks', 'works'].map(kind => connection.db!.collection(`content.${kind}`).countDocuments({}))
        return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
      },
      log: options.log
    })
  } finally {
    for (const close of closers.reverse()) await close()
  }
}

/** So that compilers and allocators have seen what is to come. */
async function warmUp (stage: Stage, length: number): Promise<void> {
  const { client, noteId, log } = stage
  for (const side of sides) {
    await giveTo(stage, side)
    for (let round = 0; round < 2; round++) {
      const content = { seed: round, length: Math.min(length, 64 * megabyte) }
      await upload(client, noteId, content)
      await download(client, noteId, content)
    }
    await ask(client, 'DELETE', `/api/notes/${noteId}/content`)
    log(`${side}: warm`)
  }
}

async function measureMemory (stage: Stage, length: number) {
  const { serving, client, noteId, log } = stage
  const before = serving.map(residentMB)
  serving.forEach(forgetPeak)
  const transfers: Array<Transferred & { readonly what: string }> = []
  for (const [place, side] of sides.entries()) {
    await giveTo(stage, side)
    const content = { seed: 100 + place, length }
    for (const [what, transfer] of [['up', upload], ['down', download]] as const) {
      const transferred = await transfer(client, noteId, content)
      if (transferred.side !== side) throw new CannotRun(`${what}: ${side} was to serve, ${transferred.side} did`)
      transfers.push({ what: `${what} on ${side}`, ...transferred })
      log(`${side}: ${length / megabyte} MB ${what} in ${transferred.seconds.toFixed(1)} s; ${serving.map((one, index) => `${one.name} +${Math.max(0, peakMB(one) - before[index]!).toFixed(0)} MB`).join(', ')}`)
    }
    // The embedded database keeps all in memory.
    await ask(client, 'DELETE', `/api/notes/${noteId}/content`)
  }
  return {
    transfers,
    equal: transfers.filter(({ sent, received }) => sent === received).length,
    processes: serving.map((one, index) => ({ name: one.name, beforeMB: round(before[index]!), peakMB: round(peakMB(one)), growthMB: round(peakMB(one) - before[index]!) }))
  }
}

async function breakOff (stage: Stage, count: number) {
  const { serving, backends, client, noteId, stored, log } = stage
  const content = { seed: 200, length: brokenLength }
  for (const side of sides) {
    await giveTo(stage, side)
    // As many at once as will break off, so that what they keep open is open before.
    await together(() => upload(client, noteId, content))
    await together(() => download(client, noteId, content))
  }
  const before = await atRest(stage)
  const storedBefore = await stored()

  const random = randomNumbers(1)
  let done = 0
  for (const side of sides) {
    await giveTo(stage, side)
    const transfers = Array.from({ length: count / 2 }, (_, index) => async () => {
      const after = Math.floor(random() * brokenLength)
      if (index % 2 === 0) await abortUpload(client, noteId, { seed: 300 + index, length: brokenLength, after })
      else await abortDownload(client, noteId, { after: Math.max(1, after) })
      if (++done % 20 === 0) log(`${side}: ${done} of ${count} transfers broken off`)
    })
    await together(async () => {
      for (let next = transfers.shift(); next !== undefined; next = transfers.shift()) await next()
    })
  }

  const after = await atRest(stage, before)
  const cursors = await Promise.all(backends.map(backend => backend.cursors()))
  const chunks = await stored() - storedBefore
  const { sent, received } = await download(client, noteId, content)
  return {
    handles: sum(after.map(({ sockets, others }, index) => Math.max(0, sockets - before[index]!.sockets) + Math.max(0, others - before[index]!.others))) + sum(cursors),
    chunks: Math.abs(chunks),
    survived: sent === received,
    cursors,
    before: named(serving, before),
    after: named(serving, after)
  }
}

/** What the processes hold when that has not changed for a while and nothing is under way, or is no more than it was before. */
async function atRest ({ serving, backends }: Stage, before?: readonly Handles[]): Promise<readonly Handles[]> {
  const until = performance.now() + settleMs
  let last = ''
  let since = performance.now()
  for (;;) {
    const now = serving.map(handlesOf)
    const busy = sum(await Promise.all(backends.map(backend => backend.cursors())))
    const text = JSON.stringify([now, busy])
    if (text !== last) since = performance.now()
    last = text
    const noMore = before === undefined || now.every(({ sockets, others }, index) => sockets <= before[index]!.sockets && others <= before[index]!.others)
    if (busy === 0 && noMore && performance.now() - since > idleMs) return now
    if (performance.now() > until) return now
    await wait(250)
  }
}

async function giveTo ({ gateway }: Stage, side: typeof sides[number]): Promise<void> {
  await gateway.command('share', 'notes', side === 'candidate' ? '100%' : '0%')
}

/** Runs something several times at once, and throws the first failure when all have ended. */
async function together (work: () => Promise<unknown>): Promise<void> {
  const outcomes = await Promise.allSettled(Array.from({ length: atOnce }, work))
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}

function named<Value> (serving: readonly Serving[], values: readonly Value[]): Record<string, Value> {
  return Object.fromEntries(serving.map(({ name }, index) => [name, values[index]!]))
}

function sum (numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function round (megabytes: number): number {
  return Math.round(megabytes * 10) / 10
}
