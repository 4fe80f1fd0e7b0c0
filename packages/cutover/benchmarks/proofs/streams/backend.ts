import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { CannotRun } from '../../harness/figure.ts'
import type { Serving } from './serving.ts'

const preload = new URL('cursors.mjs', import.meta.url).href
const workspace = fileURLToPath(new URL('../../../../../examples/aegis', import.meta.url))
const startMs = 60_000
const answerMs = 10_000

/** A face of aegis in a process of its own. */
export interface Backend extends Serving {
  readonly url: string
  /** Cursors that its database client holds open, and operations under way. */
  cursors (): Promise<number>
  stop (): Promise<void>
}

/**
 * @param code the example as plain JavaScript
 * @throws CannotRun with what it said, when it does not listen within a minute
 */
export async function startBackend (name: 'legacy' | 'candidate', code: string, env: Readonly<Record<string, string>>): Promise<Backend> {
  const child = spawn(process.execPath, ['--import', preload, join(code, name, 'server.js')], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '', STREAMS_WORKSPACE: workspace, HOST: '127.0.0.1', PORT: '0', ...env }
  })
  const gone = once(child, 'exit')
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await gone
  }
  let said = ''
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string): void => reject(new CannotRun(`aegis's ${name} ${why}:\n${said.trim()}`))
    const timer = setTimeout(() => fail(`did not listen within ${startMs / 1000} s`), startMs)
    child.once('exit', () => fail('ended before it listened'))
    createInterface({ input: child.stderr! }).on('line', line => {
      said = `${said}${line}\n`.slice(-2_000)
      const port = /listening on http:\/\/[^:]+:(\d+)/.exec(line)?.[1]
      if (port === undefined) return
      clearTimeout(timer)
      resolve(`http://127.0.0.1:${port}`)
    })
  }).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return {
    name,
    pid: child.pid!,
    url,
    stop,
    async cursors () {
      child.send({ id: 0 })
      const [{ answer }] = await once(child, 'message', { signal: AbortSignal.timeout(answerMs) }) as [{ answer: number | null }]
      if (answer === null) throw new CannotRun(`the database client of aegis's ${name} was not found`)
      return answer
    }
  }
}
