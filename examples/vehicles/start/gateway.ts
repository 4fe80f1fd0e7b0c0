import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

/** The gateway as a user runs it: `cutover up` in a process of its own. */
export interface RunningGateway {
  readonly url: string
  readonly adminUrl: string
  /** What `cutover share FEATURE SHARE` does. */
  share (feature: string, share: string): Promise<void>
  /** What `cutover rollback FEATURE` does. */
  rollback (feature: string): Promise<void>
  /** Resolves when the process ends, which it only does when told to. */
  readonly ended: Promise<number>
  stop (): Promise<void>
}

const folder = dirname(import.meta.dirname)
const command = join(dirname(createRequire(import.meta.url).resolve('cutover/package.json')), 'bin', 'cutover.js')

/**
 * Starts it and waits until it is up.
 * @param log what it says besides, a line each
 */
export async function startGateway (port: number, log: (line: string) => void): Promise<RunningGateway> {
  const child = spawn(process.execPath, [...process.execArgv, command, 'up', '--json', '--config', join(folder, 'cutover.config.ts'), '--port', String(port)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn' }
  })
  const ended = once(child, 'exit').then(([code]) => Number(code ?? 1))
  const { url, adminUrl, stateDir } = await announced(child, ended, log)
  const { token } = JSON.parse(await readFile(join(stateDir, 'admin.json'), 'utf8')) as { token: string }
  const call = async (method: string, path: string, body: object): Promise<void> => {
    const response = await fetch(adminUrl + path, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`the admin listener answered ${response.status}: ${await response.text()}`)
  }
  return {
    url,
    adminUrl,
    ended,
    share: async (feature, share) => await call('PUT', `/api/features/${feature}/share`, { share, who: 'npm start', why: 'demonstration' }),
    rollback: async feature => await call('POST', '/api/rollback', { feature, who: 'npm start', why: 'demonstration' }),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
    }
  }
}

interface Announcement { readonly url: string, readonly adminUrl: string, readonly stateDir: string }

async function announced (child: ChildProcess, ended: Promise<number>, log: (line: string) => void): Promise<Announcement> {
  return await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', line => {
      const message = parse(line)
      if (typeof message?.adminUrl === 'string') resolve(message as unknown as Announcement)
      else log(typeof message?.log === 'string' ? message.log : line)
    })
    ended.then(code => reject(new Error(`cutover up ended with status ${code} before it was up`)), reject)
  })
}

function parse (line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
}

/** The port that was asked for, or 0 when something else listens there. */
export async function freePort (wanted: number): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1')
  return await new Promise(resolve => {
    server.once('error', () => resolve(0))
    server.once('listening', () => server.close(() => resolve(wanted)))
  })
}
