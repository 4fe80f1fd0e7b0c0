import { basename, extname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { formatSize, parseSize } from '../../config/units.ts'
import { fault } from '../../errors.ts'
import { headerValue } from '../../message/headers.ts'
import { partsIn } from '../../message/recording/reader.ts'
import { openRecording } from '../../message/recording/writer.ts'
import { formatOf, readRecorded } from '../../parity/replay/recorded.ts'
import type { ExitCode } from '../exit-code.ts'
import { countText } from '../figures.ts'
import { interruptible } from '../interruptible.ts'
import { settingsIfAny } from '../parity/plain-origins.ts'
import { openProgress, type Progress } from '../parity/progress.ts'
import { voiceOf, type GlobalOptions, type Surroundings } from '../surroundings.ts'
import { NoteCounts } from './note-counts.ts'
import { ownHelp } from './own-help.ts'

interface ImportOptions extends GlobalOptions {
  readonly output?: string
  readonly host?: string
  readonly total: string
}

const everyMs = 100
const mostHosts = 8

/** `cutover record import FILE`: a HAR file or a Postman collection as a recording. */
export function addImport (record: Command, surroundings: Surroundings, end: (code: ExitCode) => void): void {
  record.command('import')
    .configureHelp(ownHelp(record))
    .description('make a recording of a HAR file or a Postman collection')
    .argument('<file>', 'a HAR file of a browser or a proxy, or a Postman collection')
    .option('-o, --output <folder>', 'where to; a folder of the file\'s name below the config\'s `record.folder` when left out')
    .option('--host <host>', 'take only requests to this host, as shop.test or shop.test:8443; * takes all')
    .option('--total <size>', 'how large the recording may grow', '1GB')
    .addHelpText('after', `
Secrets are redacted, by the config's rules where there is one. A page's HAR holds requests to other hosts
too: say which is the backend's. Requests of a Postman collection have no recorded answers.

Examples:
  cutover record import browser.har --host shop.test
  cutover record import shop.postman_collection.json --output recordings/postman`)
    .action(async (given: string, _options: unknown, command) => {
      const options = command.optsWithGlobals() as ImportOptions
      const { cwd, stderr } = surroundings
      const totalBytes = parseSize(options.total)
      if (totalBytes === undefined || totalBytes === 0) throw fault('CUT_USAGE', `--total ${options.total} is not a size: use 500MB or 2GB.`)
      const path = resolve(cwd, given)
      if (await formatOf(path) === 'recording') throw fault('CUT_USAGE', `${given} is a recording already.`)
      const settings = await settingsIfAny(surroundings, options)
      const folder = options.output === undefined
        ? join(settings?.record.folder ?? join(cwd, '.cutover/recordings'), basename(given, extname(given)))
        : resolve(cwd, options.output)
      const there = await partsIn(folder).catch(() => [])
      if (there.length > 0) throw fault('CUT_USAGE', `${folder} holds a recording already: give another folder with --output, or remove it.`)
      const voice = voiceOf(surroundings, options)
      const progress = openProgress(stderr)
      const ending = interruptible(surroundings)
      const notes = new NoteCounts()
      try {
        const host = options.host ?? await onlyHost(path, given, progress, ending.signal)
        const writer = await openRecording(folder, {
          ...(settings !== undefined && { redact: settings.redact, bodyLimit: settings.record.bodyLimitBytes }),
          totalBytes,
          whenFull: 'stop'
        })
        let taken = 0
        let others = 0
        let isFull = false
        let last = performance.now()
        progress.phase(`Reading ${given}.`)
        try {
          for await (const exchange of readRecorded(path, notes.add)) {
            if (ending.signal.aborted) break
            if (host !== '*' && headerValue(exchange.request.headers, 'host')?.toLowerCase() !== host.toLowerCase()) {
              others++
              continue
            }
            if (!await writer.write(exchange)) {
              isFull = writer.counts().failure === undefined
              break
            }
            taken++
            if (performance.now() - last > everyMs) {
              last = performance.now()
              progress.tick(`${countText(taken)} read`)
            }
          }
        } finally {
          await writer.close()
          progress.close()
        }
        const { written, dropped, failure } = writer.counts()
        if (failure !== undefined) throw failure
        const stopped = ending.signal.aborted
        const text = `${voice.colors.bold(countText(written))} ${written === 1 ? 'exchange' : 'exchanges'} imported: ${folder}`
        voice.result({ folder, exchanges: written, otherHosts: others, dropped, notes: notes.list(), full: isFull || dropped > 0, stopped }, text)
        if (!voice.json) {
          if (others > 0) voice.aside(`  ${countText(others)} left out: they went to other hosts`)
          for (const line of notes.lines()) voice.aside(line)
        }
        if (isFull || dropped > 0) voice.aside(`It is not whole: it may not grow beyond ${formatSize(totalBytes)}. Allow more with --total.`)
        if (stopped) voice.aside('It was stopped before the end of the file.')
        if (written === 0) voice.aside(host === '*' ? `There is no exchange in ${given}.` : `There is no exchange with ${host} in ${given}.`)
        if (stopped || isFull || dropped > 0 || written === 0) end(3)
        else if (!voice.json) voice.aside(voice.colors.dim(`  cutover replay ${options.output ?? folder}`))
      } finally {
        progress.close()
        ending.close()
      }
    })
}

/**
 * The host that all requests of a file go to.
 * @throws CUT_USAGE when there are several
 */
async function onlyHost (path: string, given: string, progress: Progress, signal: AbortSignal): Promise<string> {
  const hosts = new Map<string, number>()
  progress.phase(`Looking for the hosts in ${given}.`)
  for await (const { request } of readRecorded(path, () => {})) {
    if (signal.aborted) break
    const host = headerValue(request.headers, 'host')?.toLowerCase() ?? ''
    hosts.set(host, (hosts.get(host) ?? 0) + 1)
  }
  if (hosts.size < 2) return '*'
  const sorted = [...hosts].sort(([, a], [, b]) => b - a)
  const list = sorted.slice(0, mostHosts).map(([host, count]) => `  ${host === '' ? '(none)' : host}  ${countText(count)}`)
  throw fault('CUT_USAGE', [
    `${given} holds requests to ${hosts.size} hosts:`,
    ...list,
    ...(sorted.length > mostHosts ? [`  and ${sorted.length - mostHosts} more`] : []),
    `Say which is the backend: --host ${sorted[0]![0]}; or --host '*' for all.`
  ].join('\n'))
}
