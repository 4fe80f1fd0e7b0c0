import type { Control } from '../config/control.ts'
import type { Settings } from '../config/settings.ts'
import type { LogEvent } from '../switch/log.ts'
import type { RolloutControl } from '../rollout/rollout-control.ts'
import { OpenSwitch, type OpenOptions } from './open-switch.ts'

/** A running gateway: both backends and the switch in front of them. */
export interface Gateway {
  readonly url: string
  /** Undefined when the admin listener is turned off. */
  readonly adminUrl: string | undefined
  readonly control: Control
  /** Raises shares on evidence. */
  readonly rollout: RolloutControl
  close (): Promise<void>
}

/** An event as one line: level, feature and request id first. */
export function formatEvent ({ level, message, feature, requestId }: LogEvent): string {
  const about = [feature, requestId].filter(Boolean).join(' ')
  return `${level === 'info' ? '' : `${level}: `}${about === '' ? '' : `[${about}] `}${message}`
}

/**
 * Starts both backends as the settings say and listens in front of them.
 * @throws what starting a backend, listening or reading the journal throws
 */
export async function openGateway (settings: Settings, { log, ...options }: Omit<Partial<OpenOptions>, 'log'> & { log? (line: string): void } = {}): Promise<Gateway> {
  const opened = await OpenSwitch.open(settings, { env: process.env, ...options, log: event => log?.(formatEvent(event)) })
  try {
    await opened.listen(settings.listen.host, settings.listen.port)
  } catch (error) {
    await opened.close()
    throw error
  }
  return {
    url: opened.url,
    get adminUrl () { return opened.adminUrl },
    control: opened.control,
    rollout: opened.rollout,
    close: async () => await opened.close()
  }
}
