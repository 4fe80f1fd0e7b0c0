import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

/** `cutover up` with a candidate that can be told to go bad. */
export interface DemoGateway {
  /** Where the candidate is told what to do wrong. */
  readonly faults: string
  /** Runs `cutover run` on it, and shows what that shows. @returns its exit code */
  run (words: readonly string[]): Promise<number>
  /** What the last run came to: the run.json of the state folder. */
  outcome (): Promise<unknown>
  /** The lines of the journal. */
  journal (): Promise<readonly JournalLine[]>
  stop (): Promise<void>
}

/** What the demonstration reads of a line of the journal. */
export interface JournalLine {
  readonly at: string
  readonly kind: string
  readonly event?: string
  readonly share?: number
  readonly gate?: string
  readonly why: string
}

const example = dirname(import.meta.dirname)
const bin = join(dirname(createRequire(import.meta.url).resolve('cutover/package.json')), 'bin', 'cutover.js')
// Found from here, wherever the child stands.
const node = [process.execPath, ...process.execArgv.map(word => word === 'tsx' ? import.meta.resolve('tsx') : word)]
const startMs = 60_000

/**
 * Starts both backends and the switch, and waits until they are up.
 * @param env what both backends get
 */
export async function startDemo (env: Readonly<Record<string, string>>): Promise<DemoGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-demo-'))
  const [legacyPort, candidatePort, faultsPort] = await freePorts(3)
  const backend = (file: string, port: number, more: Readonly<Record<string, string>> = {}): object => ({
    command: [...node, join(example, file)].map(word => `"${word}"`).join(' '), cwd: example, origin: `http://127.0.0.1:${port}`, health: '/health', env: { ...env, ...more }
  })
  const config = join(folder, 'cutover.config.json')
  await writeFile(config, JSON.stringify({
    legacy: backend('legacy/server.ts', legacyPort!),
    candidate: backend('faults/server.ts', candidatePort!, { FAULTS_PORT: String(faultsPort) }),
    features: { vehicles: { routes: ['/api/vehicles', '/api/vehicles/*'], risk: 'high', stickyBy: 'header:authorization' } },
    listen: { port: 0 },
    // Reads are compared while they are served: what is subtly wrong shows in nothing else.
    shadow: { share: '50%' },
    rollout: {
      stages: ['10%', '25%', '50%', '100%'],
      hold: '2500ms',
      minimumRequests: 40,
      gates: { errorRate: { below: '5%' }, p50: { relativeToLegacy: 2 }, parity: { verify: false, live: 10 } }
    }
  }))
  const child = spawn(node[0]!, [...node.slice(1), bin, 'up', '--json', '--config', config], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => { said = (said + text).slice(-2_000) })
  const ended = once(child, 'exit')
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  const up = new Promise<boolean>(resolve => {
    createInterface({ input: child.stdout }).on('line', line => {
      const message = JSON.parse(line) as { readonly url?: string, readonly log?: string }
      if (message.log !== undefined) said = `${said}${message.log}\n`.slice(-2_000)
      else if (message.url !== undefined) resolve(true)
      else said = `${said}${line}\n`.slice(-2_000)
    })
    child.once('exit', () => resolve(false))
    setTimeout(resolve, startMs, false).unref()
  })
  if (!await up) {
    await stop()
    throw new Error(`cutover up did not come up:\n${said.trim()}`)
  }
  return {
    faults: `http://127.0.0.1:${faultsPort}`,
    stop,
    run: async words => {
      const run = spawn(node[0]!, [...node.slice(1), bin, 'run', 'vehicles', '--config', config, '--skip', 'verify,bench,report', '--again', '--traffic', join(example, 'load'), ...words], { cwd: folder, stdio: 'inherit' })
      const [code] = await once(run, 'exit') as [number | null]
      return code ?? 3
    },
    outcome: async () => JSON.parse(await readFile(join(folder, '.cutover', 'run.json'), 'utf8')) as unknown,
    journal: async () => (await readFile(join(folder, '.cutover', 'journal.ndjson'), 'utf8')).split('\n').filter(Boolean).map(line => JSON.parse(line) as JournalLine)
  }
}

async function freePorts (count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map(server => once(server, 'listening')))
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  return ports
}
