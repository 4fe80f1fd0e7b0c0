import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openBackend, type Backend } from '../backends/open-backend.ts'
import type { AdminFile, BackendHealth, StatusResponse } from '../config/admin-api.ts'
import type { Control } from '../config/control.ts'
import type { Environment } from '../config/environment.ts'
import type { BackendSettings, Settings } from '../config/settings.ts'
import type { BackendName } from '../config/target.ts'
import { version } from '../config/version.ts'
import { createAdminServer, type AdminServer } from '../dashboard/admin-server.ts'
import { watchProcess } from '../metrics/process.ts'
import { prometheusText } from '../metrics/prometheus.ts'
import { type Journal, memoryJournal, openJournal } from '../switch/journal.ts'
import { throttled, type Log } from '../switch/log.ts'
import type { RolloutControl } from '../rollout/rollout-control.ts'
import { assembleSwitch, listen, type SwitchParts } from './assemble.ts'
import { createMetricSource } from './metric-source/metric-source.ts'
import { hostRollouts, type RolloutHost } from './rollout-host.ts'
import { watchTraffic, type TrafficWatch } from './traffic-watch.ts'

export interface OpenOptions {
  readonly log: Log
  readonly env?: Environment
  /** Whether shares are kept in the state folder; else they end with the process. */
  readonly journal?: boolean
  /** Uniform in [0, 1), for requests without a sticky key. */
  readonly random?: () => number
}

/** Both backends, started, and the switch between them, which does not listen yet. */
export class OpenSwitch {
  readonly settings: Settings
  readonly parts: SwitchParts
  readonly #backends: Readonly<Record<BackendName, Backend>>
  readonly #rollouts: RolloutHost
  readonly #log: Log
  readonly #startedAt = new Date().toISOString()
  #url = ''
  #admin: AdminServer | undefined
  #process: ReturnType<typeof watchProcess> | undefined
  #traffic: TrafficWatch | undefined
  #closed: Promise<void> | undefined

  private constructor (settings: Settings, parts: SwitchParts, backends: Readonly<Record<BackendName, Backend>>, rollouts: RolloutHost, log: Log) {
    this.settings = settings
    this.parts = parts
    this.#backends = backends
    this.#rollouts = rollouts
    this.#log = log
  }

  /** @throws whatever a backend, the journal or the environment has to say against starting */
  static async open (settings: Settings, { log, env = {}, journal = true, random }: OpenOptions): Promise<OpenSwitch> {
    const calm = throttled(log)
    const open = async (backend: BackendSettings): Promise<Backend> => await openBackend(backend, { log })
    const [legacy, candidate] = await both(open(settings.legacy), open(settings.candidate))
    let kept: Journal | undefined
    try {
      kept = journal ? await openJournal(join(settings.stateDir, 'journal.ndjson')) : memoryJournal()
      const targets = { legacy: legacy.target, candidate: candidate.target }
      const parts = await assembleSwitch({ settings, targets, journal: kept, log: calm, env, ...(random === undefined ? {} : { random }) })
      const backends = { legacy, candidate }
      const rollouts = await hostRollouts({ settings, control: parts.control, journal: kept, source: createMetricSource(parts, backends, settings), env, log: calm, kept: journal })
      const opened = new OpenSwitch(settings, parts, backends, rollouts, log)
      // Without counters nothing could tell a quiet legacy from a busy one.
      if (journal && settings.metrics) opened.#traffic = await watchTraffic({ stateDir: settings.stateDir, features: settings.features.map(({ name }) => name), registry: parts.registry, log: calm })
      return opened
    } catch (error) {
      await Promise.allSettled([kept?.close(), legacy.stop(), candidate.stop()])
      throw error
    }
  }

  get control (): Control {
    return this.parts.control
  }

  get rollout (): RolloutControl {
    return this.#rollouts.control
  }

  get url (): string {
    return this.#url
  }

  get adminUrl (): string | undefined {
    return this.#admin?.url
  }

  /** @throws CUT_PORT_UNAVAILABLE */
  async listen (host: string, port: number): Promise<string> {
    this.#url = await listen(this.parts.server, host, port)
    if (this.settings.admin.enabled) await this.#openAdmin()
    return this.#url
  }

  status (): StatusResponse {
    const { registry, control, settings } = this.parts
    const stats = (feature: string | undefined) => ({ legacy: registry.stats(feature, 'legacy'), candidate: registry.stats(feature, 'candidate') })
    const { folder, stateDir, rollout, plan } = settings
    return {
      project: { folder, stateDir, ...(rollout.version !== undefined && { version: rollout.version }), retireAfterMs: plan.retireAfterMs },
      pid: process.pid,
      startedAt: this.#startedAt,
      version,
      listen: { url: this.#url },
      features: control.features().map(feature => ({ ...feature, backends: stats(feature.feature) })),
      backends: { legacy: healthOf(settings.legacy, this.#backends.legacy), candidate: healthOf(settings.candidate, this.#backends.candidate) },
      unlisted: stats(undefined),
      record: this.parts.observation.recordStatus(),
      shadow: this.parts.observation.shadowStatus(),
      rollouts: this.rollout.status().rollouts
    }
  }

  /** Stops accepting, lets open requests finish, stops the backends. More calls do no more. */
  async close (): Promise<void> {
    await (this.#closed ??= this.#close())
  }

  async #close (): Promise<void> {
    await this.#admin?.close()
    if (this.#admin !== undefined) await rm(this.#adminFile, { force: true })
    this.#process?.close()
    await this.#rollouts.close()
    await this.parts.close()
    await this.#traffic?.close()
    await Promise.allSettled([this.#backends.legacy.stop(), this.#backends.candidate.stop()])
  }

  get #adminFile (): string {
    return join(this.settings.stateDir, 'admin.json')
  }

  async #openAdmin (): Promise<void> {
    const { host, port, token = randomBytes(24).toString('base64url') } = this.settings.admin
    const watched = this.#process = watchProcess()
    this.#admin = await createAdminServer({
      control: this.control,
      observation: this.parts.observation,
      rollout: this.rollout,
      status: () => this.status(),
      metricsText: () => prometheusText({ version, cells: this.parts.registry.snapshot(), features: this.control.features(), process: watched.read(), record: this.parts.observation.recordStatus(), shadow: this.parts.observation.shadowStatus() }),
      token,
      host,
      port,
      log: this.#log
    })
    const file: AdminFile = { url: this.#admin.url, token, pid: process.pid }
    await mkdir(this.settings.stateDir, { recursive: true, mode: 0o700 })
    await rm(this.#adminFile, { force: true })
    await writeFile(this.#adminFile, JSON.stringify(file) + '\n', { mode: 0o600, flag: 'wx' })
  }
}

/** Waits for both; when one fails, the other is stopped before the failure is passed on. */
async function both (first: Promise<Backend>, second: Promise<Backend>): Promise<[Backend, Backend]> {
  const results = await Promise.allSettled([first, second])
  const failed = results.find(result => result.status === 'rejected')
  if (failed === undefined) return results.map(result => (result as PromiseFulfilledResult<Backend>).value) as [Backend, Backend]
  await Promise.allSettled(results.map(async result => { if (result.status === 'fulfilled') await result.value.stop() }))
  throw failed.reason
}

function healthOf ({ source }: BackendSettings, backend: Backend): BackendHealth {
  const target = source.kind === 'module' ? source.path : source.kind === 'command' ? source.command : source.kind === 'origin' ? source.url.href : backend.state().detail ?? 'listener'
  return { kind: source.kind, target, ...backend.state() }
}
