import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Option } from 'commander'
import { configNames } from '../config/load.ts'
import { resolveConfig } from '../config/resolve.ts'
import { fault } from '../errors.ts'
import { configFormats, configText, type ConfigDraft, type ConfigFormat } from './config-text.ts'
import { draftConfig, legacyFramework, suitableFormat } from './draft-config.ts'
import type { AddCommand } from './command.ts'
import { readProject, type Project } from './project.ts'
import { voiceOf, type GlobalOptions, type Voice } from './surroundings.ts'
import { alignedRows } from './text-table.ts'

interface InitOptions extends GlobalOptions {
  readonly format?: ConfigFormat
  readonly force?: boolean
  readonly legacy?: string
  readonly candidate?: string
}

/** `cutover init`: looks at the project and writes a commented config. */
export const initCommand: AddCommand = (program, surroundings) => {
  program.command('init')
    .description('look at package.json and the sources, and write a commented config')
    .addOption(new Option('--format <format>', 'what to write; what suits the project when left out').choices(configFormats))
    .option('--legacy <url>', 'a legacy backend that runs already')
    .option('--candidate <url>', 'a candidate that runs already')
    .option('-f, --force', 'overwrite a config that is there')
    .addHelpText('after', `
Proposes a feature for each group of routes that it sees in the sources, with a guess at its risk.
Nothing moves by that: every share starts at 0%.

Examples:
  cutover init
  cutover init --format json
  cutover init --legacy http://127.0.0.1:5001 --candidate http://127.0.0.1:3001`)
    .action((_options: unknown, command) => {
      const options = command.optsWithGlobals() as InitOptions
      const voice = voiceOf(surroundings, options)
      const folder = surroundings.cwd
      const project = readProject(folder)
      const format = options.format ?? suitableFormat(project)
      const existing = configNames.find(name => existsSync(join(folder, name)))
      const name = `cutover.config.${format}`
      if (existing !== undefined && options.force !== true) throw fault('CUT_FILE_EXISTS', join(folder, existing))
      const draft = draftConfig(folder, project, { legacy: urlOf(options.legacy), candidate: urlOf(options.candidate) })
      check(draft, folder)
      writeFileSync(join(folder, name), configText(draft, format))
      tell(voice, { folder, name, project, draft, ...(existing === undefined || existing === name ? {} : { existing }) })
    })
}

interface Written {
  readonly folder: string
  readonly name: string
  readonly project: Project
  readonly draft: ConfigDraft
  /** Another config that is there too. */
  readonly existing?: string
}

function tell (voice: Voice, { folder, name, project, draft, existing }: Written): void {
  const { colors } = voice
  const ignored = readText(join(folder, '.gitignore')).split('\n').some(line => /^\/?\.cutover\/?$/.test(line.trim()))
  const rows = alignedRows(draft.features.map(({ name, risk, routes }) => [colors.bold(name), risk, colors.dim(routes.join(', '))]), ['left', 'left', 'left'])
  const missing = project.language === 'typescript' || project.language === 'javascript'
    ? existsSync(join(folder, 'node_modules/cutover')) ? [] : ['npm install --save-dev cutover     so that your editor knows the config']
    : []
  const steps = [
    ...missing,
    ...(ignored ? [] : ['echo .cutover/ >> .gitignore      the journal and the admin token live there']),
    `edit ${name.padEnd(29)}check the two backends and the features`,
    'cutover doctor                    find out what is missing',
    'cutover up                        start both behind the switch'
  ]
  voice.result({ file: join(folder, name), framework: legacyFramework(project) ?? null, entries: project.entries, features: draft.features }, [
    `${colors.green('Wrote')} ${colors.bold(name)}${existing === undefined ? '' : colors.yellow(`. ${existing} is there too: remove one of them.`)}`,
    '',
    ...rows.map(row => `  ${row}`),
    '',
    'Next:',
    ...steps.map(step => `  ${step}`)
  ].join('\n'))
}

/** A config that init writes must be one that cutover takes. */
function check (draft: ConfigDraft, folder: string): void {
  resolveConfig(JSON.parse(configText(draft, 'json')), { folder, file: 'The proposal of init' })
}

function urlOf (text: string | undefined): string | undefined {
  if (text !== undefined && !(/^https?:/.test(text) && URL.canParse(text))) throw fault('CUT_USAGE', `"${text}" is not a URL that begins with http:// or https://.`)
  return text
}

function readText (path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
