import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { CannotRun } from '../../harness/figure.ts'
import type { Stand } from './journal-check.ts'

const command = fileURLToPath(new URL('../../../bin/cutover.js', import.meta.url))
const living = new Set<ChildProcess>()
process.once('exit', () => { for (const child of living) child.kill('SIGKILL') })

/** A running `cutover up`. */
export interface KillableGateway {
  readonly url: string
  /** Where its features stood when it was up. */
  readonly announced: ReadonlyMap<string, Stand>
  /** Calls the admin API; rejects when the gateway is gone. */
  call (method: string, path: string, body?: object): Promise<unknown>
  /** SIGKILL; resolves once it is gone. */
  kill (): Promise<void>
}

/**
 * Starts `cutover up` in a folder with a config.
 * @throws CannotRun with what it printed, when it is not up within 20 seconds
 */
export async function startGateway (folder: string): Promise<KillableGateway> {
  const child = spawn(process.execPath, [command, 'up', '--json', '--port', '0'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'production' } })
  living.add(child)
  child.once('exit', () => living.delete(child))
  let said = ''
  child.stderr!.on('data', chunk => { said = (said + String(chunk)).slice(-4_000) })
  const up = await new Promise<{ url: string, adminUrl: string, features: ReadonlyArray<Stand & { feature: string }> }>((resolve, reject) => {
    const fail = (why: string): void => {
      child.kill('SIGKILL')
      reject(new CannotRun(`cutover up ${why}:\n${said}`))
    }
    const timer = setTimeout(() => fail('was not up within 20 s'), 20_000)
    const ended = (): void => fail('ended')
    child.once('exit', ended)
    createInterface({ input: child.stdout! }).on('line', line => {
      const told = JSON.parse(line) as { url?: string, log?: string }
      said = `${said}${told.log ?? ''}\n`.slice(-4_000)
      if (told.url === undefined) return
      clearTimeout(timer)
      child.off('exit', ended)
      resolve(told as never)
    })
  })
  const { token } = JSON.parse(await readFile(join(folder, '.cutover', 'admin.json'), 'utf8')) as { token: string }
  return {
    url: up.url,
    announced: new Map(up.features.map(({ feature, share, rolledBack }) => [feature, { share, rolledBack }])),
    call: async (method, path, body) => {
      const response = await fetch(up.adminUrl + path, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, signal: AbortSignal.timeout(5_000), ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
      const answer = await response.json() as { message?: string }
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.message}`)
      return answer
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }
  }
}
