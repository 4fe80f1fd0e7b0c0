import { setTimeout as wait } from 'node:timers/promises'
import { pino } from 'pino'
import { startDatabase } from '@cutover-examples/runtime/postgres'
import { migrate } from './data/migrate.ts'
import { createPool } from './data/pool.ts'
import { seed } from './data/seed.ts'
import { accountOf, heldTrue, type Account, type Received, type SeenByClients } from './demo-rollback/account.ts'
import { startDemo, type DemoGateway, type JournalLine } from './demo-rollback/gateway.ts'
import { startStandIn } from './external/vpic/stand-in.ts'

// `npm run demo:rollback`: three rollouts of a candidate that goes bad at 25 %, each in another way.

const faults = [
  ['slow', 'it takes ten times as long'],
  ['fail', 'it answers 500'],
  ['wrong', 'it answers 200, and every year is one too many']
] as const
const stageShare = 2500
/** How long the candidate has been well at 25 % when it goes bad. */
const wellMs = 800
const patienceMs = 120_000

const colour = process.stdout.isTTY && (process.env.NO_COLOR ?? '') === ''
const paint = (code: number) => (text: string): string => colour ? `\u001B[${code}m${text}\u001B[0m` : text
const [bold, dim, red, green] = [paint(1), paint(2), paint(31), paint(32)]

async function main (): Promise<number> {
  const began = performance.now()
  console.log(`${bold('cutover')}  a candidate that goes bad at 25 %, three times; each time it has to be taken back by itself`)
  console.log(dim('Starting an embedded PostgreSQL, Express, Fastify with faults on demand, and the switch in front of them …\n'))
  const database = await startDatabase('vehicles')
  const standIn = await startStandIn()
  const pool = createPool({ url: database.url, size: 1, log: pino({ level: 'silent' }) })
  let gateway: DemoGateway | undefined
  const interrupt = (): void => { gateway?.stop().catch(() => {}) }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  try {
    await migrate(pool)
    await seed(pool)
    gateway = await startDemo({ NODE_ENV: 'development', LOG_LEVEL: 'warn', DATABASE_URL: database.url, VPIC_URL: standIn.url, SEED_DEMO_DATA: 'false' })
    const results: Array<readonly [Account, number]> = []
    for (const [place, [fault, about]] of faults.entries()) {
      console.log(`${bold(`${place + 1} of ${faults.length}: ${fault}`)}${dim(`, ${about}`)}`)
      // What a write that failed on its way left behind.
      await pool.query("delete from vehicles where account_id = (select id from accounts where email = 'linus@example.com')")
      results.push(await one(fault, gateway))
      console.log()
    }
    show(results.map(([account]) => account))
    const good = results.filter(([account, code]) => heldTrue(account, code)).length
    const seconds = ((performance.now() - began) / 1000).toFixed(0)
    console.log(good === faults.length ? green(`✔ all three were taken back by a gate, unattended  ${dim(`${seconds} s`)}`) : red(`✖ ${faults.length - good} of ${faults.length} were not taken back by a gate`))
    return good === faults.length ? 0 : 1
  } catch (error) {
    console.error(red(`✖ ${(error as Error).message}`))
    return 3
  } finally {
    await gateway?.stop()
    await pool.end()
    await standIn.close()
    await database.stop()
  }
}

/** One rollout: well at first, bad at 25 %. */
async function one (fault: string, gateway: DemoGateway): Promise<readonly [Account, number]> {
  const from = (await gateway.journal().catch(() => [])).length
  const journal = async (): Promise<readonly JournalLine[]> => (await gateway.journal().catch(() => [])).slice(from)
  await ask(gateway, 'POST', '/well')
  const over = new AbortController()
  const run = gateway.run(['--why', `demonstration: ${fault}`]).finally(() => over.abort())
  const reached = (lines: readonly JournalLine[]): boolean => lines.some(({ kind, event, share }) => kind === 'rollout' && event === 'stage' && share === stageShare)
  const until = performance.now() + patienceMs
  while (!over.signal.aborted && performance.now() < until && !reached(await journal())) await wait(50)
  await wait(wellMs)
  const before = await received(gateway)
  const { at: faultAt } = await ask(gateway, 'POST', `/${fault}`) as { at: number }
  const code = await run
  const { rollout } = await gateway.outcome() as { readonly rollout: { readonly clients: SeenByClients } }
  const account = accountOf(fault, { faultAt, before, after: await received(gateway), clients: rollout.clients, journal: await journal() })
  await ask(gateway, 'POST', '/well')
  return [account, code]
}

async function received (gateway: DemoGateway): Promise<Received> {
  return (await ask(gateway, 'GET', '/') as { readonly seen: { readonly live: Received } }).seen.live
}

async function ask ({ faults }: DemoGateway, method: string, path: string): Promise<unknown> {
  return await (await fetch(faults + path, { method, signal: AbortSignal.timeout(10_000) })).json()
}

function show (accounts: readonly Account[]): void {
  const rows = [
    ['candidate', 'taken back by', 'after requests', 'after', 'clients noticed: failed', 'wrong', 'of'],
    ...accounts.map(({ fault, gate, requests, milliseconds, failed, wrong, sent }) => [fault, gate ?? 'nothing', String(requests), `${Math.round(milliseconds)} ms`, String(failed), String(wrong), String(sent)])
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  for (const [place, row] of rows.entries()) {
    const line = row.map((cell, column) => column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)).join('  ')
    console.log(place === 0 ? dim(line) : line)
  }
  console.log(dim('Requests and times are those of clients that the candidate itself received once it was bad; a read that it\nfails is answered by legacy, so that its client notices nothing.\n'))
}

process.exitCode = await main()
