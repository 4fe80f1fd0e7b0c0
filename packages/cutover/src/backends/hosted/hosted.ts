import { extname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { hostingArguments, hostingEnvironment } from './exec-args.ts'
import { isReport, type HostedSource, type HostingPing, type HostingTask } from './protocol.ts'
import { startHosted, type Hosted, type HostedOptions } from './start-hosted.ts'

export type { HostedSource } from './protocol.ts'
export type { Hosted, HostedOptions } from './start-hosted.ts'

// Beside this file, and of its kind: .ts in the workspace, .js where it is installed.
const program = fileURLToPath(new URL(`./program${extname(new URL(import.meta.url).pathname)}`, import.meta.url))
const longestGraceMs = 2000
const pongWithinMs = 1000

/**
 * Runs the application of a module, or one that a config file holds, in a Node process of its own, on a free loopback
 * port. That process ends with this one, however this one ends.
 * @throws CUT_SIDE_FAILED when it cannot be loaded, ends before it is ready, or is not ready in time
 */
export async function openHosted (options: HostedOptions & { readonly source: HostedSource }): Promise<Hosted> {
  const { name, source, env, stopTimeoutMs } = options
  const task: HostingTask = { source, owner: `the ${name} backend`, graceMs: Math.min(longestGraceMs, stopTimeoutMs / 2) }
  const pinged = new Set<() => void>()
  let framework: string | undefined
  const hosted = await startHosted(options, {
    words: [process.execPath, ...hostingArguments(process.execArgv), program],
    cwd: process.cwd(),
    env: hostingEnvironment({ ...process.env, ...env })
  }, {
    open: async start => await new Promise((resolve, reject) => {
      start({
        tell: { ...task },
        take: message => {
          if (!isReport(message)) return
          if (message.cutover === 'ready') {
            framework = message.framework
            resolve(new URL(`http://127.0.0.1:${message.port}`))
          } else if (message.cutover === 'failed') reject(new Error(message.reason))
          else for (const tell of pinged) tell()
        }
      })
    }),
    probe: async group => {
      let answered = (): void => {}
      const pong = new Promise<void>(resolve => { answered = resolve })
      const done = new AbortController()
      pinged.add(answered)
      const ping: HostingPing = { cutover: 'ping' }
      group.tell({ ...ping })
      await Promise.race([pong, delay(pongWithinMs, undefined, { signal: done.signal }).catch(() => {})])
      done.abort()
      pinged.delete(answered)
      return true
    }
  })
  return framework === undefined ? hosted : { ...hosted, framework }
}
