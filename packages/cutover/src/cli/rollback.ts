import { formatShare } from '../config/units.ts'
import { whoHere } from './cause.ts'
import { findSwitch, type SwitchOptions } from './find-switch.ts'
import type { AddCommand } from './command.ts'
import { voiceOf } from './surroundings.ts'

/** `cutover rollback [FEATURE]`: takes one feature, or all, off the candidate. */
export const rollbackCommand: AddCommand = (program, surroundings) => {
  program.command('rollback')
    .description('send a feature, or all of them, back to legacy')
    .argument('[feature]', 'the feature\'s name in the config; all features when left out')
    .option('-w, --why <text>', 'the reason, for the journal', 'by hand')
    .option('--admin <url>', 'the admin listener of a switch elsewhere; its token in CUTOVER_ADMIN_TOKEN')
    .addHelpText('after', `
Takes effect on the next request, moves sticky and pinned users too, and needs no restart.
\`cutover share\` moves the feature on again.

Examples:
  cutover rollback vehicles --why "prices are missing"
  cutover rollback`)
    .action(async (feature: string | undefined, _options: unknown, command) => {
      const options = command.optsWithGlobals() as SwitchOptions & { why: string }
      const voice = voiceOf(surroundings, options)
      const admin = await findSwitch(surroundings, options)
      const changes = await admin.rollback({ ...(feature === undefined ? {} : { feature }), why: options.why, who: whoHere() })
      const { colors } = voice
      const width = Math.max(0, ...changes.map(change => change.feature.length))
      const lines = changes.map(change => `${colors.bold(change.feature.padEnd(width))}  ${change.from === change.to ? 'was on legacy already' : `${formatShare(change.from)} → ${colors.cyan(formatShare(change.to))}`}`)
      voice.result(changes, lines.length === 0 ? 'Nothing to roll back: every feature is on legacy.' : lines.join('\n'))
    })
}
