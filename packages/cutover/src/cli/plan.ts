import { readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { keepFile } from '../config/kept-file.ts'
import { loadConfig } from '../config/load.ts'
import { fault } from '../errors.ts'
import { dossierSettings, readInputs } from '../report/dossier/read-inputs.ts'
import { makePlan, type Plan } from '../report/plan/plan.ts'
import { planMarkdown, planText, progressTable, withBlock } from '../report/plan/plan-markdown.ts'
import type { AddCommand } from './command.ts'
import { progressLines, planFileName } from './plan/progress-view.ts'
import { voiceOf, type GlobalOptions } from './surroundings.ts'

interface PlanCommandOptions extends GlobalOptions {
  readonly output?: string
  readonly force?: boolean
}

/** `cutover plan`: what moves in which order, on what conditions, and how far it is. */
export const planCommand: AddCommand = (program, surroundings) => {
  program.command('plan')
    .description('write the migration plan, with progress from what is kept')
    .option('-o, --output <file>', `the file to write, instead of ${planFileName} beside the config`)
    .option('--force', 'write over a file that is no plan')
    .addHelpText('after', `
Features move in the order of their risk: that of the config, else by the rules of plan.risks, else by
the words of their routes. A plan that is there already keeps what you wrote outside of its marks.

Examples:
  cutover plan
  cutover plan --output docs/migration.md
  cutover plan --json | jq '.features[] | {feature, risk, reason}'`)
    .action(async (_options: unknown, command) => {
      const options = command.optsWithGlobals() as PlanCommandOptions
      const { cwd, env, stdout } = surroundings
      const voice = voiceOf(surroundings, options)
      const settings = await loadConfig({ cwd, file: options.config, env })
      const plan = makePlan(await readInputs(settings.stateDir, dossierSettings(settings), 'plan', new Date()))
      const file = options.output === undefined ? join(settings.folder, planFileName) : resolve(cwd, options.output)
      const text = await pageWith(plan, file, options.force === true)
      try {
        await keepFile(file, text, { mode: 0o644 })
      } catch (error) {
        throw fault('CUT_REPORT_UNWRITABLE', file, (error as Error).message)
      }
      const short = relative(cwd, file)
      voice.result({ ...plan, file }, [...progressLines(plan.features, { columns: stdout.columns ?? 100, colors: voice.colors }), '', `  ${short.startsWith('..') ? file : short}`].join('\n'))
    })
}

/**
 * The page to write: a new one, or the one that is there with its marked parts written anew.
 * @throws CUT_FILE_EXISTS
 */
async function pageWith (plan: Plan, file: string, force: boolean): Promise<string> {
  const page = force
    ? undefined
    : await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw fault('CUT_REPORT_UNWRITABLE', file, error.message)
      return undefined
    })
  if (page === undefined) return planMarkdown(plan)
  const parts = [['progress', progressTable(plan.features)], ['plan', planText(plan)]] as const
  const known = parts.filter(([name, text]) => withBlock(page, name, text) !== undefined)
  if (known.length === 0) throw fault('CUT_FILE_EXISTS', file)
  return known.reduce((text, [name, part]) => withBlock(text, name, part)!, page)
}
