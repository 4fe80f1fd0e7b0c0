import { relative } from 'node:path'
import { formatRoute } from '../config/route.ts'
import { suggestion } from '../config/problem.ts'
import { loadConfig } from '../config/load.ts'
import type { Feature, Settings } from '../config/settings.ts'
import { fault } from '../errors.ts'
import { dossierSettings, readInputs } from '../report/dossier/read-inputs.ts'
import { judgeRetirement } from '../report/retirement.ts'
import { visible, wrap } from '../report/visible.ts'
import type { AddCommand } from './command.ts'
import { findRegistrations, type Registration } from './find-registrations.ts'
import { voiceOf, type GlobalOptions } from './surroundings.ts'

/** What of a feature can be deleted once legacy's code of it may go. */
interface Deletable {
  readonly routes: readonly string[]
  /** The feature's variable. */
  readonly env?: string
  /** The file in which it is set, relative to the config's folder. */
  readonly envFile?: string
  /** The entry in the config file. */
  readonly config: string
  /** Where legacy seems to register the routes. */
  readonly code: readonly Registration[]
  readonly note: string
}

/** `cutover retire FEATURE`: whether legacy's code of it can go, and what can be deleted. Deletes nothing. */
export const retireCommand: AddCommand = (program, surroundings, end) => {
  program.command('retire')
    .description('tell whether legacy\'s code of a feature can go, and what can be deleted')
    .argument('<feature>', 'the feature')
    .addHelpText('after', `
It can go when the feature is wholly on the candidate and legacy has been watched without a request of it for
plan.retireAfter. A running switch keeps that in the state folder; time in which none ran does not count.
Deletes nothing. Exits with 0 when it can go, with 1 when it cannot yet, or when that is not known.

Examples:
  cutover retire health
  cutover retire vehicles --json | jq .mayGo`)
    .action(async (name: string, _options: unknown, command) => {
      const options = command.optsWithGlobals() as GlobalOptions
      const { cwd, env, stdout } = surroundings
      const voice = voiceOf(surroundings, options)
      const settings = await loadConfig({ cwd, file: options.config, env })
      const feature = settings.features.find(each => each.name === name)
      if (feature === undefined) {
        const names = settings.features.map(each => each.name)
        const near = suggestion(name, names)
        throw fault('CUT_FEATURE_UNKNOWN', name, near === undefined ? '' : ` Did you mean "${near}"?`, names.join(', ') || 'none')
      }
      const retirement = judgeRetirement(name, await readInputs(settings.stateDir, dossierSettings(settings), 'retire', new Date()))
      const deletable = deletableOf(feature, settings)
      const { colors } = voice
      const width = Math.max(40, stdout.columns ?? 100)
      const { mayGo, facts } = retirement
      const head = mayGo ? colors.green(colors.bold(`✓ Legacy's code of ${name} may go`)) : colors.yellow(colors.bold(`… Legacy's code of ${name} may not go yet`))
      voice.result({ ...retirement, deletable }, [
        head,
        '',
        ...facts.flatMap(({ text, good }) => wrap(visible(text), width - 4).map((line, place) => `${place === 0 ? `  ${good ? colors.green('✓') : colors.yellow('…')} ` : '    '}${line}`)),
        '',
        mayGo ? 'What can be deleted:' : 'What could be deleted then:',
        ...deletableLines(deletable, width).map(line => `  ${line}`)
      ].join('\n'))
      if (!mayGo) end(1)
    })
}

function deletableOf (feature: Feature, settings: Settings): Deletable {
  const { code, skipped, cut } = findRegistrations(settings.folder, feature.routes)
  const { env, name, routes } = feature
  return {
    routes: routes.map(formatRoute),
    ...(env !== undefined && { env }),
    ...(env !== undefined && settings.envFile !== undefined && { envFile: relative(settings.folder, settings.envFile) }),
    config: `features.${name} in ${settings.file === undefined ? 'the config' : relative(settings.folder, settings.file)}`,
    code,
    note: `${code.length === 0 ? 'No place was found that registers these paths' : 'Found by the text of the paths: look before you delete'}${skipped > 0 ? `; ${skipped} files that name Fastify were left out, as the candidate's` : ''}${cut ? '; there are more files than were searched' : ''}.`
  }
}

function deletableLines ({ routes, env, envFile, config, code, note }: Deletable, width: number): readonly string[] {
  const labelled = (label: string, text: string): string[] => wrap(text, width - 13).map((line, place) => `${place === 0 ? label.padEnd(11) : ' '.repeat(11)}${line}`)
  return [
    ...labelled('routes', routes.join(', ')),
    ...(env === undefined ? [] : labelled('variable', `${env}${envFile === undefined ? '' : ` in ${envFile}`}`)),
    ...labelled('config', `${config}: only together with the switch, for what no feature lists goes to legacy`),
    ...code.flatMap(({ file, line, path }, place) => labelled(place === 0 ? 'code' : '', `${visible(file)}:${line}  ${visible(path)}`)),
    ...labelled(code.length === 0 ? 'code' : '', note)
  ]
}
