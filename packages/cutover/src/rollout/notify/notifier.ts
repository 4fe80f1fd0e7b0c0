import type { RolloutEvent } from '../../config/control.ts'
import type { Environment } from '../../config/environment.ts'
import type { NotificationSettings } from '../../config/rollout-settings.ts'
import type { Log } from '../../switch/log.ts'
import type { Notifier } from '../ports.ts'
import { addresseeOf } from './addressee.ts'
import { Channel, type Patience } from './channel.ts'

/** How long things may take, and how much may wait. */
export interface NotifierLimits extends Patience {
  /** For one attempt over HTTP. */
  readonly timeoutMs: number
  readonly commandTimeoutMs: number
  /** How long closing waits for what is still to be told. */
  readonly closeMs: number
}

const usual: NotifierLimits = { attempts: 4, firstPauseMs: 500, waiting: 100, timeoutMs: 5_000, commandTimeoutMs: 10_000, closeMs: 5_000 }

export interface OpenNotifier extends Notifier {
  /** Tells what still waits, for a few seconds, and stops. */
  close (): Promise<void>
}

/**
 * Tells those that the config names of what rollouts do: each by itself, in the order of events, tried again where
 * that may help. What cannot be told is logged, without URLs and tokens.
 */
export function openNotifier (notifications: readonly NotificationSettings[], { env, folder, log, limits = {} }: {
  readonly env: Environment
  /** Where commands run. */
  readonly folder: string
  readonly log: Log
  readonly limits?: Partial<NotifierLimits>
}): OpenNotifier {
  const { closeMs, timeoutMs, commandTimeoutMs, ...patience } = { ...usual, ...limits }
  const channels = notifications.flatMap((settings, place) => {
    const to = addresseeOf(settings, { env, folder, timeoutMs, commandTimeoutMs })
    if (!('problem' in to)) return [new Channel(to, patience, log)]
    log({ level: 'warn', message: `rollout.notify[${place}] tells nobody: ${to.problem}. ${to.remedy}` })
    return []
  })
  return {
    tell: (event: RolloutEvent) => { for (const channel of channels) channel.take(event) },
    close: async () => { await Promise.all(channels.map(channel => channel.close(closeMs))) }
  }
}
