import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { editedShares, shareFromEnvironment, type Environment } from '../config/environment.ts'
import { environmentWith, watchEnvFile, type EnvFileWatch } from '../config/env-file.ts'
import type { Control } from '../config/control.ts'
import type { Settings } from '../config/settings.ts'
import type { BackendName, Target } from '../config/target.ts'
import { formatShare } from '../config/units.ts'
import { fault } from '../errors.ts'
import { createRegistry, type Registry } from '../metrics/registry.ts'
import { Dispatcher } from '../switch/dispatcher.ts'
import type { Journal } from '../switch/journal.ts'
import type { Log } from '../switch/log.ts'
import { observe, type Observation } from '../switch/observe/observation.ts'
import { Routing } from '../switch/routing.ts'
import { closeServer, createSwitchServer } from '../switch/server.ts'
import { Shares } from '../switch/shares.ts'
import { Upgrades } from '../switch/upgrade.ts'
import { liveComparison } from './live-comparison.ts'
import { openTelemetry } from './opentelemetry/open-telemetry.ts'
import { openFlagClient } from './openfeature/flag-client.ts'
import { followFlags, type FollowedFlags } from './openfeature/follow-flags.ts'

/** The switch between two started backends: its parts, joined. */
export interface SwitchParts {
  readonly settings: Settings
  readonly server: Server
  readonly dispatcher: Dispatcher
  readonly routing: Routing
  readonly registry: Registry
  readonly control: Control
  /** Recording and shadowing. */
  readonly observation: Observation
  close (): Promise<void>
}

/**
 * Joins routing, dispatch, shares and metrics. Shares are taken from the journal, then from what the config and the
 * environment say anew.
 * @param random uniform in [0, 1), for requests without a sticky key
 */
export async function assembleSwitch ({ settings, targets, journal, log, env, random = Math.random }: {
  readonly settings: Settings
  readonly targets: Readonly<Record<BackendName, Target>>
  readonly journal: Journal
  readonly log: Log
  readonly env: Environment
  readonly random?: () => number
}): Promise<SwitchParts> {
  const registry = createRegistry({ features: settings.features.map(feature => feature.name) })
  const routing = new Routing(settings, (feature, backend, forced) => settings.metrics ? registry.cell(feature, backend, forced) : undefined, random)
  const shares = new Shares(routing, journal, log)
  const dispatcher = new Dispatcher(settings, targets, routing, log)
  const endTelemetry = await openTelemetry(settings, dispatcher, shares, registry, log)
  await adoptShares(shares, settings, env)
  const flags = await adoptFlags(shares, settings, log)
  const watch = followEnvFile(shares, settings, log)
  const observation = await observe(settings, targets, dispatcher, liveComparison(settings.parity.compare), log, random)
  const upgrades = new Upgrades(settings, targets, routing, log)
  const server = createSwitchServer(settings, dispatcher, upgrades, log)
  return {
    settings,
    server,
    dispatcher,
    routing,
    registry,
    control: shares,
    observation,
    close: async () => {
      watch?.close()
      await flags?.close()
      if (server.listening) await closeServer(server, upgrades, settings.timeouts.shutdownMs)
      await observation.close()
      endTelemetry()
      dispatcher.close()
      registry.close()
      await journal.close()
    }
  }
}

async function adoptShares (shares: Shares, settings: Settings, env: Environment): Promise<void> {
  const variables = environmentWith(settings.envFile, env)
  for (const feature of settings.features) {
    await shares.adopt(feature.name, feature.share, 'config', formatShare(feature.share))
    const asked = shareFromEnvironment(feature, variables)
    if (asked !== undefined) await shares.adopt(feature.name, asked, `env:${feature.env}`, `${feature.env}=${variables[feature.env!]}`)
  }
}

/** Moves features as flags say, now and whenever they change. */
async function adoptFlags (shares: Shares, settings: Settings, log: Log): Promise<FollowedFlags | undefined> {
  const { openfeature } = settings
  if (openfeature === undefined) return undefined
  const client = await openFlagClient(openfeature, settings.folder, log)
  return client === undefined ? undefined : await followFlags(openfeature, client, async (...said) => await shares.adopt(...said), log)
}

/** Moves features when their variable is edited in the env file. */
function followEnvFile (shares: Shares, settings: Settings, log: Log): EnvFileWatch | undefined {
  if (settings.envFile === undefined) return undefined
  return watchEnvFile(settings.envFile, (after, before) => {
    for (const edit of editedShares(settings.features, before, after)) {
      if ('problem' in edit) log({ level: 'warn', code: edit.problem.code, message: edit.problem.message, feature: edit.feature })
      else {
        shares.adopt(edit.feature, edit.share, `env:${edit.variable}`, `${edit.variable}=${after[edit.variable]}`)
          .catch((error: Error) => log({ level: 'error', message: error.message, feature: edit.feature }))
      }
    }
  }, error => log({ level: 'warn', message: error.message }))
}

/**
 * Listens, and says where.
 * @throws CUT_PORT_UNAVAILABLE
 */
export async function listen (server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(fault('CUT_PORT_UNAVAILABLE', port, host, error.code ?? error.message)))
    server.listen({ host, port }, resolve)
  })
  const address = server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${name}:${address.port}`
}
