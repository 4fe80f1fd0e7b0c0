import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { createSwitch } from 'cutover'
import { findPort, freePort } from '@cutover-examples/runtime/free-port'
import { configFor } from './cutover.config.ts'
import { createTokens } from './domain/tokens.ts'
import { readEnvironment, readRouterEnvironment } from './environment.ts'
import { createClient } from './start/clients.ts'
import { binomialInterval } from '@cutover-examples/runtime/sampling'
import { openSurroundings } from './start/surroundings.ts'
import { sendTraffic } from './start/traffic.ts'

// `npm start`: the database, the stand-in of the AI service, both servers and the router; FASTIFY_TRAFFIC_PERCENTAGE's
// features are moved 0 → 50 → 100 → 0 under real requests. Then everything stays up, unless `--once` is given.

const once = process.argv.includes('--once')
const require = createRequire(import.meta.url)
const versionOf = (name: string): string => (require(`${name}/package.json`) as { version: string }).version
const colour = process.stdout.isTTY && (process.env.NO_COLOR ?? '') === ''
const paint = (code: number, text: string): string => colour ? `\u001B[${code}m${text}\u001B[0m` : text
const level = 0.999

console.log(`${paint(1, 'cutover')}  assistant moves from Express ${versionOf('express')} to Fastify ${versionOf('fastify')}, Node ${process.version}
${paint(2, 'PostgreSQL, an AI service, both servers and the router run on this machine; about 20 seconds.')}\n`)

const wanted = readRouterEnvironment(process.env)
const port = async (number: number): Promise<string> => String((once ? 0 : await freePort(number)) || await findPort())
const variables = { ...process.env, PORT: await port(wanted.PORT), EXPRESS_PORT: await port(wanted.EXPRESS_PORT), FASTIFY_PORT: await port(wanted.FASTIFY_PORT) }
const stateDir = once ? await mkdtemp(join(tmpdir(), 'assistant-state-')) : resolve(import.meta.dirname, wanted.STATE_DIR)
const surroundings = await openSurroundings(process.env)
const serverEnv = { ...surroundings.env, LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn', REQUESTS_PER_MINUTE: process.env.REQUESTS_PER_MINUTE ?? '1000000' }

let router: Awaited<ReturnType<typeof createSwitch>> | undefined
const close = async (): Promise<void> => {
  await router?.close()
  await surroundings.close()
  if (once) await rm(stateDir, { recursive: true, force: true })
}
let closing: Promise<void> | undefined
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => { closing ??= close() })

try {
  router = await createSwitch({
    ...configFor(variables, serverEnv),
    admin: {},
    stateDir,
    folder: import.meta.dirname,
    environment: process.env,
    log: ({ level, message, feature }) => { if (level !== 'info') console.error(`${level}: ${feature === undefined ? '' : `[${feature}] `}${message}`) }
  })
  const url = await router.listen()
  const held = await demonstrate(url)
  if (!held) process.exitCode = 1
  if (once) closing ??= close()
  else announce(url)
} catch (error) {
  // What is interrupted fails, too, and needs no message.
  if (closing === undefined) console.error(error instanceof Error ? error.message : error)
  process.exitCode = closing === undefined ? 3 : 130
  closing ??= close()
}
await closing

/** Moves the percentage under traffic, and tells what went where. */
async function demonstrate (url: string): Promise<boolean> {
  const { control } = router!
  const given = control.features().map(({ feature, share }) => ({ feature, share }))
  const client = createClient(url)
  const email = `visitor-${randomUUID()}@example.com`
  // Their account stays; in an embedded database it goes with it.
  const registered = await fetch(`${url}/api/auth/register`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password: randomUUID(), name: 'Visitor' }) })
  const { token } = await registered.json() as { token: string }
  const tokens = createTokens(readEnvironment({ ...process.env, ...serverEnv }).JWT_SECRET)
  let held = true

  async function show (percent: number): Promise<boolean> {
    const { requests, users, torn } = await sendTraffic(client, token, tokens)
    let kept = torn === 0
    const columns = [requests, users].map(({ total, candidate }) => {
      const { least, most } = binomialInterval(total, percent / 100, level)
      const within = candidate >= least && candidate <= most
      kept &&= within
      return `${within ? paint(32, '✓') : paint(31, '✗')} ${candidate} of ${total}${least === most ? '' : ` (${least}–${most})`}`.padEnd(colour ? 41 : 32)
    })
    console.log(`${`${percent} %`.padEnd(9)}${columns.join('')}${torn > 0 ? paint(31, `${torn} users met both servers`) : ''}`.trimEnd())
    return kept
  }

  console.log(paint(2, 'share    requests to Fastify             users of /api/ai on Fastify'))
  for (const percent of [0, 50, 100, 0]) {
    for (const { feature } of given) await control.setShare(feature, percent * 100, { who: 'npm start', why: 'a demonstration' })
    // One in five hundred runs lies outside by chance: then it is looked at once more, and that counts.
    held = (await show(percent) || await show(percent)) && held
  }
  for (const { feature, share } of given) await control.setShare(feature, share, { who: 'npm start', why: 'the demonstration is over' })
  console.log(paint(2, `In brackets: where a share of that size lies with a probability of ${level * 100} % (binomial).\n`))

  const { failures } = client
  for (const { request, reason } of failures.slice(0, 5)) console.log(paint(31, `${request}: ${reason}`))
  console.log(failures.length === 0 ? `${paint(32, '✓')} no request failed, streams and writes included; every answer had its request's id\n` : `${paint(31, '✗')} ${failures.length} requests failed\n`)
  return held && failures.length === 0
}

function announce (url: string): void {
  const config = relative(process.env.INIT_CWD ?? process.cwd(), join(import.meta.dirname, 'cutover.config.ts'))
  console.log(`${paint(1, url)}   Express on ${variables.EXPRESS_PORT}, Fastify on ${variables.FASTIFY_PORT}: http://127.0.0.1:${variables.FASTIFY_PORT}/docs

  curl -si ${url}/api/ai/capabilities
  npx cutover share ai 50% --config ${config}
  npx cutover status --config ${config}

${paint(2, 'Ctrl-C ends it.')}`)
}
