import { join } from 'node:path'
import { environmentWith } from '../config/env-file.ts'
import type { Environment } from '../config/environment.ts'
import type { Settings } from '../config/settings.ts'
import type { Control } from '../config/control.ts'
import { Controller } from '../rollout/controller.ts'
import { openNotifier } from '../rollout/notify/notifier.ts'
import type { ShareState, TrafficControl } from '../rollout/ports.ts'
import type { RolloutControl } from '../rollout/rollout-control.ts'
import { noSamples, sampleFiles } from '../rollout/sample-file.ts'
import type { Journal } from '../switch/journal.ts'
import type { Log } from '../switch/log.ts'
import type { SwitchMetrics } from './metric-source/metric-source.ts'

/** The controller of a running switch. */
export interface RolloutHost {
  readonly control: RolloutControl
  close (): Promise<void>
}

/**
 * Lets rollouts run in the process of the switch: they go on where the journal left them.
 * @param kept whether their evidence is kept in the state folder
 */
export async function hostRollouts ({ settings, control, journal, source, env, log, kept }: {
  readonly settings: Settings
  readonly control: Control
  readonly journal: Journal
  readonly source: SwitchMetrics
  readonly env: Environment
  readonly log: Log
  readonly kept: boolean
}): Promise<RolloutHost> {
  const notifier = openNotifier(settings.rollout.notify, { env: environmentWith(settings.envFile, env), folder: settings.folder, log })
  const samples = kept ? sampleFiles(join(settings.stateDir, 'rollouts'), error => log({ level: 'warn', message: `The evidence of rollouts is not kept: ${error.message}` })) : noSamples
  const controller = await Controller.open({
    settings, journal, source, notifier, log, samples, traffic: trafficOf(control), clock: { now: () => performance.now(), date: () => new Date() }
  })
  return {
    control: controller,
    close: async () => {
      await controller.close()
      source.close()
      await notifier.close()
    }
  }
}

function trafficOf (control: Control): TrafficControl {
  const shares = (): ReadonlyMap<string, ShareState> => new Map(control.features().map(({ feature, share, rolledBack }) => [feature, { share, rolledBack }]))
  return {
    shares,
    // Nothing comes between the look and the change: both are made before anything is waited for.
    setShare: async (feature, share, expected, cause) => {
      const stands = shares().get(feature)
      if (stands?.share !== expected.share || stands.rolledBack !== expected.rolledBack) return false
      await control.setShare(feature, share, cause)
      return true
    },
    rollback: async (feature, cause) => { await control.rollback(feature, cause) }
  }
}
