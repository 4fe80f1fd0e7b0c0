import { Command } from 'commander'
import type { AddCommand } from '../command.ts'
import type { ExitCode } from '../exit-code.ts'
import type { GlobalOptions, Surroundings } from '../surroundings.ts'

/** What another command said. */
export interface Said {
  readonly code: ExitCode
  /** Its result, as with --json. */
  readonly value: unknown
}

/**
 * Runs another command of this program as a user would, and takes its result instead of printing it; its progress is shown.
 * @throws what the command throws
 */
export async function runStep (add: AddCommand, words: readonly string[], surroundings: Surroundings, { config }: GlobalOptions): Promise<Said> {
  let [code, out]: [ExitCode, string] = [0, '']
  const program = new Command('cutover').exitOverride().option('-c, --config <file>').option('--json').option('--no-color')
  const silent = { write: (text: string) => { out += text } }
  add(program, { ...surroundings, stdout: silent }, ended => { code = ended })
  await program.parseAsync([...words, '--json', ...(config === undefined ? [] : ['--config', config])], { from: 'user' })
  return { code, value: out === '' ? undefined : JSON.parse(out) as unknown }
}
