import { InvalidArgumentError } from 'commander'
import { loadConfig } from '../config/load.ts'
import type { BackendSettings, Settings } from '../config/settings.ts'
import { version } from '../config/version.ts'
import type { Gateway } from './gateway.ts'
import type { AddCommand } from './command.ts'
import { shareText } from './status-view.ts'
import { voiceOf, type GlobalOptions, type Surroundings, type Voice } from './surroundings.ts'
import { alignedRows } from './text-table.ts'

interface UpOptions extends GlobalOptions {
  readonly host?: string
  readonly port?: string
}

/** `cutover up`: both backends behind the switch, until it is told to stop. */
export const upCommand: AddCommand = (program, surroundings, end) => {
  program.command('up')
    .description('start both backends behind the switch')
    .option('--host <address>', 'the address to listen on, instead of the config\'s')
    .option('-p, --port <number>', 'the port to listen on, instead of the config\'s; 0 picks a free one', portText)
    .addHelpText('after', `
Stops on ctrl-c or SIGTERM: accepts nothing new, finishes open requests, stops the backends.
A second one stops at once. Shares are kept in the journal and resumed by the next start.
With --json, standard output has one object when it is up, then one for each log line.

Examples:
  cutover up
  cutover up --port 8080
  CUTOVER_HOST=0.0.0.0 cutover up --config deploy/cutover.config.ts`)
    .action(async (_options: unknown, command) => {
      const options = command.optsWithGlobals() as UpOptions
      const voice = voiceOf(surroundings, options)
      const settings = await loadConfig({ cwd: surroundings.cwd, file: options.config, env: environmentOf(surroundings, options) })
      const interrupts = interruptsOf(surroundings)
      try {
        const opened = surroundings.openGateway(settings, { log: text => voice.line(voice.json ? JSON.stringify({ log: text }) : text) })
        const stopped = opened.then(async gateway => {
          if (!interrupts.seen()) announce(gateway, settings, voice)
          await interrupts.first
          voice.aside('Closing: open requests may finish. Once more stops at once.')
          await gateway.close()
        })
        await Promise.race([stopped, interrupts.second.then(() => {
          end(3)
          surroundings.exit(3)
        })])
      } finally {
        interrupts.release()
      }
    })
}

function announce ({ url, adminUrl, control }: Gateway, settings: Settings, voice: Voice): void {
  const { colors } = voice
  const features = control.features()
  if (voice.json) {
    voice.line(JSON.stringify({ url, adminUrl, pid: process.pid, stateDir: settings.stateDir, features }))
    return
  }
  const rows = [
    ['switch', colors.bold(colors.underline(url))],
    ['admin', adminUrl === undefined ? colors.dim('off') : `${adminUrl}${colors.dim(`  token in ${settings.stateDir}/admin.json`)}`],
    ...[settings.legacy, settings.candidate].map(backend => [backend.name, colors.dim(sourceText(backend))])
  ]
  const shares = features.map(feature => [colors.bold(feature.feature), feature.risk, shareText(feature.share, 20, colors), feature.rolledBack ? colors.red('rolled back') : ''])
  voice.line()
  voice.line(`${colors.bold('cutover')} ${version}`)
  for (const line of alignedRows(rows, ['left', 'left'])) voice.line(`  ${line}`)
  voice.line()
  for (const line of alignedRows(shares, ['left', 'left', 'left', 'left'])) voice.line(`  ${line}`)
  if (features.length > 0) voice.line()
  voice.line(colors.dim(`  cutover status · cutover share ${features[0]?.feature ?? 'FEATURE'} 25% · cutover rollback`))
  voice.line()
}

function sourceText ({ source }: BackendSettings): string {
  switch (source.kind) {
    case 'module': return `${source.path}${source.export === 'default' ? '' : ` (${source.export})`}`
    case 'listener': return 'an application in the config'
    case 'command': return `${source.command}  at ${source.url.href}`
    case 'origin': return source.url.href
  }
}

interface Interrupts {
  readonly first: Promise<void>
  readonly second: Promise<void>
  seen (): boolean
  release (): void
}

/** SIGINT and SIGTERM, from before the backends start until they have stopped. */
function interruptsOf ({ signals }: Surroundings): Interrupts {
  const waiting: Array<() => void> = []
  const first = new Promise<void>(resolve => { waiting.push(resolve) })
  const second = new Promise<void>(resolve => { waiting.push(resolve) })
  const interrupt = (): void => waiting.shift()?.()
  for (const name of ['SIGINT', 'SIGTERM']) signals.on(name, interrupt)
  return {
    first,
    second,
    seen: () => waiting.length < 2,
    release: () => { for (const name of ['SIGINT', 'SIGTERM']) signals.off(name, interrupt) }
  }
}

function environmentOf ({ env }: Surroundings, { host, port }: UpOptions): Readonly<Record<string, string | undefined>> {
  return { ...env, ...(host === undefined ? {} : { CUTOVER_HOST: host }), ...(port === undefined ? {} : { CUTOVER_PORT: port }) }
}

function portText (text: string): string {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) throw new InvalidArgumentError('It is not a port from 0 to 65535.')
  return text
}
