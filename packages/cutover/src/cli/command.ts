import type { Command } from 'commander'
import type { ExitCode } from './exit-code.ts'
import type { Surroundings } from './surroundings.ts'

/** Adds a command to the program; it tells its exit code through `end` when that is not 0. */
export type AddCommand = (program: Command, surroundings: Surroundings, end: (code: ExitCode) => void) => void
