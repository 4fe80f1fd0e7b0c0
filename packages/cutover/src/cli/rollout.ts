import type { Command } from 'commander'
import type { RolloutRequest, RolloutResponse } from '../config/admin-api.ts'
import type { AdminClient } from './admin-client.ts'
import { whoHere } from './cause.ts'
import type { AddCommand } from './command.ts'
import { findSwitch, type SwitchOptions } from './find-switch.ts'
import { follow, isOver } from './rollout/follow.ts'
import { rolloutLines } from './rollout/rollout-view.ts'
import { voiceOf, type Surroundings, type Voice } from './surroundings.ts'

interface RolloutOptions extends SwitchOptions {
  readonly why?: string
  readonly version?: string
  readonly override?: boolean
  readonly follow?: boolean
  readonly watch?: boolean
}

type Steer = 'pause' | 'resume' | 'abort' | 'skip'
type End = Parameters<AddCommand>[2]

const steering: ReadonlyArray<readonly [verb: Steer, description: string, help: string]> = [
  ['pause', 'keep the share where it is', 'Gates are still looked at while it is paused, and one that fails still takes the feature back.'],
  ['resume', 'go on with a paused rollout', 'The stage that was reached is held anew from its beginning, at its share.'],
  ['abort', 'send the feature back to legacy and end its rollout', 'Takes effect on the next request. Rollouts that wait behind it end too.'],
  ['skip', 'go on to the next stage without waiting', 'Passes over time, requests, and gates that have no data; never over a gate that fails. Needs --why.']
]

/** `cutover rollout start|status|pause|resume|abort|skip`: shares that rise on evidence, on the running switch. */
export const rolloutCommand: AddCommand = (program, surroundings, end) => {
  const rollout = program.command('rollout')
    .description('raise shares stage by stage, on evidence; take them back when a gate fails')
    .addHelpText('after', `
The stages, the time that each is held, and the gates are in the config under \`rollout\`. The rollout runs in
the switch, not in this command: it goes on when this command is left, and after a restart of the switch.

Examples:
  cutover rollout start health --follow
  cutover rollout status --watch
  cutover rollout abort health --why "a customer called"`)
  addStart(rollout, surroundings, end)
  addStatus(rollout, surroundings, end)
  for (const [verb, description, help] of steering) {
    common(rollout.command(verb).description(description).argument('[features...]', 'which; all when left out'))
      .option('-w, --why <text>', 'the reason, for the journal', '')
      .addHelpText('after', `\n${help}\n\nExample:\n  cutover rollout ${verb} vehicles --why "…"`)
      .action(async (features: string[], _options: unknown, command) => {
        const { options, voice, admin } = await met(command, surroundings)
        const answer = await admin.rollout(verb, requestOf(features, options))
        show(answer, features, surroundings, voice)
      })
  }
}

function addStart (rollout: Command, surroundings: Surroundings, end: End): void {
  common(rollout.command('start').description('roll features out, one after another, low risk first').argument('[features...]', 'which; all that have not arrived when left out'))
    .option('-w, --why <text>', 'the reason, for the journal', '')
    .option('--version <text>', 'the version of the candidate, instead of the config\'s: a feature that failed waits for another one')
    .option('--override', 'in spite of a failure of this version, the cool-down, or a share above the first stage; needs --why')
    .option('-f, --follow', 'show it until it is over')
    .addHelpText('after', `
With --follow it exits with 0 when every feature has arrived and with 1 when one was taken back.

Examples:
  cutover rollout start
  cutover rollout start health vehicles --version "$(git rev-parse --short HEAD)" --follow
  cutover rollout start vehicles --override --why "the database was at fault, not the candidate"`)
    .action(async (features: string[], _options: unknown, command) => {
      const { options, voice, admin } = await met(command, surroundings)
      const { version, override } = options
      const before = new Set((await admin.rollouts()).rollouts.map(each => each.rollout))
      const answer = await admin.rollout('start', { ...requestOf(features, options), ...(version === undefined ? {} : { version }), ...(override === true ? { override } : {}) })
      const begun = new Set(answer.rollouts.filter(each => !before.has(each.rollout)).map(each => each.rollout))
      if (options.follow !== true) {
        show(answer, answer.rollouts.filter(each => begun.has(each.rollout)).map(({ feature }) => feature), surroundings, voice)
        if (!voice.json) voice.aside(voice.colors.dim('  cutover rollout status --watch · cutover rollout abort'))
        return
      }
      const last = await follow(answer, { read: reader(surroundings, options), concerns: ({ rollout }) => begun.has(rollout), untilOver: true }, surroundings, voice)
      const of = last.rollouts.filter(each => begun.has(each.rollout))
      show(last, of.map(({ feature }) => feature), surroundings, voice)
      if (!of.every(isOver)) voice.aside('It goes on in the switch.  cutover rollout status --watch · cutover rollout abort')
      if (of.some(({ phase }) => phase === 'failed' || phase === 'aborted')) end(1)
    })
}

function addStatus (rollout: Command, surroundings: Surroundings, end: End): void {
  common(rollout.command('status').description('show how rollouts stand').argument('[features...]', 'which; all when left out'))
    .option('--watch', 'draw it anew until q, on a terminal')
    .addHelpText('after', `
Exits with 1 when the newest rollout of one of the features was taken back by a gate.

Examples:
  cutover rollout status
  cutover rollout status vehicles --watch
  cutover rollout status --json | jq '.rollouts[] | {feature, phase, detail}'`)
    .action(async (features: string[], _options: unknown, command) => {
      const { options, voice, admin } = await met(command, surroundings)
      const first = await admin.rollouts()
      const concerns = ({ feature }: { readonly feature: string }): boolean => features.length === 0 || features.includes(feature)
      const last = options.watch === true && surroundings.stdout.isTTY === true ? await follow(first, { read: reader(surroundings, options), concerns, untilOver: false }, surroundings, voice) : first
      show(last, features, surroundings, voice)
      if (last.rollouts.filter(concerns).some(({ phase }) => phase === 'failed')) end(1)
    })
}

function common (command: Command): Command {
  return command.option('--admin <url>', 'the admin listener of a switch elsewhere; its token in CUTOVER_ADMIN_TOKEN')
}

async function met (command: Command, surroundings: Surroundings): Promise<{ options: RolloutOptions, voice: Voice, admin: AdminClient }> {
  const options = command.optsWithGlobals() as RolloutOptions
  return { options, voice: voiceOf(surroundings, options), admin: await findSwitch(surroundings, options) }
}

/** Finds the switch anew each time: it may have been started again meanwhile, elsewhere. */
function reader (surroundings: Surroundings, options: RolloutOptions): () => Promise<RolloutResponse> {
  return async () => await (await findSwitch(surroundings, options)).rollouts()
}

function requestOf (features: readonly string[], { why = '' }: RolloutOptions): RolloutRequest {
  return { ...(features.length === 0 ? {} : { features }), why, who: whoHere() }
}

function show (answer: RolloutResponse, features: readonly string[], { stdout }: Surroundings, voice: Voice): void {
  const shown = answer.rollouts.filter(({ feature }) => features.length === 0 || features.includes(feature))
  voice.result(answer, rolloutLines(shown, { columns: stdout.columns ?? 120, colors: voice.colors, now: new Date() }).join('\n'))
}
