import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { createSwitch } from 'cutover'
import { findPort, freePort } from '@cutover-examples/runtime/free-port'
import { binomialInterval } from '@cutover-examples/runtime/sampling'
import { configFor } from './cutover.config.ts'
import { demoKeys } from './data/seed.ts'
import { describePython, findPython, PythonMissing, type Python } from './python.ts'
import { createClient } from './start/clients.ts'
import { showOutage, showSharedCache, type Shown } from './start/findings.ts'
import { openSurroundings, type Surroundings } from './start/surroundings.ts'
import { sendTraffic, type Tally } from './start/traffic.ts'

// `npm start`: the database, the stand-in of the providers, Redis where it is installed, FastAPI, and the switch with Fastify
// in its process. All is moved 0 → 50 → 100 → 0 % under real requests. Then it stays up, unless `--once` is given.

const once = process.argv.includes('--once')
const colour = process.stdout.isTTY && (process.env.NO_COLOR ?? '') === ''
const paint = (code: number, text: string): string => colour ? `\u001B[${code}m${text}\u001B[0m` : text
const level = 0.999

const python = pythonOrNothing()
if (python !== undefined) await main(python)

function pythonOrNothing (): Python | undefined {
  try {
    return findPython()
  } catch (error) {
    if (!(error instanceof PythonMissing)) throw error
    console.error(error.message)
    process.exitCode = 2
    return undefined
  }
}

async function main (python: Python): Promise<void> {
  const { version: fastify } = createRequire(import.meta.url)('fastify/package.json') as { version: string }
  console.log(`${paint(1, 'cutover')}  neuroroute moves from ${describePython(python)}\n         to Fastify ${fastify}, Node ${process.version}`)

  const port = once ? await findPort() : await freePort(Number(process.env.PORT || 3000)) || await findPort()
  const fastapiPort = once ? await findPort() : await freePort(Number(process.env.FASTAPI_PORT || 8000)) || await findPort()
  const stateDir = once ? await mkdtemp(join(tmpdir(), 'neuroroute-state-')) : resolve(import.meta.dirname, process.env.STATE_DIR || '.cutover')
  let surroundings: Surroundings | undefined
  let router: Awaited<ReturnType<typeof createSwitch>> | undefined
  const close = async (): Promise<void> => {
    await router?.close()
    await surroundings?.close()
    if (once) await rm(stateDir, { recursive: true, force: true })
  }
  let closing: Promise<void> | undefined
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => { closing ??= close() })

  try {
    surroundings = await openSurroundings(process.env)
    console.log(paint(2, `         ${surroundings.parts.join(', ')}, FastAPI and the switch run on this machine; about 20 seconds.\n`))
    const env = { LOG_LEVEL: 'warn', ...surroundings.env }
    // The candidate is in this process, and reads its settings as any server does.
    for (const [name, value] of Object.entries(env)) process.env[name] ??= value
    Object.assign(process.env, surroundings.env)
    const config = configFor({ ...process.env, PORT: String(port), FASTAPI_PORT: String(fastapiPort), STATE_DIR: stateDir }, { ...env, PYTHONDONTWRITEBYTECODE: '1' })
    router = await createSwitch({
      ...config,
      admin: {},
      stateDir,
      folder: import.meta.dirname,
      environment: process.env,
      log: ({ level, message, feature }) => { if (level !== 'info') console.error(`${level}: ${feature === undefined ? '' : `[${feature}] `}${message}`) }
    })
    const url = await router.listen()
    const held = await demonstrate(router, url, surroundings)
    if (!held) process.exitCode = 1
    if (once) closing ??= close()
    else announce(url, fastapiPort)
  } catch (error) {
    // What is interrupted fails, too, and needs no message.
    if (closing === undefined) console.error(error instanceof Error ? error.message : error)
    process.exitCode = closing === undefined ? 3 : 130
    closing ??= close()
  }
  await closing
}

/** Moves everything under traffic, and tells what went where. */
async function demonstrate ({ control }: Awaited<ReturnType<typeof createSwitch>>, url: string, { standIn, sharedCache }: Surroundings): Promise<boolean> {
  const given = control.features().map(({ feature, share }) => ({ feature, share }))
  const client = createClient(url, (await demoKeys())[0]!.key)
  const moveAll = async (percent: number): Promise<void> => {
    for (const { feature } of given) await control.setShare(feature, percent * 100, { who: 'npm start', why: 'a demonstration' })
  }
  let held = true
  const tell = ({ held: shown, line }: Shown): void => {
    held &&= shown
    console.log(`${shown ? paint(32, '✓') : paint(31, '✗')} ${line}`)
  }

  async function show (percent: number): Promise<boolean> {
    const { reads, prompts } = await sendTraffic(client)
    let kept = true
    const columns = [reads, prompts].map(({ total, candidate }: Tally) => {
      const { least, most } = binomialInterval(total, percent / 100, level)
      const within = candidate >= least && candidate <= most
      kept &&= within
      return `${within ? paint(32, '✓') : paint(31, '✗')} ${candidate} of ${total}${least === most ? '' : ` (${least}–${most})`}`.padEnd(colour ? 41 : 32)
    })
    console.log(`${`${percent} %`.padEnd(9)}${columns.join('')}`.trimEnd())
    return kept
  }

  console.log(paint(2, 'share    reads by Fastify                prompts by Fastify, a third streamed'))
  for (const percent of [0, 50, 100, 0]) {
    await moveAll(percent)
    // One in five hundred runs lies outside by chance: then it is looked at once more, and that counts.
    held = (await show(percent) || await show(percent)) && held
  }
  console.log(paint(2, `In brackets: where a share of that size lies with a probability of ${level * 100} % (binomial).\n`))

  if (sharedCache) tell(await showSharedCache(client, side => moveAll(side === 'candidate' ? 100 : 0)))
  else console.log('– no cache for both: redis-server is not installed, and REDIS_URL names none, so that each face keeps its own answers')
  if (standIn !== undefined) {
    await moveAll(50)
    tell(await showOutage(client, standIn))
  }
  for (const { feature, share } of given) await control.setShare(feature, share, { who: 'npm start', why: 'the demonstration is over' })

  const { failures } = client
  for (const { request, reason } of failures.slice(0, 5)) console.log(paint(31, `${request}: ${reason}`))
  tell({ held: failures.length === 0, line: `${failures.length === 0 ? 'no request' : `${failures.length} requests`} failed, streams included; every answer had its request's id\n` })
  return held
}

function announce (url: string, fastapiPort: number): void {
  const config = relative(process.env.INIT_CWD ?? process.cwd(), join(import.meta.dirname, 'cutover.config.ts'))
  console.log(`${paint(1, url)}   FastAPI behind it on ${fastapiPort}: http://127.0.0.1:${fastapiPort}/docs

  curl -s ${url}/models
  curl -s ${url}/prompt -H 'authorization: Bearer nr_demo_admin_00000000000000000000000000000001' \\
    -H 'content-type: application/json' -d '{"prompt":"Which model answers this?"}'
  npx cutover share prompts 50% --config ${config}
  npx cutover status --config ${config}

${paint(2, 'Ctrl-C ends it.')}`)
}
