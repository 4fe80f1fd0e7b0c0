import { resolve } from 'node:path'
import { diff } from '../parity/diff/diff.ts'
import type { AddCommand } from './command.ts'
import { countText } from './figures.ts'
import { settingsIfAny } from './parity/plain-origins.ts'
import { runParity } from './parity/run-parity.ts'
import { withReportOptions, type ReportOptions } from './parity/write-report.ts'

/** `cutover diff LEGACY CANDIDATE`: the answers of two recordings of the same requests. */
export const diffCommand: AddCommand = (program, surroundings, end) => {
  withReportOptions(program.command('diff')
    .description('compare two recordings of the same requests')
    .argument('<legacy>', 'a recording of legacy: a folder or file of `cutover record`, or a HAR file')
    .argument('<candidate>', 'one of the candidate'))
    .addHelpText('after', `
Exchanges belong together by x-request-id, or else by session, method, path and order. The rules of the
config apply where there is one. Exits with 1 when answers differ.

Examples:
  cutover diff before after
  cutover diff express.har fastify.har --report reports/diff.json`)
    .action(async (legacy: string, candidate: string, _options: unknown, command) => {
      const options = command.optsWithGlobals() as ReportOptions
      const settings = await settingsIfAny(surroundings, options)
      await runParity(surroundings, options, end, async ({ signal, progress }) => {
        progress.phase(`Reading ${legacy} and ${candidate}.`)
        const report = await diff(resolve(surroundings.cwd, legacy), resolve(surroundings.cwd, candidate), {
          rules: settings?.parity.compare ?? {},
          routes: settings?.features.flatMap(({ routes }) => routes) ?? [],
          signal,
          onProgress: ({ read, compared, findings }) => {
            progress.tick(compared === 0 ? `${countText(read)} read` : `${countText(compared)} compared${findings > 0 ? ` · ${findings} found` : ''}`)
          }
        })
        return { report, redact: settings?.redact }
      })
    })
}
