import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { CannotRun } from '../../harness/figure.ts'
import { findTool } from '../../harness/tools.ts'

const bin = fileURLToPath(new URL('../../../bin/cutover.js', import.meta.url))
const startMs = 60_000
const stopMs = 20_000
const commandMs = 30_000

/** One line of the journal, as far as the proof reads it. */
export interface JournalLine {
  readonly at: string
  readonly kind: 'share' | 'rollback' | 'rollout'
  readonly feature: string
  readonly event?: string
  readonly gate?: string
  readonly why: string
  readonly results?: ReadonlyArray<{ readonly gate: string, readonly verdict: string, readonly reason: string, readonly samples: number }>
}

/** `cutover up` in a process of its own, which starts both backends. */
export interface RunningGateway {
  readonly pid: number
  readonly url: string
  /** Runs another command of `cutover` on it. @throws CannotRun when that does not end well */
  command (...words: readonly string[]): Promise<void>
  journal (): Promise<readonly JournalLine[]>
  /** Ends it as an operator would, so that its backends end too. */
  stop (): Promise<void>
}

/** @param folder where its config and its state are kept */
export async function startGateway (folder: string, config: unknown): Promise<RunningGateway> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'cutover.config.json')
  await writeFile(file, JSON.stringify(config))
  const setpriv = process.platform === 'linux' ? findTool('setpriv') : undefined
  const words = [...(setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'TERM']), process.execPath, bin]
  const run = (...more: readonly string[]): ChildProcess =>
    spawn(words[0]!, [...words.slice(1), ...more, '--config', file, '--json'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' } })
  const child = run('up')
  let said = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => { said = (said + text).slice(-2_000) })
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMs)
    await gone
    clearTimeout(timer)
  }
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string): void => reject(new CannotRun(`cutover up ${why}:\n${said.trim()}`))
    const timer = setTimeout(() => fail(`was not ready within ${startMs / 1000} s`), startMs)
    child.once('exit', () => fail('ended before it was ready'))
    createInterface({ input: child.stdout! }).on('line', line => {
      const { url, log } = JSON.parse(line) as { url?: string, log?: string }
      if (log !== undefined) said = `${said}${log}\n`.slice(-2_000)
      if (url === undefined) return
      clearTimeout(timer)
      resolve(url)
    })
  }).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return {
    pid: child.pid!,
    url,
    stop,
    async command (...more) {
      const command = run(...more)
      let output = ''
      for (const stream of [command.stdout!, command.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => { output = (output + text).slice(-2_000) })
      const timer = setTimeout(() => command.kill('SIGKILL'), commandMs)
      const [code] = await once(command, 'exit') as [number | null]
      clearTimeout(timer)
      if (code !== 0) throw new CannotRun(`cutover ${more.join(' ')} ended with ${code}:\n${output.trim()}`)
    },
    async journal () {
      const text = await readFile(join(folder, '.cutover', 'journal.ndjson'), 'utf8').catch(() => '')
      return text.split('\n').filter(Boolean).map(line => JSON.parse(line) as JournalLine)
    }
  }
}
