import { formatShare, parseShare } from '../config/units.ts'
import { fault } from '../errors.ts'
import { whoHere } from './cause.ts'
import { findSwitch, type SwitchOptions } from './find-switch.ts'
import type { AddCommand } from './command.ts'
import { voiceOf } from './surroundings.ts'

/** `cutover share FEATURE SHARE`: sets a feature's share on the running switch. */
export const shareCommand: AddCommand = (program, surroundings) => {
  program.command('share')
    .description('set the part of a feature\'s traffic that goes to the candidate')
    .argument('<feature>', 'the feature\'s name in the config')
    .argument('<share>', '0% to 100%, at most two decimals')
    .option('-w, --why <text>', 'the reason, for the journal', 'by hand')
    .option('--admin <url>', 'the admin listener of a switch elsewhere; its token in CUTOVER_ADMIN_TOKEN')
    .addHelpText('after', `
Takes effect on the next request, without a restart. Raising a share keeps everybody who is on the
candidate there; lowering it keeps everybody who is on legacy there.

Examples:
  cutover share vehicles 25%
  cutover share vehicles 100% --why "a week at half without a difference"`)
    .action(async (feature: string, text: string, _options: unknown, command) => {
      const options = command.optsWithGlobals() as SwitchOptions & { why: string }
      const share = parseShare(text)
      if (share === undefined) throw fault('CUT_SHARE_INVALID', text)
      const voice = voiceOf(surroundings, options)
      const admin = await findSwitch(surroundings, options)
      const change = await admin.setShare(feature, { share: formatShare(share), why: options.why, who: whoHere() })
      const { colors } = voice
      voice.result(change, `${colors.bold(change.feature)}  ${formatShare(change.from)} → ${colors.cyan(formatShare(change.to))}`)
    })
}
