import type { Control } from '../config/control.ts'
import type { Settings } from '../config/settings.ts'

/** A switch that runs, with its backends. */
export interface Gateway {
  readonly url: string
  readonly adminUrl: string | undefined
  readonly control: Control
  close (): Promise<void>
}

/** Starts both backends and the switch in front of them. */
export type OpenGateway = (settings: Settings, options: { log (line: string): void }) => Promise<Gateway>
