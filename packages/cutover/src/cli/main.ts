import { Command, CommanderError } from 'commander'
import { version } from '../config/version.ts'
import { benchCommand } from './bench.ts'
import { diffCommand } from './diff.ts'
import { doctorCommand } from './doctor.ts'
import { exitCodeOf, type ExitCode } from './exit-code.ts'
import type { AddCommand } from './command.ts'
import { explainCommand } from './explain.ts'
import { fuzzCommand } from './fuzz.ts'
import { initCommand } from './init.ts'
import { planCommand } from './plan.ts'
import { recordCommand } from './record.ts'
import { replayCommand } from './replay.ts'
import { reportCommand } from './report.ts'
import { retireCommand } from './retire.ts'
import { rollbackCommand } from './rollback.ts'
import { rolloutCommand } from './rollout.ts'
import { runCommand } from './run.ts'
import { shareCommand } from './share.ts'
import { statusCommand } from './status.ts'
import type { OutputStream, Surroundings } from './surroundings.ts'
import { upCommand } from './up.ts'
import { verifyCommand } from './verify.ts'

const commands: readonly AddCommand[] = [initCommand, upCommand, shareCommand, rollbackCommand, rolloutCommand, statusCommand, recordCommand, verifyCommand, fuzzCommand, replayCommand, benchCommand, runCommand, diffCommand, reportCommand, planCommand, retireCommand, explainCommand, doctorCommand]

/**
 * The command line as data: what it runs, and what docs/reference/cli.md is written from.
 * @param words what it is to run; `rollout start --version` is the candidate's version
 */
export function buildProgram (surroundings: Surroundings, end: (code: ExitCode) => void = () => {}, words: readonly string[] = []): Command {
  const program = new Command('cutover')
    .description('Move a live HTTP backend to Fastify one feature at a time.')
    .version(version, words.includes('rollout') || words.includes('run') ? '-V' : '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .option('-c, --config <file>', 'the config file; found in this folder or above when left out')
    .option('--json', 'print the result as JSON')
    .option('--no-color', 'print without colour; NO_COLOR does the same')
    .configureHelp({ showGlobalOptions: true, ...(surroundings.stdout.columns === undefined ? {} : { helpWidth: surroundings.stdout.columns }) })
    .configureOutput({
      writeOut: text => { surroundings.stdout.write(text) },
      writeErr: text => { surroundings.stderr.write(text) },
      getOutHasColors: () => false,
      getErrHasColors: () => false
    })
    .showSuggestionAfterError()
    .showHelpAfterError('Run it with --help to see what it takes.')
    .exitOverride()
    .addHelpText('after', `
Exit codes:
  0  good
  1  found something: a difference, a failed check
  2  wrong usage or configuration
  3  could not run

The first five minutes:
  cutover init               write cutover.config.ts
  cutover up                 start both backends behind the switch
  cutover share health 50%   move half of a feature
  cutover rollback health    move it back`)
  for (const add of commands) add(program, surroundings, end)
  return program
}

/**
 * Runs a command line.
 * @param words what follows `cutover`
 * @returns the exit code
 */
export async function run (words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let code: ExitCode = 0
  try {
    const program = buildProgram(surroundings, ended => { code = ended }, words)
    await program.parseAsync(words.length === 0 ? ['--help'] : words, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    return reported(error, words.includes('--json'), surroundings)
  }
}

function reported (error: unknown, json: boolean, { stdout, stderr, env }: Surroundings): ExitCode {
  const usage = error instanceof CommanderError
  const { code = 'CUT_UNEXPECTED', message = String(error), stack } = (error ?? {}) as { code?: string, message?: string, stack?: string }
  if (json) stdout.write(`${JSON.stringify({ error: { code: usage ? 'CUT_USAGE' : code, message: message.replace(/^error: /, '') } })}\n`)
  // Commander has written its own message already.
  else if (!usage) stderr.write(`${message}\n${(env.CUTOVER_DEBUG ?? '') === '' ? '' : `${stack}\n`}`)
  return usage ? 2 : exitCodeOf(error)
}

/** Runs the command line of this process and ends it, whatever the config left open. */
export async function main (): Promise<void> {
  // Who reads the beginning only, such as `head`, has what it wanted.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'EPIPE') throw error })
  const code = await run(process.argv.slice(2), {
    cwd: process.cwd(),
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signals: process,
    exit: code => process.exit(code),
    // Loaded only by the command that needs it: the others answer faster without.
    openGateway: async (settings, options) => await (await import('../library/gateway.ts')).openGateway(settings, options)
  })
  await Promise.all([process.stdout, process.stderr].map(flushed))
  process.exit(code)
}

/** On some systems pipes are written behind, and an exit would cut them off. */
function flushed (stream: OutputStream & NodeJS.WriteStream): Promise<void> {
  return new Promise(resolve => stream.write('', () => resolve()))
}
