import { relative, resolve } from 'node:path'
import { loadConfig } from '../config/load.ts'
import type { Decision } from '../report/dossier/dossier.ts'
import { makeDossier } from '../report/dossier/make-dossier.ts'
import { dossierSettings, readInputs } from '../report/dossier/read-inputs.ts'
import { writeDossier } from '../report/dossier/write-dossier.ts'
import { visible, wrap } from '../report/visible.ts'
import type { AddCommand } from './command.ts'
import { progressLines } from './plan/progress-view.ts'
import { voiceOf, type Colors, type GlobalOptions } from './surroundings.ts'

interface ReportCommandOptions extends GlobalOptions {
  readonly output?: string
}

const mostReasons = 10

/** `cutover report`: what is known, judged, as HTML, Markdown and JSON. */
export const reportCommand: AddCommand = (program, surroundings, end) => {
  program.command('report')
    .description('judge what is known of every feature, and write it as HTML, Markdown and JSON')
    .option('-o, --output <folder>', 'where to write it, instead of a new folder in the state folder\'s reports')
    .addHelpText('after', `
Reads what verify, fuzz, replay, bench and rollouts have kept in the state folder, and the journal. Starts
nothing and changes nothing. The files that figures come from are copied beside the report, into samples/.
Exits with 0 when the decision is go, with 1 when it is not yet or no: what is missing never counts as good.

Examples:
  cutover report
  cutover report --output reports/friday
  cutover report --json | jq '.features[] | {feature, decision}'`)
    .action(async (_options: unknown, command) => {
      const options = command.optsWithGlobals() as ReportCommandOptions
      const { cwd, env, stdout } = surroundings
      const voice = voiceOf(surroundings, options)
      const settings = await loadConfig({ cwd, file: options.config, env })
      const at = new Date()
      const id = at.toISOString().slice(0, 19).replaceAll(':', '-')
      const dossier = makeDossier(await readInputs(settings.stateDir, dossierSettings(settings), id, at))
      const folder = options.output === undefined ? resolve(settings.stateDir, 'reports', id) : resolve(cwd, options.output)
      const files = await writeDossier(dossier, folder, settings.stateDir)
      const { colors } = voice
      const width = Math.max(40, stdout.columns ?? 100)
      const near = dossier.reasons.slice(0, mostReasons)
      const shown = (file: string): string => {
        const short = relative(cwd, file)
        return short.startsWith('..') ? file : short
      }
      voice.result({ ...dossier, files }, [
        `${tint(dossier.decision, colors)(colors.bold(`${signs[dossier.decision]} ${dossier.decision.toUpperCase()}`))}  ${visible(dossier.summary)}`,
        '',
        ...(dossier.decision === 'go'
          ? progressLines(dossier.features, { columns: width, colors })
          : near.flatMap(({ decision, text, next, nextWhen }) => [
            ...wrap(visible(text), width - 4).map((line, place) => `${place === 0 ? `  ${tint(decision, colors)(signs[decision])} ` : '    '}${line}`),
            ...(next === undefined ? [] : [colors.dim(`    ${next}${nextWhen === undefined ? '' : `  # ${nextWhen}`}`)])
          ])),
        ...(dossier.decision !== 'go' && dossier.reasons.length > near.length ? [colors.dim(`    and ${dossier.reasons.length - near.length} more in the report`)] : []),
        ...(near.length > 0 ? [''] : []),
        ...[files.html, files.markdown, files.json].map(file => `  ${shown(file)}`)
      ].join('\n'))
      if (dossier.decision !== 'go') end(1)
    })
}

const signs: Readonly<Record<Decision, string>> = { go: '✓', 'not yet': '…', no: '✗' }

function tint (decision: Decision, colors: Colors): (text: string) => string {
  return { go: colors.green, 'not yet': colors.yellow, no: colors.red }[decision]
}
