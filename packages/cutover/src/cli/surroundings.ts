import type { EventEmitter } from 'node:events'
import pc from 'picocolors'
import type { Environment } from '../config/environment.ts'
import type { OpenGateway } from './gateway.ts'

export type Colors = ReturnType<typeof pc.createColors>

export interface OutputStream {
  write (text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  on? (event: 'resize', listener: () => void): unknown
  off? (event: 'resize', listener: () => void): unknown
}

/** What a command sees of the world; tests give it another one. */
export interface Surroundings {
  readonly cwd: string
  readonly env: Environment
  readonly stdin: NodeJS.ReadStream
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  /** Emits SIGINT and SIGTERM. */
  readonly signals: Pick<EventEmitter, 'on' | 'off'>
  /** Ends the process at once. */
  exit (code: number): void
  readonly openGateway: OpenGateway
}

/** Options that every command has. */
export interface GlobalOptions {
  readonly config?: string
  readonly json?: boolean
  readonly color?: boolean
}

/** How a command speaks: to a person, or in JSON. */
export interface Voice {
  readonly json: boolean
  readonly colors: Colors
  /** Writes a line to standard output. */
  line (text?: string): void
  /** Writes a line to standard error: progress and advice, which is not the result. */
  aside (text: string): void
  /** Writes the result: the value with --json, the text for a person without. */
  result (value: unknown, text: string): void
}

export function voiceOf (surroundings: Surroundings, options: GlobalOptions): Voice {
  const { stdout, stderr, env } = surroundings
  const json = options.json === true
  const line = (text = '') => { stdout.write(`${text}\n`) }
  return {
    json,
    colors: pc.createColors(!json && usesColor(options, stdout, env)),
    line,
    aside: text => { stderr.write(`${text}\n`) },
    result: (value, text) => { line(json ? JSON.stringify(value) : text) }
  }
}

/** Colour on a terminal, unless NO_COLOR or --no-color says no; FORCE_COLOR says yes anywhere. */
function usesColor ({ color }: GlobalOptions, stdout: OutputStream, env: Environment): boolean {
  if (color === false || (env.NO_COLOR ?? '') !== '') return false
  if ((env.FORCE_COLOR ?? '') !== '' && env.FORCE_COLOR !== '0') return true
  return stdout.isTTY === true && env.TERM !== 'dumb'
}
