import type { StatusResponse } from '../config/admin-api.ts'
import { findSwitch, type SwitchOptions } from './find-switch.ts'
import { openScreen } from './live-screen.ts'
import type { AddCommand } from './command.ts'
import { progressLines, type FeatureProgress } from './plan/progress-view.ts'
import { progressReader } from './plan/read-progress.ts'
import { statusLines } from './status-view.ts'
import { voiceOf, type Surroundings, type Voice } from './surroundings.ts'
import { shortened } from './text-table.ts'

const everyMs = 1000

/** `cutover status`: both backends side by side, live on a terminal. */
export const statusCommand: AddCommand = (program, surroundings) => {
  program.command('status')
    .description('show features, shares, traffic, errors and latencies of both backends')
    .option('--once', 'print it once, also on a terminal')
    .option('--admin <url>', 'the admin listener of a switch elsewhere; its token in CUTOVER_ADMIN_TOKEN')
    .addHelpText('after', `
On a terminal it is drawn anew each second until q or ctrl-c; elsewhere it is printed once.
Counts and latencies are since the switch started, "per second" is over the last seconds.
p50 and p95: half, and 95 in 100, of the answers took at most this long. Below it, how far each feature is,
by what is kept; where \`cutover plan\` has written a MIGRATION.md, its progress table is brought up to date.

Examples:
  cutover status
  cutover status --once
  cutover status --json | jq '.features[] | {feature, share}'`)
    .action(async (_options: unknown, command) => {
      const options = command.optsWithGlobals() as SwitchOptions & { once?: boolean }
      const voice = voiceOf(surroundings, options)
      const progress = progressReader()
      const read = async (): Promise<Seen> => {
        const status = await (await findSwitch(surroundings, options)).status()
        return { ...status, ...(options.admin === undefined && await progress(status)) }
      }
      const first = await read()
      const { stdin, stdout } = surroundings
      if (options.once === true || voice.json || stdout.isTTY !== true || stdin.isTTY !== true) {
        voice.result(first, drawn(first, stdout.columns ?? 120, voice).join('\n'))
      } else await live(first, read, surroundings, voice)
    })
}

/** What the switch says, with how far each feature is where that can be told from here. */
type Seen = StatusResponse & { readonly progress?: readonly FeatureProgress[] }

function drawn ({ progress, ...status }: Seen, columns: number, { colors }: Voice): readonly string[] {
  const lines = statusLines(status, { columns, colors, now: new Date() })
  return progress === undefined || progress.length === 0 ? lines : [...lines, '', ...progressLines(progress, { columns, colors })]
}

/** Draws until the user leaves; what was seen last stays on the screen. */
async function live (first: Seen, read: () => Promise<Seen>, surroundings: Surroundings, voice: Voice): Promise<void> {
  const { stdout } = surroundings
  let latest = first
  let trouble: string | undefined
  const draw = (): void => {
    const foot = trouble === undefined ? voice.colors.dim('q to leave') : voice.colors.red(shortened(`${trouble} Trying again.`, stdout.columns ?? 80))
    screen.draw([...drawn(latest, stdout.columns ?? 80, voice), '', foot])
  }
  const screen = openScreen(surroundings, draw)
  try {
    for (;;) {
      draw()
      if (await screen.left(everyMs)) break
      try {
        latest = await read()
        trouble = undefined
      } catch (error) {
        trouble = (error as Error).message
      }
    }
  } finally {
    screen.close()
  }
  for (const line of drawn(latest, stdout.columns ?? 80, voice)) voice.line(line)
}
