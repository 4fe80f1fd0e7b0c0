import type { EventEmitter } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { fault, isFault } from '../../errors.ts'
import type { Exchange } from '../../message/exchange.ts'
import { makeFolder } from '../../message/recording/make-folder.ts'
import { formatOf as recordedFormatOf, readRecorded } from '../../parity/replay/recorded.ts'
import { countText } from '../figures.ts'
import type { ExitCode } from '../exit-code.ts'
import { interruptible } from '../interruptible.ts'
import { originOption } from '../parity/option-values.ts'
import { openProgress, type Progress } from '../parity/progress.ts'
import { voiceOf, type GlobalOptions, type Surroundings } from '../surroundings.ts'
import { exportFormats, textOf, type ExportFormat } from './formats.ts'
import { NoteCounts } from './note-counts.ts'
import { ownHelp } from './own-help.ts'

interface ExportOptions extends GlobalOptions {
  readonly format?: string
  readonly output?: string
  readonly origin?: URL
  readonly secrets?: boolean
}

const everyMs = 100
const silent: Progress = { phase: () => {}, tick: () => {}, note: () => {}, close: () => {} }

/** `cutover record export RECORDING`: a recording as HAR, or its requests as curl, Hurl or k6. */
export function addExport (record: Command, surroundings: Surroundings, end: (code: ExitCode) => void): void {
  record.command('export')
    .configureHelp(ownHelp(record))
    .description('write a recording in another format')
    .argument('<recording>', 'a folder or file of `cutover record`, a HAR file, or a Postman collection')
    .option('--format <format>', 'har, curl, hurl or k6; told by the name of the output when left out')
    .option('-o, --output <file>', 'where to; standard output when left out')
    .option('--origin <url>', 'where the requests are to go; http:// and their Host header when left out', originOption)
    .option('--secrets', 'write the secrets of a HAR file or collection as they are; in a recording there are none')
    .addHelpText('after', `
Bodies that were not recorded whole cannot be written but to HAR: their requests are left out, and counted.

Examples:
  cutover record export .cutover/recordings/monday --output monday.har
  cutover record export .cutover/recordings/monday --format curl | less
  cutover record export monday --origin http://127.0.0.1:3001 --output smoke.hurl`)
    .action(async (recording: string, _options: unknown, command) => {
      const options = command.optsWithGlobals() as ExportOptions
      const { cwd, stdout, stderr } = surroundings
      const format = formatOf(options)
      const path = resolve(cwd, recording)
      // Before anything is written.
      await recordedFormatOf(path)
      const voice = voiceOf(surroundings, options)
      const output = options.output === undefined ? undefined : resolve(cwd, options.output)
      if (output === undefined && voice.json) throw fault('CUT_USAGE', '--json needs --output: standard output is for one of the two.')
      const notes = new NoteCounts()
      // One terminal cannot show both.
      const progress = output === undefined && stdout.isTTY === true ? silent : openProgress(stderr)
      const ending = interruptible(surroundings)
      let count = 0
      let last = 0
      const counted = async function * (): AsyncGenerator<Exchange> {
        for await (const exchange of readRecorded(path, notes.add)) {
          if (ending.signal.aborted) return
          if (performance.now() - last > everyMs) {
            last = performance.now()
            progress.tick(`${countText(count)} written`)
          }
          count++
          yield exchange
        }
      }
      progress.phase(`Reading ${recording}.`)
      try {
        const pieces = textOf(format, counted(), {
          ...(options.origin !== undefined && { origin: options.origin.origin }),
          ...(options.secrets === true && { secrets: true })
        }, note => {
          count--
          notes.add(note)
        })
        if (output === undefined) await toStream(pieces, stdout, ending.signal)
        else await toFile(pieces, output)
      } finally {
        progress.close()
        ending.close()
      }
      const stopped = ending.signal.aborted
      if (output !== undefined) voice.result({ format, output, exchanges: count, notes: notes.list(), stopped }, `${voice.colors.bold(countText(count))} ${count === 1 ? 'exchange' : 'exchanges'} written to ${options.output}${stopped ? ', then stopped' : ''}`)
      else voice.aside(`${countText(count)} ${count === 1 ? 'exchange' : 'exchanges'} written${stopped ? ', then stopped' : ''}`)
      if (!voice.json) for (const line of notes.lines()) voice.aside(line)
      if (count === 0) voice.aside(`Nothing of ${recording} could be written as ${format}.`)
      if (stopped || count === 0) end(3)
    })
}

function formatOf ({ format, output }: ExportOptions): ExportFormat {
  const byName = output === undefined ? undefined : exportFormats[extname(output).toLowerCase()]
  const known = Object.values(exportFormats)
  const chosen = format ?? byName
  if (chosen === undefined) throw fault('CUT_USAGE', `Say which format: --format ${known.join(', ')}; or --output with a name that ends in ${Object.keys(exportFormats).join(', ')}.`)
  const found = known.find(each => each === chosen.toLowerCase())
  if (found === undefined) throw fault('CUT_USAGE', `--format ${chosen} is not known: use ${known.join(', ')}.`)
  return found
}

/** The file is there when it is whole. */
async function toFile (pieces: AsyncIterable<string>, file: string): Promise<void> {
  const unfinished = `${file}.part`
  try {
    await makeFolder(dirname(file))
    const sink = createWriteStream(unfinished, { mode: 0o600 })
    await pipeline(Readable.from(pieces), sink)
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {})
    const { syscall, message } = error as NodeJS.ErrnoException
    if (syscall !== undefined && !isFault(error)) throw fault('CUT_REPORT_UNWRITABLE', file, message)
    throw error
  }
}

/** Goes at the pace of who reads it, and ends when that is gone, as `head` is. */
async function toStream (pieces: AsyncIterable<string>, stream: Surroundings['stdout'], signal: AbortSignal): Promise<void> {
  const events = stream as unknown as Partial<EventEmitter>
  let gone = false
  events.on?.('error', () => { gone = true })
  for await (const piece of pieces) {
    if (stream.write(piece) === false && events.once !== undefined && !gone && !signal.aborted) await drained(events as EventEmitter, signal)
    if (gone) return
  }
}

async function drained (events: EventEmitter, signal: AbortSignal): Promise<void> {
  await new Promise<void>(resolve => {
    const over = (): void => {
      for (const name of ['drain', 'error', 'close']) events.off(name, over)
      signal.removeEventListener('abort', over)
      resolve()
    }
    for (const name of ['drain', 'error', 'close']) events.on(name, over)
    signal.addEventListener('abort', over)
  })
}
