import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { createSwitch, type Switch } from 'cutover'
import { freePort } from '@cutover-examples/runtime/free-port'
import config from './cutover.config.ts'
import { demoUsers } from './data/seed.ts'
import { readEnvironment } from './environment.ts'
import { buildFaces } from './faces.ts'
import { openServices, type OpenServices } from './services.ts'
import { openListeners } from './start/listeners.ts'
import { sendRound } from './start/traffic.ts'
import { signIn } from './start/visitor.ts'

// `npm start`: the database and both faces in this process, behind the switch. Every feature is moved 0 → 25 → 50 → 100 → 0 while
// visitors read, write, send files and listen. Then it stays up, unless `--once` is given.

const once = process.argv.includes('--once')
const require = createRequire(import.meta.url)
const versionOf = (name: string): string => (require(`${name}/package.json`) as { version: string }).version
const colour = process.stdout.isTTY && (process.env.NO_COLOR ?? '') === ''
const paint = (code: number, text: string): string => colour ? `\u001B[${code}m${text}\u001B[0m` : text
const sessions = 32

console.log(`${paint(1, 'cutover')}  aegis moves from Express ${versionOf('express')} to Fastify ${versionOf('fastify')}, Node ${process.version}
${paint(2, 'The database, both faces and the switch run in this process; about 20 seconds.')}\n`)

const environment = readEnvironment({ ...process.env, LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn' })
const stateDir = once ? await mkdtemp(join(tmpdir(), 'aegis-state-')) : resolve(import.meta.dirname, environment.STATE_DIR)
let services: OpenServices | undefined
let app: Switch | undefined
const close = async (): Promise<void> => {
  await app?.close()
  await services?.close()
  if (once) await rm(stateDir, { recursive: true, force: true })
}
let closing: Promise<void> | undefined
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { closing ??= close() })

try {
  services = await openServices(environment)
  app = await createSwitch({
    ...config,
    ...await buildFaces(services),
    admin: {},
    stateDir,
    folder: import.meta.dirname,
    environment: process.env,
    log: ({ level, ...event }) => services!.log[level](event)
  })
  const url = await app.listen({ host: environment.HOST, port: once ? 0 : await freePort(environment.PORT) })
  if (!await demonstrate(url, app)) process.exitCode = 1
  if (once) closing ??= close()
  else announce(url)
} catch (error) {
  console.error(error)
  process.exitCode = 3
  closing ??= close()
}
await closing

/** Moves all features under traffic, and tells what went where. */
async function demonstrate (url: string, { control }: Switch): Promise<boolean> {
  const failures: string[] = []
  const before = control.features().map(({ feature, share }) => ({ feature, share }))
  const visitors = await Promise.all(Array.from({ length: sessions }, () => signIn(url, demoUsers[0]!, failures)))
  const listeners = await openListeners(url, visitors[0]!)

  console.log(paint(2, 'share    requests         sessions      4 MB up and down   sockets that heard'))
  console.log(paint(2, '         Express Fastify  Expr. Fast.   Express Fastify'))
  for (const percent of [0, 25, 50, 100, 0]) {
    for (const { feature } of before) await control.setShare(feature, percent * 100, { who: 'npm start', why: 'a demonstration' })
    const [{ requests, visitors: split, contents }, heard] = await Promise.all([sendRound(visitors, failures), listeners.hear()])
    const pair = (tally: { legacy: number, candidate: number }, width: number): string => `${String(tally.legacy).padEnd(width)}${String(tally.candidate).padEnd(width)}`
    console.log(`${`${percent} %`.padEnd(9)}${pair(requests, 8)} ${pair(split, 6)}  ${pair(contents, 8)}   ${heard} of 2`)
    if (percent === 0 && requests.candidate > 0) failures.push(`${requests.candidate} requests went to Fastify at 0 %`)
    if (percent === 100 && requests.legacy > 0) failures.push(`${requests.legacy} requests went to Express at 100 %`)
    if (heard < 2) failures.push(`at ${percent} %, ${2 - heard} of 2 sockets heard nothing of a change`)
  }
  listeners.close()
  for (const { feature, share } of before) await control.setShare(feature, share, { who: 'npm start', why: 'the demonstration is over' })

  for (const failure of failures.slice(0, 5)) console.log(paint(31, failure))
  console.log(failures.length === 0 ? `\n${paint(32, '✓')} nothing failed; every visitor stayed on one side, and every byte came back\n` : `\n${paint(31, '✗')} ${failures.length} failures\n`)
  return failures.length === 0
}

function announce (url: string): void {
  const file = relative(process.env.INIT_CWD ?? process.cwd(), join(import.meta.dirname, 'cutover.config.ts'))
  const { email, authHash } = demoUsers[0]!
  console.log(`${paint(1, url)}   documentation, once everything-else is on Fastify: ${url}/docs

  curl -si ${url}/api/auth/login -H 'content-type: application/json' -d '${JSON.stringify({ email, authHash })}'
  npx cutover share tasks 50% --config ${file}
  npx cutover status --config ${file}

${paint(2, 'Ctrl-C ends it.')}`)
}
