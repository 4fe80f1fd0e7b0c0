import { resolve } from 'node:path'
import type { Environment } from './environment.ts'
import { openFeatureOf } from './resolve-openfeature.ts'
import { benchOf, planOf, rolloutOf } from './resolve-rollout.ts'
import { judgeRisk } from './risk.ts'
import type { PlanSettings } from './rollout-settings.ts'
import { parseRoute } from './route.ts'
import { sourceOf } from './source.ts'
import type { BackendConfig, FeatureConfig, ResolvedConfig } from './schema.ts'
import type { BackendSettings, Feature, ParitySettings, RecordSettings, Route, Settings, ShadowSettings } from './settings.ts'
import { parseStickyBy } from './sticky.ts'
import type { BackendName } from './target.ts'
import { parseDuration, parseShare, parseSize } from './units.ts'
import { validateConfig } from './validate.ts'

export interface ResolveOptions {
  /** What relative paths start from: the config file's folder, or the working directory. */
  readonly folder: string
  /** The config file, for messages; without one the input is called "the options". */
  readonly file?: string | undefined
  /** CUTOVER_HOST, CUTOVER_PORT, CUTOVER_ADMIN_TOKEN, CUTOVER_FORCE_SECRET and the variable of `parity.state` are read from it; from nowhere when left out. */
  readonly env?: Environment
}

/**
 * Turns a configuration into settings: checked, defaults filled in, texts turned into numbers,
 * paths absolute, frozen. Applications and functions in it are kept as they are, and not frozen.
 * @throws CUT_CONFIG_INVALID
 */
export function resolveConfig (input: unknown, { folder, file, env = {} }: ResolveOptions): Settings {
  const config = validateConfig(input, file ?? 'The options', env)
  const { admin, force, breaker, limits, timeouts } = config
  const plan = planOf(config)
  const features = Object.entries(config.features).map(([name, feature]) => featureOf(name, feature, config, plan))
  return frozen({
    file,
    folder: resolve(folder),
    legacy: backendOf('legacy', config.legacy, folder),
    candidate: backendOf('candidate', config.candidate, folder),
    features,
    listen: config.listen,
    admin: { enabled: admin.enabled, host: admin.host, port: admin.port, token: admin.token },
    stateDir: resolve(folder, config.stateDir),
    envFile: config.envFile === undefined ? undefined : resolve(folder, config.envFile),
    trustedProxies: config.trustedProxies,
    force: { header: force.header.toLowerCase(), secret: force.secret },
    headers: config.headers,
    fallback: { enabled: config.fallback.enabled, bodyLimitBytes: parseSize(config.fallback.bodyLimit)! },
    breaker: {
      enabled: breaker.enabled,
      failures: breaker.failures,
      windowMs: parseDuration(breaker.window)!,
      openMs: parseDuration(breaker.open)!,
      probes: breaker.probes
    },
    limits: {
      headerBytes: parseSize(limits.headers)!,
      bodyBytes: limits.body === 'none' ? Infinity : parseSize(limits.body)!
    },
    timeouts: {
      headersMs: parseDuration(timeouts.headers)!,
      requestMs: parseDuration(timeouts.request)!,
      connectMs: parseDuration(timeouts.connect)!,
      firstByteMs: parseDuration(timeouts.firstByte)!,
      idleMs: parseDuration(timeouts.idle)!,
      keepAliveMs: parseDuration(timeouts.keepAlive)!,
      shutdownMs: parseDuration(timeouts.shutdown)!
    },
    parity: parityOf(config.parity, folder, env),
    redact: config.redact,
    record: recordOf(config, folder),
    shadow: shadowOf(config),
    rollout: rolloutOf(config, features, env),
    bench: benchOf(config, folder),
    plan,
    openfeature: openFeatureOf(config),
    telemetry: config.telemetry,
    metrics: config.metrics
  })
}

function recordOf ({ record }: ResolvedConfig, folder: string): RecordSettings {
  return {
    share: parseShare(record.share)!,
    features: record.features,
    folder: resolve(folder, record.folder),
    bodyLimitBytes: parseSize(record.bodyLimit)!,
    totalBytes: parseSize(record.total)!,
    memoryBytes: parseSize(record.memory)!
  }
}

function shadowOf ({ shadow }: ResolvedConfig): ShadowSettings {
  return {
    share: parseShare(shadow.share)!,
    features: shadow.features,
    concurrency: shadow.concurrency,
    memoryBytes: parseSize(shadow.memory)!,
    bodyLimitBytes: parseSize(shadow.bodyLimit)!,
    timeoutMs: parseDuration(shadow.timeout)!,
    utilization: shadow.utilization,
    unsafe: { legacy: shadow.unsafe?.legacy, candidate: shadow.unsafe?.candidate }
  }
}

function backendOf (name: BackendName, backend: BackendConfig, folder: string): BackendSettings {
  return {
    name,
    source: sourceOf(backend, folder),
    health: backend.health,
    startTimeoutMs: parseDuration(backend.startTimeout)!,
    stopTimeoutMs: parseDuration(backend.stopTimeout)!
  }
}

function featureOf (name: string, feature: FeatureConfig, config: ResolvedConfig, { risks }: PlanSettings): Feature {
  const routes = feature.routes.map(text => parseRoute(text) as Route)
  const judged = feature.risk === undefined ? judgeRisk(name, routes, risks) : undefined
  return {
    name,
    routes,
    risk: feature.risk ?? judged!.risk,
    ...(judged !== undefined && { riskReason: judged.reason }),
    share: parseShare(feature.share ?? '0%')!,
    stickyBy: feature.stickyBy === undefined ? undefined : parseStickyBy(feature.stickyBy),
    pin: { legacy: feature.pin?.legacy ?? [], candidate: feature.pin?.candidate ?? [] },
    env: feature.env,
    fallback: feature.fallback ?? config.fallback.enabled
  }
}

function parityOf (parity: ResolvedConfig['parity'], folder: string, env: Environment): ParitySettings {
  const { state, openapi, fuzz } = parity
  const absolute = (path: string | undefined) => path === undefined ? undefined : resolve(folder, path)
  const source = state.postgres ?? state.mongodb
  const variable = source?.startsWith('env:') === true ? source.slice('env:'.length) : undefined
  return {
    compare: parity.compare,
    scenarios: resolve(folder, parity.scenarios),
    surroundings: absolute(parity.surroundings),
    state: {
      url: (variable === undefined ? source : env[variable]) || undefined,
      urlFrom: variable,
      collections: state.collections,
      variable: state.variable,
      settleMs: parseDuration(state.settle)!
    },
    twin: parity.twin === undefined ? undefined : new URL(parity.twin),
    timeoutMs: parseDuration(parity.timeout)!,
    bodyLimitBytes: parseSize(parity.bodyLimit)!,
    openapi: { candidate: openapi.candidate, legacy: openapi.legacy, file: absolute(openapi.file) },
    fuzz: {
      signIn: fuzz.signIn,
      headers: Object.fromEntries(Object.entries(fuzz.headers).map(([name, value]) => [name.toLowerCase(), value])),
      skip: fuzz.skip.map(text => parseRoute(text) as Route)
    }
  }
}

function frozen<T> (value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof URL || value instanceof RegExp) return value
  for (const [key, inner] of Object.entries(value)) if (key !== 'listener') frozen(inner)
  return Object.freeze(value)
}
