import { setTimeout as wait } from 'node:timers/promises'
import { bound, CannotRun, type Figure, type Options } from '../harness/figure.ts'
import { machine } from '../harness/machine.ts'
import { freePort, startNode, stopAll, type Server } from '../harness/process.ts'
import { withScratch } from '../harness/scratch.ts'
import { openDatabase, type Database } from './database.ts'
import { settle, tabulate, type Outcome } from './ledger-check.ts'
import { createSender, type Sender } from './sender.ts'

const rate = 500
const safePart = 0.7

interface Stage {
  readonly database: Database
  readonly folder: string
  readonly cycles: number
  readonly faultMs: number
  readonly restMs: number
  log (line: string): void
}

/** Reads and writes under way while the candidate is killed, hung and made to fail: what clients were told against what is stored. */
export async function run (options: Options): Promise<Figure> {
  const cycles = options.quick ? 1 : Math.max(1, Math.round((options.seconds ?? 90) / 27))
  const times = { cycles, faultMs: options.quick ? 1_000 : 2_500, restMs: options.quick ? 800 : 2_000 }
  const database = await openDatabase()
  try {
    const outcomes: Outcome[] = []
    let latest = 0
    for (const form of [throughOrigins, inProcess]) {
      const sender = await withScratch(folder => form({ database, folder, log: options.log, ...times }))
      outcomes.push(...sender.outcomes)
      latest = Math.max(latest, sender.latest)
    }
    const account = settle(outcomes, await database.stored())
    const phases = tabulate(outcomes)
    show(phases, options)
    exercised(phases)
    return {
      figure: 'fallback',
      bounds: [
        bound('safe_failed', '== 0', account.safeFailed),
        bound('writes_doubled', '== 0', account.writesDoubled),
        bound('writes_lost_silently', '== 0', account.writesLostSilently),
        bound('unsafe_failed', '', account.unsafeFailed)
      ],
      requests: outcomes.length,
      unsafe_failed_yet_stored: account.unsafeFailedYetStored,
      stored_and_never_sent: account.unknown,
      phases,
      failures: outcomes.filter(outcome => outcome.safe && !(outcome.status === 200 && outcome.right)).slice(0, 20),
      latest_send_ms: Math.round(latest),
      method: `${rate} requests a second, open loop, ${safePart * 100} % GET, the rest POST that write one row; share 100 %; firstByte 500 ms, breaker open 500 ms; answers fit in one piece, as an answer that breaks off after its first bytes cannot be taken back`,
      machine: machine()
    }
  } finally {
    await database.close()
  }
}

/** Both backends in processes of their own, the gateway in a third. */
async function throughOrigins ({ database, folder, cycles, faultMs, restMs, log }: Stage): Promise<Sender> {
  const port = String(await freePort())
  const start = (name: string, at: string): Promise<Server> =>
    startNode({ file: 'ledger-backend.mjs', args: [name, at], role: 'load', env: database.env, channel: true })
  const open: Server[] = []
  try {
    const legacy = await start('legacy', '0')
    open.push(legacy)
    let candidate = await start('candidate', port)
    open.push(candidate)
    const gateway = await startNode({ file: 'ledger-switch.mjs', args: [folder, legacy.url, candidate.url], role: 'server', channel: true })
    open.push(gateway)
    const sender = createSender({ url: gateway.url, rate, safePart, prefix: 'origin' })
    const send = phases(sender, 'origin', log)
    for (let cycle = 0; cycle < cycles; cycle++) {
      await send('healthy', restMs)
      await send('killed', faultMs, 200, () => candidate.stop())
      await send('restarted', restMs, 0, async () => {
        candidate = await start('candidate', port)
        open.push(candidate)
      })
      await send('hung', faultMs, 200, () => candidate.signal('SIGSTOP'))
      await send('resumed', restMs, 0, () => candidate.signal('SIGCONT'))
      await send('failing', faultMs, 200, () => candidate.ask({ mode: 'fail' }))
      await send('recovered', restMs, 0, () => candidate.ask({ mode: 'well' }))
    }
    await sender.finish()
    await settled(database)
    return sender
  } finally {
    await stopAll(open)
  }
}

/** Both backends in the switch's process. */
async function inProcess ({ database, folder, cycles, faultMs, restMs, log }: Stage): Promise<Sender> {
  const server = await startNode({ file: 'ledger-switch.mjs', args: [folder], role: 'server', env: database.env, channel: true })
  try {
    const sender = createSender({ url: server.url, rate, safePart, prefix: 'inside' })
    const send = phases(sender, 'in process', log)
    for (let cycle = 0; cycle < cycles; cycle++) {
      await send('healthy', restMs)
      await send('failing', faultMs, 200, () => server.ask({ mode: 'fail' }))
      await send('recovered', restMs, 0, () => server.ask({ mode: 'well' }))
      await send('stalled', faultMs, 200, () => server.ask({ mode: 'stall' }))
      await send('recovered', restMs, 0, () => server.ask({ mode: 'well' }))
    }
    await sender.finish()
    await settled(database)
    return sender
  } finally {
    await server.stop()
  }
}

/** Sends through a phase, with the event that gives it its name in the midst of the traffic. */
function phases (sender: Sender, form: string, log: (line: string) => void) {
  return async (phase: string, milliseconds: number, after = 0, event: () => unknown = () => {}): Promise<void> => {
    const sending = sender.send(`${form}: ${phase}`, milliseconds)
    await wait(after)
    await event()
    await sending
    log(`${form}: ${phase}, ${sender.outcomes.length} answers so far`)
  }
}

/** Waits until no more writes arrive: what hung may still be finishing its work. */
async function settled (database: Database): Promise<void> {
  let before = -1
  for (let attempt = 0; attempt < 15; attempt++) {
    const now = await database.count()
    if (now === before) return
    before = now
    await wait(2_000)
  }
  throw new CannotRun('writes were still arriving after 30 s')
}

/** A proof whose faults met no traffic proves nothing. */
function exercised (rows: ReturnType<typeof tabulate>): void {
  for (const row of rows) {
    if (row.phase.endsWith('healthy') && row.byCandidate === 0) throw new CannotRun(`"${row.phase}": the candidate served nothing, so its failing could not be seen`)
    if (/killed|hung|failing|stalled/.test(row.phase) && row.byLegacy === 0) throw new CannotRun(`"${row.phase}": nothing fell back to legacy`)
  }
}

function show (rows: ReturnType<typeof tabulate>, { log }: Options): void {
  const line = (cells: ReadonlyArray<string | number>) => cells.map((cell, place) => place === 0 ? String(cell).padEnd(24) : String(cell).padStart(15)).join('')
  log(line(['phase', 'safe', 'safe failed', 'unsafe', 'unsafe failed', 'by candidate', 'by legacy', 'slowest ms']))
  for (const row of rows) log(line([row.phase, row.safe, row.safeFailed, row.unsafe, row.unsafeFailed, row.byCandidate, row.byLegacy, row.slowest]))
}
