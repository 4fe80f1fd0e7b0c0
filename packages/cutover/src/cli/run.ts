import { InvalidArgumentError } from 'commander'
import { parseDuration } from '../config/units.ts'
import type { AddCommand } from './command.ts'
import { countOption, headerOption, secretOption } from './parity/option-values.ts'
import { runAll } from './run/run-all.ts'
import type { StageName } from './run/outcome.ts'
import type { RunOptions } from './run/options.ts'

const skippable: readonly StageName[] = ['verify', 'bench', 'rollout', 'report']

/** `cutover run [FEATURE…]`: verify → bench → rollout → report, unattended. */
export const runCommand: AddCommand = (program, surroundings, end) => {
  program.command('run')
    .description('verify, bench, roll out under traffic, and report: unattended')
    .argument('[features...]', 'the features to roll out; all that have not arrived when left out')
    .option('-t, --traffic <source>', 'real, scenarios, a folder of scenarios, or a recording', 'scenarios')
    .option('--clients <number>', 'how many clients send scenarios or the recording, each waiting for its answers', countOption, 8)
    .option('--pause <duration>', 'how long a client rests between two requests, on average', durationOption, 10)
    .option('--header <header>', 'what to send in place of a header that a recording has redacted; may be repeated', headerOption)
    .option('--secret <name=value>', 'what to send in place of a value that a recording has redacted; may be repeated', secretOption)
    .option('--skip <stages>', 'leave stages out: verify, bench, rollout, report, with commas between them', skipOption, [])
    .option('--quick', 'a rough bench, as `cutover bench --quick`')
    .option('--bench-time <duration>', 'about how long the bench may take, instead of the config\'s bench.time', benchTimeOption)
    .option('--hold <duration>', 'how long each share is held at least, instead of the config\'s rollout.hold', durationOption)
    .option('--limit <duration>', 'pause the rollout, and end with 1, when it takes longer', durationOption)
    .option('--version <text>', 'the version of the candidate, instead of the config\'s', versionOption)
    .option('--override', 'in spite of a failure of this version, the cool-down, or a share above the first stage; needs --why')
    .option('-w, --why <text>', 'the reason, for the journal', '')
    .option('--again', 'take the features back to legacy first, and begin at the first stage whatever came before')
    .option('--stay', 'leave the switch up afterwards, until ctrl-c')
    .option('-p, --port <number>', 'the port of the switch, instead of the config\'s; 0 picks a free one', portOption)
    .addHelpText('after', `
Ends at the first stage that says no; the report is written in any case. Rolls out on the switch that runs
for this config, or starts one, and stops it at the end; shares stay in the journal. Ctrl-c in a rollout
pauses it: shares stay where they are.
Exits with 0 when every feature has arrived, with 1 when a stage said no, with 3 when one could not be run.

Examples:
  cutover run
  cutover run health vehicles --traffic real --hold 10m
  cutover run --traffic .cutover/recordings/monday --skip bench
  cutover run --json | jq '{done, why}'`)
    .action(async (features: string[], _options: unknown, command) => {
      await runAll(features, command.optsWithGlobals() as RunOptions, surroundings, end)
    })
}

function durationOption (text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined) throw new InvalidArgumentError('It is not a duration: 500ms, 30s, 10m, 1h.')
  return ms
}

function benchTimeOption (text: string): string {
  if (durationOption(text) < 1000) throw new InvalidArgumentError('It is not a duration of at least a second.')
  return text
}

function skipOption (text: string): readonly StageName[] {
  const names = text.split(',').map(name => name.trim())
  const unknown = names.find(name => !skippable.includes(name as StageName))
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no stage "${unknown}". There are: ${skippable.join(', ')}.`)
  return names as StageName[]
}

function versionOption (text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.')
  return text
}

function portOption (text: string): string {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) throw new InvalidArgumentError('It is not a port from 0 to 65535.')
  return text
}
