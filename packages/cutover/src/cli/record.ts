import { resolve } from 'node:path'
import type { RecordStatus } from '../config/admin-api.ts'
import { formatShare, parseDuration, parseShare } from '../config/units.ts'
import { fault } from '../errors.ts'
import type { AdminClient } from './admin-client.ts'
import type { AddCommand } from './command.ts'
import { countText, lastingText } from './figures.ts'
import { findSwitch, type SwitchOptions } from './find-switch.ts'
import { addExport } from './recording/export.ts'
import { addImport } from './recording/import.ts'
import { voiceOf, type Surroundings, type Voice } from './surroundings.ts'
import { shortened } from './text-table.ts'

interface RecordOptions extends SwitchOptions {
  readonly share: string
  readonly for?: string
  readonly output?: string
}

const everyMs = 500

/** `cutover record [FEATURE…]`: records live traffic of the running switch until a time, or until it is told to stop. */
export const recordCommand: AddCommand = (program, surroundings, end) => {
  const record = program.command('record')
    .description('record live traffic of the running switch; export and import recordings')
    .argument('[features...]', 'the features to record; all requests when left out')
    .option('-s, --share <share>', 'the part of the clients to record', '100%')
    .option('-f, --for <duration>', 'how long: 30s, 10m, 1h; until ctrl-c when left out')
    .option('-o, --output <folder>', 'where to; a new folder below the config\'s `record.folder` when left out')
    .option('--admin <url>', 'the admin listener of a switch elsewhere; its token in CUTOVER_ADMIN_TOKEN')
    .addHelpText('after', `
Whole clients are recorded, so that their sessions can be replayed. Secrets are redacted before they
are written. Recording never delays a response: what it cannot keep up with is dropped and counted.
Ctrl-c ends it; so does the end of the time, also when this command is gone by then.

Examples:
  cutover record
  cutover record vehicles --share 10% --for 10m
  cutover record --for 1h --output recordings/monday`)
    .action(async (features: string[], _options: unknown, command) => {
      const options = command.optsWithGlobals() as RecordOptions
      if (parseShare(options.share) === undefined) throw fault('CUT_SHARE_INVALID', options.share)
      const milliseconds = options.for === undefined ? undefined : parseDuration(options.for)
      if (options.for !== undefined && !(milliseconds! > 0)) throw fault('CUT_USAGE', `--for ${options.for} is not a duration: use 30s, 10m or 1h.`)
      const voice = voiceOf(surroundings, options)
      const admin = await findSwitch(surroundings, options)
      const started = await admin.startRecording({
        share: options.share,
        ...(features.length === 0 ? {} : { features }),
        ...(milliseconds === undefined ? {} : { seconds: milliseconds / 1000 }),
        ...(options.output === undefined ? {} : { folder: resolve(surroundings.cwd, options.output) })
      })
      const { colors } = voice
      if (!voice.json) voice.line(`Recording ${formatShare(started.share)} of ${features.length === 0 ? 'all traffic' : features.join(', ')} into ${colors.bold(started.folder ?? '')}${started.endsAt === undefined ? colors.dim('  ctrl-c ends it') : ''}`)
      const last = await follow(admin, started, surroundings, voice)
      voice.result(last, `${colors.bold(countText(last.recorded))} recorded, ${droppedText(last)}: ${last.folder ?? ''}`)
      if (last.failure !== undefined) {
        voice.aside(last.failure)
        end(3)
      } else if (last.recorded > 0 && !voice.json) voice.aside(colors.dim(`  cutover replay ${last.folder}`))
    })
  addExport(record, surroundings, end)
  addImport(record, surroundings, end)
}

/** Shows how it goes until it is over. */
async function follow (admin: AdminClient, started: RecordStatus, { signals, stderr }: Surroundings, voice: Voice): Promise<RecordStatus> {
  let stopping = false
  let wake = (): void => {}
  const stop = (): void => {
    stopping = true
    wake()
  }
  for (const name of ['SIGINT', 'SIGTERM']) signals.on(name, stop)
  const began = Date.parse(started.startedAt ?? '')
  const live = stderr.isTTY === true && !voice.json
  try {
    for (let latest = started; ; latest = await admin.recording()) {
      if (live) stderr.write(`\r\x1b[K${shortened(`${lastingText(Date.now() - began)} · ${countText(latest.recorded)} recorded · ${droppedText(latest)}`, (stderr.columns ?? 80) - 1)}`)
      // Ended by its time, its failure, or somebody else.
      if (!latest.active || latest.failure !== undefined || latest.startedAt !== started.startedAt) return latest.active && latest.startedAt === started.startedAt ? await admin.stopRecording() : latest
      if (stopping) return await admin.stopRecording()
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, everyMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
        if (stopping) wake()
      })
    }
  } finally {
    if (live) stderr.write('\r\x1b[K')
    for (const name of ['SIGINT', 'SIGTERM']) signals.off(name, stop)
  }
}

function droppedText ({ dropped: { aborted, queue, error } }: RecordStatus): string {
  const why = [[aborted, 'left by their client'], [queue, 'the writer did not keep up'], [error, 'failed']] as const
  const reasons = why.filter(([count]) => count > 0).map(([count, reason]) => `${countText(count)} ${reason}`)
  return reasons.length === 0 ? '0 dropped' : `${countText(aborted + queue + error)} dropped (${reasons.join(', ')})`
}
