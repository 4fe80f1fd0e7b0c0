// What a hosted backend's process runs: it is told over IPC what to serve, says where, and ends when it is told to or
// when whoever started it is gone.
import { inspect } from 'node:util'
import { readConfig } from '../../config/load.ts'
import { isListener } from '../../config/define.ts'
import { listenerFrom } from '../listener.ts'
import { importExport } from '../module.ts'
import { isPing, type HostingReport, type HostingTask } from './protocol.ts'
import { serve, type Serving } from './serve.ts'

let serving: Serving | undefined
let graceMs = 0
let ending: Promise<void> | undefined

function end (status: number): void {
  ending ??= Promise.resolve(serving?.close(graceMs)).catch(error => {
    process.stderr.write(`${inspect(error)}\n`)
    status = 1
  }).then(() => process.exit(status))
}

async function host (task: HostingTask): Promise<void> {
  try {
    graceMs = task.graceMs
    const listener = await listenerFrom(await applicationOf(task), task.owner)
    serving = await serve(listener)
    report({ cutover: 'ready', port: serving.port, framework: listener.framework })
  } catch (error) {
    const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined }
    process.stderr.write(`${inspect(cause ?? error)}\n`)
    report({ cutover: 'failed', reason: message }, () => process.exit(1))
  }
}

async function applicationOf ({ source, owner }: HostingTask): Promise<unknown> {
  if (source.kind === 'module') return await importExport(source.path, source.export, owner)
  const config = await readConfig(source.file) as Readonly<Record<string, unknown>>
  const backend = config[source.backend]
  return isListener(backend) ? backend : (backend as { listener?: unknown } | undefined)?.listener
}

function report (message: HostingReport, sent: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, sent)
  else sent()
}

process.once('message', message => { host(message as HostingTask).catch(() => process.exit(1)) })
process.on('message', message => { if (isPing(message)) report({ cutover: 'alive' }) })
process.on('SIGTERM', () => end(0))
process.once('disconnect', () => {
  // Nobody is left to kill it when its application hangs at the end.
  setTimeout(() => process.exit(1), 2 * graceMs + 1000).unref()
  end(1)
})
