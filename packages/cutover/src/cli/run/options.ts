import type { GlobalOptions } from '../surroundings.ts'
import type { StageName } from './outcome.ts'

/** The options of `cutover run`. */
export interface RunOptions extends GlobalOptions {
  readonly traffic: string
  readonly clients: number
  readonly pause: number
  readonly skip: readonly StageName[]
  readonly quick?: boolean
  readonly benchTime?: string
  readonly hold?: number
  readonly limit?: number
  readonly version?: string
  readonly override?: boolean
  readonly why: string
  readonly again?: boolean
  readonly stay?: boolean
  readonly port?: string
  readonly header?: Readonly<Record<string, string>>
  readonly secret?: Readonly<Record<string, string>>
}
